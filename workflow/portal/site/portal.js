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

  /* What is typed is kept in this browser at once, and with the account now and then. */
  var KEPT = 'portal-draft';
  function keep(value) { try { if (value) localStorage.setItem(KEPT, value); else localStorage.removeItem(KEPT); } catch (error) { /* a browser that keeps nothing */ } }
  function kept() { try { return localStorage.getItem(KEPT); } catch (error) { return null; } }
  if (document.querySelector('[data-sent]')) keep('');
  each(all('form[action="/leave"], form[action="/mine/account/close"], form[action="/request/draft/drop"]'), function (form) {
    form.addEventListener('submit', function () { keep(''); });
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
  each(all('form[data-draft]'), function (form) {
    var status = form.querySelector('[data-kept]'), last = '', again = form.querySelector('[data-again]');
    function said() {
      var pairs = [];
      each(form.elements, function (one) {
        if (!one.name || one.type === 'file' || one.name === 'files' || one.name === 'key' || one.type === 'submit') return;
        if ((one.type === 'checkbox' || one.type === 'radio') && !one.checked) return;
        pairs.push(encodeURIComponent(one.name) + '=' + encodeURIComponent(one.value));
      });
      return pairs.join('&');
    }
    function local() {
      var texts = { type: form.elements.type.value, content: form.elements.content.value, address: form.elements.address.value };
      keep(texts.content ? JSON.stringify(texts) : '');
    }
    var before = null;
    try { before = JSON.parse(kept() || 'null'); } catch (error) { before = null; }
    if (before && !form.elements.content.value && before.type === form.elements.type.value) {
      form.elements.content.value = before.content;
      form.elements.address.value = form.elements.address.value || before.address;
      status.textContent = '已恢复上次未提交的内容';
    }
    last = said();
    form.addEventListener('input', local);
    function save(done) {
      var now = said();
      if (now === last) { if (done) done(); return; }
      send('POST', '/request/draft', now, { 'Content-Type': 'application/x-www-form-urlencoded' }, function () {
        last = now;
        status.className = 'hint';
        status.textContent = '草稿已保存';
        if (done) done();
      }, function () { status.className = 'wrong'; status.textContent = '网络不通：内容已保存在本机，联网后再提交'; });
    }
    setInterval(save, 15000);
    if (again) again.addEventListener('change', function () {
      /* Another form is asked then: it is drawn anew, with what was filled in. */
      save(function () { location.href = '/request/new?draft=true'; });
    });
    form.addEventListener('submit', function (event) {
      if (navigator.onLine === false) {
        event.preventDefault();
        status.className = 'wrong';
        status.textContent = '网络已断开：内容已保存在本机，联网后再提交';
      }
    });
  });
})();
