/* 我的诉求: signs a citizen in by his mobile and a code, and shows what was registered with it. */
'use strict';
(function () {
  function by(id) { return document.getElementById(id); }
  var form = by('enter'), send = by('send'), go = by('go'), wrong = by('wrong'), mine = by('mine'), csrf = '';

  function ask(method, path, body, headers, done, failed) {
    var request = new XMLHttpRequest();
    request.open(method, path);
    if (body) request.setRequestHeader('Content-Type', 'application/json');
    for (var name in headers) request.setRequestHeader(name, headers[name]);
    request.onerror = function () { failed('网络不通，请稍后再试', 0); };
    request.onload = function () {
      var said = {};
      try { said = JSON.parse(request.responseText || '{}'); } catch (error) { said = {}; }
      if (request.status < 300) done(said); else failed(said.detail || '暂时不能使用，请稍后再试', request.status);
    };
    request.send(body ? JSON.stringify(body) : null);
  }
  function fail(words, field) {
    wrong.textContent = words;
    wrong.hidden = false;
    if (field && field.focus) field.focus();
  }
  function number() { return by('number').value.replace(/\s/g, ''); }
  function time(text) {
    var at = new Date(text);
    return at.getFullYear() + '年' + (at.getMonth() + 1) + '月' + at.getDate() + '日';
  }
  function term(list, title, words) {
    var dt = document.createElement('dt'), dd = document.createElement('dd');
    dt.textContent = title;
    dd.textContent = words;
    list.appendChild(dt);
    list.appendChild(dd);
  }
  function show(found) {
    by('list').textContent = '';
    by('none').hidden = found.length > 0;
    for (var i = 0; i < found.length; i++) {
      var card = document.createElement('section'), list = document.createElement('dl');
      card.className = 'card';
      term(list, '当前进度', found[i].words);
      if (found[i].unit) term(list, '主办单位', found[i].unit);
      if (found[i].due_at) term(list, '办理时限', time(found[i].due_at));
      term(list, '工单编号', found[i].number);
      term(list, '登记时间', time(found[i].registered_at));
      term(list, '最近更新', time(found[i].changed_at));
      card.appendChild(list);
      by('list').appendChild(card);
    }
    mine.hidden = false;
  }
  function out() {
    mine.hidden = true;
    form.hidden = false;
  }
  function entered(said) {
    csrf = said.csrf;
    by('who').textContent = said.number;
    form.hidden = true;
    wrong.hidden = true;
    by('code').value = '';
    ask('GET', '/progress/mine', null, {}, show, out);
  }
  function wait(seconds) {
    send.disabled = seconds > 0;
    send.textContent = seconds > 0 ? seconds + ' 秒后可重新获取' : '获取验证码';
    if (seconds > 0) setTimeout(function () { wait(seconds - 1); }, 1000);
  }
  send.addEventListener('click', function () {
    wrong.hidden = true;
    if (!/^1[0-9]{10}$/.test(number())) { fail('请填写 11 位手机号码', by('number')); return; }
    send.disabled = true;
    send.textContent = '正在发送…';
    function failed(words) { wait(0); fail(words); }
    window.solveChallenge(function (solved) {
      ask('POST', '/session/code', { number: number() }, { 'X-Challenge': solved }, function () {
        wait(60);
        by('code').focus();
      }, failed);
    }, failed);
  });
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    wrong.hidden = true;
    if (!/^1[0-9]{10}$/.test(number())) { fail('请填写 11 位手机号码', by('number')); return; }
    if (!/^[0-9]{6}$/.test(by('code').value.trim())) { fail('请填写短信中的六位验证码', by('code')); return; }
    go.disabled = true;
    function over(next) { return function (said) { go.disabled = false; next(said); }; }
    ask('POST', '/session', { number: number(), code: by('code').value.trim() }, {}, over(entered), over(fail));
  });
  by('leave').addEventListener('click', function () {
    ask('DELETE', '/session', {}, { 'X-CSRF': csrf }, out, out);
  });
  ask('GET', '/session', null, {}, entered, out);
})();
