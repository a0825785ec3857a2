/* The citizen's window. What he writes is sent until it has arrived, each with a key of its own: nothing is lost in a
   bad network and nothing is there twice. What comes is asked for by number, so that nothing is missed after a pause. */
'use strict';
(function () {
  var key = document.body.dataset.key, api = '/chat/api/' + encodeURIComponent(key);
  var at = function (id) { return document.getElementById(id); };
  var talk = at('talk'), text = at('text');
  var store = 'hotline-chat-' + key, token = '', chat = '', last = 0, state = '', read = 0, agentRead = 0;
  var outbox = [], sending = false, failures = 0, visible = true, unread = 0, stream = null, streamsWork = true, told = 0;
  try { token = localStorage.getItem(store) || ''; } catch (e) { /* a browser that keeps nothing: the window works once */ }

  function ask(method, path, body, more) {
    var sent = { method: method, headers: { 'X-Chat-Token': token }, cache: 'no-store' };
    if (body !== undefined) { sent.body = JSON.stringify(body); sent.headers['Content-Type'] = 'application/json'; }
    Object.assign(sent, more || {});
    return fetch(api + path, sent).then(function (answer) {
      if (answer.ok) return answer.status === 204 ? null : answer.json();
      return answer.json().catch(function () { return {}; }).then(function (said) {
        var error = new Error(said.detail || '暂时无法连接，请稍后再试');
        error.status = answer.status;
        throw error;
      });
    });
  }
  function newKey() { return Date.now().toString(36) + Math.random().toString(36).slice(2, 10); }
  function wrong(words) { at('wrong').textContent = words; at('wrong').hidden = !words; }
  function line(words) { at('line').textContent = words; at('line').hidden = !words; }

  /* ── what is shown ── */
  function bubble(side) {
    var one = document.createElement('div');
    one.className = 'said ' + side;
    return one;
  }
  function clock(at) {
    var when = new Date(at);
    return ('0' + when.getHours()).slice(-2) + ':' + ('0' + when.getMinutes()).slice(-2);
  }
  function show(message) {
    var waiting = message.side === 'citizen' && talk.querySelector('.waits');
    var one = bubble(message.side === 'citizen' ? 'citizen' : message.side === 'house' ? 'house' : 'other');
    one.dataset.number = message.number;
    var words = document.createElement('p');
    if (message.kind === 'file') {
      words.appendChild(fileOf(message));
    } else if (message.kind === 'place') {
      words.textContent = message.text + '（' + message.data.latitude.toFixed(5) + '，' + message.data.longitude.toFixed(5) + '）';
    } else {
      words.textContent = message.text;
    }
    one.appendChild(words);
    if (message.kind === 'buttons') one.appendChild(buttonsOf(message));
    if (message.side !== 'house') {
      var small = document.createElement('small');
      small.textContent = (message.side === 'agent' && message.name ? message.name + '　' : '') + clock(message.at);
      one.appendChild(small);
    }
    if (waiting) talk.insertBefore(one, waiting); else talk.appendChild(one);
    if (message.side !== 'citizen') {
      talk.querySelectorAll('.choices button').forEach(function (it) {
        if (Number(it.dataset.of) < message.number) it.disabled = true;
      });
    }
  }
  function buttonsOf(message) {
    var row = document.createElement('div');
    row.className = 'choices';
    message.data.choices.forEach(function (choice) {
      var one = document.createElement('button');
      one.type = 'button';
      one.textContent = choice.title;
      one.dataset.of = message.number;
      one.addEventListener('click', function () {
        row.querySelectorAll('button').forEach(function (it) { it.disabled = true; });
        send({ text: choice.title, chosen: choice.value, of: message.number });
      });
      row.appendChild(one);
    });
    return row;
  }
  function fileOf(message) {
    var holder = document.createElement('span');
    fetch(api + '/files/' + message.data.file + '?inline=true', { headers: { 'X-Chat-Token': token } })
      .then(function (answer) { return answer.ok ? answer.blob() : Promise.reject(new Error()); })
      .then(function (blob) {
        var link = document.createElement('a'), url = URL.createObjectURL(blob);
        link.href = url;
        link.download = message.text;
        if (/^image\//.test(message.data.type)) {
          var picture = document.createElement('img');
          picture.src = url;
          picture.alt = message.text;
          picture.addEventListener('load', down);
          link.appendChild(picture);
        } else {
          link.textContent = message.text;
        }
        holder.replaceChildren(link);
      })
      .catch(function () { holder.textContent = message.text; });
    holder.textContent = message.text;
    return holder;
  }
  function down() { talk.scrollTop = talk.scrollHeight; }
  function isDown() { return talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80; }

  function take(found) {
    if (found.id !== chat) return;
    var follow = isDown(), fresh = 0;
    found.messages.forEach(function (message) {
      if (message.number <= last) return;
      last = message.number;
      if (message.side === 'citizen') settle();
      else if (message.side !== 'house') fresh += 1;
      show(message);
    });
    state = found.state;
    /* What is over ends in this browser too: whoever opens the window next begins a chat of his own. */
    if (state === 'ended') { try { localStorage.removeItem(store); } catch (e) { /* see above */ } }
    agentRead = found.agent_read;
    at('who').textContent = state === 'ended' ? '会话已结束' : found.with_whom;
    line(state === 'waiting' ? (found.position ? '正在为您转接人工客服，您前面还有 ' + Math.max(found.position - 1, 0) + ' 位' : '正在为您转接人工客服，请稍候') : '');
    at('typing').hidden = !found.typing;
    at('end').hidden = state === 'ended';
    at('human').hidden = state !== 'bot';
    at('write').hidden = state === 'ended' && outbox.length === 0;
    at('over').hidden = state !== 'ended';
    if (follow) down();
    if (!visible && fresh) { unread += fresh; tell({ unread: unread }); }
    marks();
    seen();
  }
  function marks() {
    talk.querySelectorAll('.citizen').forEach(function (one) {
      var small = one.querySelector('small'), number = Number(one.dataset.number);
      if (small && number && number <= agentRead && state === 'talking' && small.textContent.indexOf('已读') < 0) small.textContent += '　已读';
    });
  }
  function seen() {
    if (!visible || document.hidden || last <= read) return;
    read = last;
    ask('POST', '/read', { number: read }).catch(function () { read = 0; });
  }

  /* ── what is sent ── */
  function send(body) {
    body.key = body.key || newKey();
    var one = bubble('citizen waits');
    one.innerHTML = '<p></p><small>正在发送…</small>';
    one.firstChild.textContent = body.text;
    talk.appendChild(one);
    down();
    outbox.push({ body: body, node: one });
    post();
  }
  function settle() {
    var first = talk.querySelector('.waits');
    if (first) first.remove();
  }
  function post() {
    if (sending || !outbox.length || !chat) return;
    var one = outbox[0];
    sending = true;
    ask('POST', '/messages', one.body).then(function () {
      outbox.shift();
      failures = 0;
      wrong('');
    }, function (error) {
      if (error.status === 409) { return enter(); }
      if (error.status >= 400 && error.status < 500 && error.status !== 429) {
        outbox.shift();
        one.node.remove();
        wrong(error.message);
        return null;
      }
      one.node.querySelector('small').textContent = '网络不稳定，正在重新发送…';
      failures += 1;
      return pause(failures);
    }).then(function () { sending = false; post(); });
  }
  function pause(times) {
    return new Promise(function (done) { setTimeout(done, Math.min(1000 * Math.pow(2, times), 20000)); });
  }
  function submit() {
    var said = text.value.trim();
    if (!said) return;
    text.value = '';
    grow();
    send({ text: said });
  }
  function grow() {
    text.style.height = 'auto';
    text.style.height = Math.min(text.scrollHeight + 2, 128) + 'px';
  }

  function sendFiles(files) {
    wrong('');
    Array.prototype.reduce.call(files, function (before, file) {
      return before.then(function () { return upload(file); });
    }, Promise.resolve()).catch(function (error) { line(''); wrong(error.message); });
  }
  function upload(file) {
    var name = newKey() + newKey();
    line('正在发送 ' + file.name + '…');
    return ask('POST', '/uploads', { token: name, name: file.name, size: file.size }).then(function piece(view) {
      if (view.done) return ask('POST', '/files', { uploads: [name] });
      var from = view.received, part = file.slice(from, from + 1048576);
      line('正在发送 ' + file.name + '（' + Math.floor(100 * from / Math.max(file.size, 1)) + '%）');
      return ask('PATCH', '/uploads/' + name + '?offset=' + from, undefined, { body: part }).then(piece);
    }).then(function () { line(''); });
  }

  /* ── what comes ── */
  function enter() {
    return ask('POST', '/enter', {}).then(function (found) {
      if (found.token) {
        token = found.token;
        try { localStorage.setItem(store, token); } catch (e) { /* see above */ }
      }
      if (found.chat.id !== chat) {
        if (chat) talk.querySelectorAll('.said:not(.waits)').forEach(function (one) { one.remove(); });
        chat = found.chat.id;
        last = read = 0;
      }
      told = Date.now();
      take(found.chat);
      down();
      follow();
    });
  }
  function begin() {
    enter().then(function () { failures = 0; line(''); post(); }, function (error) {
      if (error.status === 401 && token) { token = ''; return begin(); }
      if (error.status === 404) { line(error.message); at('write').hidden = true; return null; }
      line('连接不上，正在重试…');
      failures += 1;
      return pause(failures).then(begin);
    });
  }
  function follow() {
    if (stream) { stream.abort(); stream = null; }
    if (streamsWork && window.ReadableStream && window.AbortController) hold(chat); else poll(chat);
  }
  function again(of) {
    if (of !== chat || state === 'ended') return;
    line('连接已断开，正在重新连接…');
    failures += 1;
    pause(failures).then(function () { if (of === chat) follow(); });
  }
  function hold(of) {
    var own = stream = new AbortController(), decoder = new TextDecoder(), rest = '', got = false;
    var patience = setTimeout(function () { if (!got) { streamsWork = false; own.abort(); poll(of); } }, 8000);
    fetch(api + '/stream?after=' + last, { headers: { 'X-Chat-Token': token }, signal: own.signal, cache: 'no-store' }).then(function (answer) {
      if (!answer.ok || !answer.body) throw new Error();
      var reader = answer.body.getReader();
      return (function next() {
        return reader.read().then(function (part) {
          if (part.done) return null;
          got = true;
          told = Date.now();
          failures = 0;
          rest += decoder.decode(part.value, { stream: true });
          var lines = rest.split('\n');
          rest = lines.pop();
          lines.forEach(function (one) { if (one) take(JSON.parse(one)); });
          post();
          return next();
        });
      })();
    }).then(function () { if (stream === own) again(of); }, function () { if (stream === own && !own.signal.aborted) again(of); }).then(function () { clearTimeout(patience); });
    var watch = setInterval(function () {
      if (stream !== own || state === 'ended') { clearInterval(watch); return; }
      // A laptop that slept holds a dead connection: no sign of life for long means to begin anew.
      if (Date.now() - told > 45000) { clearInterval(watch); told = Date.now(); own.abort(); again(of); }
    }, 5000);
  }
  function poll(of) {
    if (of !== chat || state === 'ended') return;
    ask('GET', '/messages?after=' + last + '&wait=20').then(function (found) {
      failures = 0;
      take(found);
      poll(of);
    }, function (error) {
      if (error.status === 409) { state = 'ended'; take({ id: chat, state: 'ended', with_whom: '', messages: [], agent_read: agentRead, typing: false }); return; }
      again(of);
    });
  }

  /* ── the frame around it ── */
  function tell(what) { if (window.parent !== window) window.parent.postMessage({ hotlineChat: what }, '*'); }
  window.addEventListener('message', function (event) {
    if (event.source !== window.parent || !event.data) return;
    if (event.data.hotlineChat === 'shown') { visible = true; unread = 0; seen(); down(); text.focus(); }
    else if (event.data.hotlineChat === 'hidden') visible = false;
  });
  document.addEventListener('visibilitychange', seen);
  at('close').hidden = window.parent === window;
  at('close').addEventListener('click', function () { tell('close'); });
  document.addEventListener('keydown', function (event) { if (event.key === 'Escape') tell('close'); });
  at('end').addEventListener('click', function () {
    if (window.confirm('结束本次会话？')) ask('POST', '/end', {}).catch(function (error) { wrong(error.message); });
  });
  at('again').addEventListener('click', function () { token = ''; begin(); });
  at('human').addEventListener('click', function () { send({ text: '转人工' }); });
  at('place').addEventListener('click', function () {
    if (!navigator.geolocation) { wrong('此设备不能提供位置'); return; }
    line('正在获取位置…');
    navigator.geolocation.getCurrentPosition(function (found) {
      line('');
      ask('POST', '/places', { latitude: found.coords.latitude, longitude: found.coords.longitude, text: '我的位置', key: newKey() })
        .catch(function (error) { wrong(error.message); });
    }, function () { line(''); wrong('没有获得位置：请允许使用位置，或直接写下地址'); }, { timeout: 10000 });
  });
  at('file').addEventListener('change', function () { sendFiles(at('file').files); at('file').value = ''; });
  at('write').addEventListener('submit', function (event) { event.preventDefault(); submit(); });
  text.addEventListener('keydown', function (event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
  });
  var typed = 0;
  text.addEventListener('input', function () {
    grow();
    if (state === 'talking' && Date.now() - typed > 3000) { typed = Date.now(); ask('POST', '/typing', {}).catch(function () {}); }
  });
  text.addEventListener('paste', function (event) {
    if (event.clipboardData && event.clipboardData.files.length) { event.preventDefault(); sendFiles(event.clipboardData.files); }
  });
  begin();
})();
