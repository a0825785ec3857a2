/* What pages of the public site do better with scripts: each works without. */
'use strict';
(function () {
  function each(found, does) { Array.prototype.forEach.call(found, does); }
  function all(what, within) { return (within || document).querySelectorAll(what); }
  function hidden(form, name, value) {
    var field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    form.appendChild(field);
    return field;
  }
  function send(method, path, body, headers, done, failed) {
    var request = new XMLHttpRequest();
    request.open(method, path);
    for (var name in headers) request.setRequestHeader(name, headers[name]);
    request.onerror = function () { failed('网络不通，请稍后再试', {}); };
    request.onload = function () {
      var said = {};
      try { said = JSON.parse(request.responseText || '{}'); } catch (error) { said = {}; }
      if (request.status < 300) done(said); else failed(said.detail || '暂时不能使用，请稍后再试', said);
    };
    request.send(body);
  }

  /* What is wrong is read first. */
  var errors = document.querySelector('.errors');
  if (errors) errors.focus();

  /* Forms that ask whether it is a program: the task of the site is solved unseen. */
  each(all('form[data-challenge]'), function (form) {
    form.addEventListener('submit', function (event) {
      if (form.getAttribute('data-solved')) return;
      event.preventDefault();
      var button = form.querySelector('button[type=submit]');
      button.disabled = true;
      window.solveChallenge(function (solved) {
        form.setAttribute('data-solved', 'yes');
        hidden(form, 'challenge', solved);
        form.submit();
      }, function (words) {
        button.disabled = false;
        window.alert(words);
      });
    });
  });

  /* Fields that are asked only where another has a value. */
  each(all('[data-when]'), function (box) {
    var form = box.closest('form'), name = box.getAttribute('data-when'), among = box.getAttribute('data-among').split('|');
    function follow() {
      var chosen = form.querySelector('[name="' + name + '"]:checked, select[name="' + name + '"], input[type=text][name="' + name + '"]');
      box.hidden = !chosen || among.indexOf(chosen.value) < 0;
    }
    form.addEventListener('change', follow);
    follow();
  });

  /* Photos are sent as they are chosen, and resumed where the network broke. */
  var PIECE = 512 * 1024;
  each(all('[data-files]'), function (box) {
    var form = box.closest('form'), input = box.querySelector('input[type=file]'), list = box.querySelector('.files');
    var most = Number(box.getAttribute('data-files')), csrf = form.querySelector('[name=csrf]').value, busy = 0;
    input.removeAttribute('name');
    function token() {
      var text = '';
      each(window.crypto.getRandomValues(new Uint8Array(12)), function (one) { text += ('0' + one.toString(16)).slice(-2); });
      return text;
    }
    function line(name) {
      var item = document.createElement('li'), words = document.createElement('span'), drop = document.createElement('button');
      drop.type = 'button';
      drop.className = 'link';
      drop.textContent = '移除';
      drop.setAttribute('data-drop', '');
      drop.setAttribute('aria-label', '移除 ' + name);
      item.appendChild(words);
      item.appendChild(document.createTextNode(' '));
      item.appendChild(drop);
      list.appendChild(item);
      return { item: item, words: words };
    }
    function upload(file) {
      var shown = line(file.name), mark = token(), tries = 0;
      var headers = { 'X-CSRF': csrf };
      busy++;
      function over(words) {
        busy--;
        shown.words.textContent = file.name + '：' + words;
      }
      function piece(from) {
        shown.words.textContent = file.name + '：正在上传 ' + Math.round(100 * from / Math.max(file.size, 1)) + '%';
        if (!shown.item.parentNode) { busy--; return; }
        send('PATCH', '/request/uploads/' + mark + '?offset=' + from, file.slice(from, from + PIECE), headers, function (said) {
          tries = 0;
          if (!said.done) { piece(said.received); return; }
          hidden(shown.item, 'files', mark);
          over('已上传');
        }, function (words, said) {
          if (typeof said.received === 'number') { piece(said.received); return; }
          if (++tries > 5 || said.code) { over(words); shown.item.className = 'wrong'; return; }
          shown.words.textContent = file.name + '：网络中断，稍后继续';
          setTimeout(function () { piece(from); }, 2000 * tries);
        });
      }
      send('POST', '/request/uploads', JSON.stringify({ token: mark, name: file.name, size: file.size }),
        { 'X-CSRF': csrf, 'Content-Type': 'application/json' }, function (said) { piece(said.received); },
        function (words) { over(words); shown.item.className = 'wrong'; });
    }
    function chosen() {
      each(input.files, function (file) {
        if (list.children.length < most) upload(file); else line(file.name).words.textContent = file.name + '：超过 ' + most + ' 个，未上传';
      });
      input.value = '';
    }
    input.addEventListener('change', chosen);
    /* On a slow network somebody is quicker than this script. */
    if (input.files.length) chosen();
    form.addEventListener('submit', function (event) {
      if (busy > 0) {
        event.preventDefault();
        window.alert('照片还在上传，请稍候再提交');
      }
    });
  });
  document.addEventListener('click', function (event) {
    var drop = event.target.closest && event.target.closest('[data-drop]');
    if (drop) drop.closest('li').remove();
  });

  /* Who signs out is told nothing more on this device: others may use it. */
  each(all('form[action="/leave"]'), function (form) {
    form.addEventListener('submit', function (event) {
      if (!('serviceWorker' in navigator) || !('PushManager' in window)) return;
      event.preventDefault();
      function go() { form.submit(); }
      navigator.serviceWorker.getRegistration('/portal/').then(function (worker) {
        return worker && worker.pushManager.getSubscription();
      }).then(function (told) { return told && told.unsubscribe(); }).then(go, go);
    });
  });
})();
