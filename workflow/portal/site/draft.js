/* What somebody types into a request: kept in this browser at once for him alone, and with his account now and then.

   `portal-draft.OWNER` holds one draft: when it was typed, the key of its form, every field by name, and the files that
   were uploaded for it. It ends when it was sent or thrown away, when he signs out, when somebody else signs in, and
   after a day. `portal-owner` says who was signed in last; chats of this browser end with him, too. */
'use strict';
(function () {
  var DRAFT = 'portal-draft', OWNER = 'portal-owner', CHAT = 'hotline-chat-', HOURS = 24;
  var owner = document.body.getAttribute('data-owner') || '', mine = DRAFT + '.' + owner;
  function each(found, does) { Array.prototype.forEach.call(found, does); }
  function all(what, within) { return (within || document).querySelectorAll(what); }
  function stored(does) { try { return does(window.localStorage); } catch (error) { return null; /* a browser that keeps nothing */ } }
  function drop(gone) {
    stored(function (kept) {
      var names = [];
      for (var at = 0; at < kept.length; at++) names.push(kept.key(at));
      names.forEach(function (name) { if (gone(name)) kept.removeItem(name); });
    });
  }
  function starts(name, with_) { return name.lastIndexOf(with_, 0) === 0; }
  function forget() { drop(function (name) { return starts(name, DRAFT) || starts(name, CHAT) || name === OWNER; }); }
  function over() { drop(function (name) { return name === mine; }); }
  function kept() {
    var found = stored(function (it) { return JSON.parse(it.getItem(mine) || 'null'); });
    return found && found.fields && Date.now() - found.at < HOURS * 3600000 ? found : null;
  }

  /* Whose browser it is now. */
  if (/[?&]left=/.test(location.search)) forget();
  else if (owner) {
    var before = stored(function (it) { return it.getItem(OWNER); });
    if (before && before !== owner) forget();
    drop(function (name) { return starts(name, DRAFT) && name !== mine; });
    stored(function (it) { it.setItem(OWNER, owner); });
  }
  if (owner && !kept()) over();
  if (document.querySelector('[data-sent]')) over();
  each(all('form[action="/leave"], form[action="/mine/account/close"]'), function (form) { form.addEventListener('submit', forget); });
  each(all('form[action="/request/draft/drop"]'), function (form) { form.addEventListener('submit', over); });

  each(all('form[data-draft]'), function (form) {
    var status = form.querySelector('[data-kept]'), again = form.querySelector('[data-again]'), last = '';
    function tell(words, wrong) { status.className = wrong ? 'wrong' : 'hint'; status.textContent = words; }
    function fields() {
      var pairs = [];
      each(form.elements, function (one) {
        if (!one.name || one.type === 'file' || one.type === 'submit' || one.name === 'csrf' || one.name === 'files') return;
        if ((one.type === 'checkbox' || one.type === 'radio') && !one.checked) return;
        if (one.type === 'select-multiple') { each(one.selectedOptions, function (it) { pairs.push([one.name, it.value]); }); return; }
        pairs.push([one.name, one.value]);
      });
      return pairs;
    }
    function files() {
      var found = [];
      each(all('.files li', form), function (item) {
        var field = item.querySelector('input[name=files]'), words = item.querySelector('span') || item;
        if (field) found.push([field.value, (words.firstChild || words).textContent.trim()]);
      });
      return found;
    }
    function local() {
      if (!form.elements.content.value && !files().length) { over(); return; }
      var draft = { at: Date.now(), type: form.elements.type.value, key: form.elements.key.value, fields: fields(), files: files() };
      stored(function (it) { it.setItem(mine, JSON.stringify(draft)); });
    }
    function fill(draft) {
      var names = {};
      draft.fields.forEach(function (pair) { (names[pair[0]] = names[pair[0]] || []).push(pair[1]); });
      each(form.elements, function (one) {
        var said = names[one.name];
        if (!one.name || one.type === 'file' || one.name === 'csrf') return;
        if (one.type === 'checkbox' || one.type === 'radio') one.checked = Boolean(said && said.indexOf(one.value) >= 0);
        else if (one.type === 'select-multiple') each(one.options, function (it) { it.selected = Boolean(said && said.indexOf(it.value) >= 0); });
        else if (said) one.value = said[0];
      });
      var list = form.querySelector('.files'), there = files().map(function (one) { return one[0]; });
      (draft.files || []).forEach(function (one) {
        if (!list || there.indexOf(one[0]) >= 0) return;
        var item = document.createElement('li'), words = document.createElement('span'), field = document.createElement('input'), gone = document.createElement('button');
        words.textContent = one[1];
        field.type = 'hidden'; field.name = 'files'; field.value = one[0];
        gone.type = 'button'; gone.className = 'link'; gone.textContent = '移除'; gone.setAttribute('data-drop', '');
        [words, field, document.createTextNode(' '), gone].forEach(function (it) { item.appendChild(it); });
        list.appendChild(item);
      });
      form.dispatchEvent(new Event('change', { bubbles: true }));
    }
    var draft = kept();
    if (draft && !form.elements.content.value && !form.querySelector('[name=anew]').value) {
      if (draft.type === form.elements.type.value) {
        fill(draft);
        tell('已恢复上次未提交的内容');
      } else {
        tell('您还有一份没有提交的诉求：');
        var link = document.createElement('a');
        link.href = '/request/new?type=' + encodeURIComponent(draft.type) + '&key=' + encodeURIComponent(draft.key);
        link.textContent = '继续填写';
        status.appendChild(link);
        draft = null;
      }
    }
    /* Whoever comes back here by the browser's own buttons comes back to this form, and not to a new one. */
    if (window.history.replaceState) {
      var here = '/request/new?type=' + encodeURIComponent(form.elements.type.value) + '&key=' + encodeURIComponent(form.elements.key.value);
      window.history.replaceState(null, '', here + (form.elements.anew.value ? '&anew=true' : ''));
    }
    function body() {
      var pairs = fields().concat(files().map(function (one) { return ['files', one[0]]; }), [['csrf', form.elements.csrf.value]]);
      return pairs.map(function (pair) { return encodeURIComponent(pair[0]) + '=' + encodeURIComponent(pair[1]); }).join('&');
    }
    function save(done) {
      var now = body();
      if (now === last) { if (done) done(); return; }
      var request = new XMLHttpRequest();
      request.open('POST', '/request/draft');
      request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
      request.onerror = function () { tell('网络不通：内容已保存在本机，联网后再提交', true); };
      request.onload = function () {
        if (/\/enter\?/.test(request.responseURL)) { tell('登录已过期：内容已保存，提交时请重新登录', true); return; }
        if (request.status >= 300) { tell('暂时不能保存：内容在本机，请稍后再提交', true); return; }
        last = now;
        tell('草稿已保存');
        if (done) done();
      };
      request.send(now);
    }
    last = body();
    form.addEventListener('input', local);
    form.addEventListener('change', local);
    form.addEventListener('submit', local);
    setInterval(save, 15000);
    if (again) again.addEventListener('change', function () {
      /* Another form is asked then: it is drawn anew, with what was filled in. */
      save(function () { location.href = '/request/new?draft=true'; });
    });
    form.addEventListener('submit', function (event) {
      if (navigator.onLine === false) {
        event.preventDefault();
        tell('网络已断开：内容已保存在本机，联网后再提交', true);
      }
    });
  });
})();
