/* The form of 查询办理进度: asks with a solved task, and says what came back. */
'use strict';
(function () {
  function by(id) { return document.getElementById(id); }
  var form = by('ask'), button = by('go'), wrong = by('wrong'), found = by('found');

  function busy(on) {
    button.disabled = on;
    button.textContent = on ? '正在查询…' : '查询';
  }
  function fail(words, field) {
    busy(false);
    wrong.textContent = words;
    wrong.hidden = false;
    if (field) field.focus();
  }
  function time(text) {
    var at = new Date(text);
    function two(number) { return (number < 10 ? '0' : '') + number; }
    return at.getFullYear() + '年' + (at.getMonth() + 1) + '月' + at.getDate() + '日 ' + two(at.getHours()) + ':' + two(at.getMinutes());
  }
  function show(said) {
    busy(false);
    by('words').textContent = said.words;
    by('shown').textContent = said.number;
    by('registered').textContent = time(said.registered_at);
    by('changed').textContent = time(said.changed_at);
    tell('unit', said.unit);
    tell('due', said.due_at && !said.ended_at ? time(said.due_at) + (said.extended ? '（已延期' + said.extended + '次）' : '') : '');
    found.hidden = false;
  }
  function tell(id, words) {
    by(id).textContent = words;
    by(id).hidden = by(id).previousElementSibling.hidden = !words;
  }
  function ask(solved) {
    var request = new XMLHttpRequest();
    request.open('POST', '/progress/find');
    request.setRequestHeader('Content-Type', 'application/json');
    request.setRequestHeader('X-Challenge', solved);
    request.onerror = function () { fail('网络不通，请稍后再试'); };
    request.onload = function () {
      var said = {};
      try { said = JSON.parse(request.responseText); } catch (error) { said = {}; }
      if (request.status === 200) show(said); else fail(said.detail || '暂时不能查询，请稍后再试');
    };
    request.send(JSON.stringify({ number: by('number').value.trim(), digits: by('digits').value.trim() }));
  }
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    wrong.hidden = true;
    found.hidden = true;
    if (by('number').value.trim().length < 6) { fail('请填写工单编号', by('number')); return; }
    if (!/^[0-9]{4}$/.test(by('digits').value.trim())) { fail('请填写四位数字', by('digits')); return; }
    busy(true);
    window.solveChallenge(ask, fail);
  });
})();
