/* Being told on this device that a request has news: asked for by a press alone, and ended by one. */
'use strict';
(function () {
  var box = document.querySelector('[data-notices]');
  if (!box || !('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) return;
  var button = box.querySelector('[data-turn]'), status = box.querySelector('[data-said]'), key = box.getAttribute('data-key');
  var there = null;

  function said(words, wrong) { status.className = wrong ? 'wrong' : 'hint'; status.textContent = words; }
  function show() {
    button.textContent = there ? '关闭提醒' : '开启提醒';
    button.setAttribute('aria-pressed', String(Boolean(there)));
    button.disabled = false;
  }
  function send(path, body) {
    return fetch('/mine/notices' + path, {
      method: 'POST', credentials: 'same-origin', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', 'X-CSRF': box.getAttribute('data-csrf') }
    }).then(function (answer) {
      if (answer.ok) return;
      return answer.json().catch(function () { return {}; }).then(function (found) { throw new Error(found.detail || '暂时不能使用，请稍后再试'); });
    });
  }
  function keyOf(one) {
    var raw = new Uint8Array(one.options.applicationServerKey || new ArrayBuffer(0));
    return btoa(String.fromCharCode.apply(null, raw)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
  }
  function begin(worker) {
    return Notification.requestPermission().then(function (answer) {
      if (answer !== 'granted') throw new Error('浏览器没有允许通知，仍会以短信和网站消息告知您');
      return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    }).then(function (made) {
      var keys = made.toJSON().keys;
      return send('', { endpoint: made.endpoint, key: keys.p256dh, secret: keys.auth }).then(function () { there = made; }, function (error) {
        return made.unsubscribe().then(function () { throw error; });
      });
    }).then(function () { said('已开启：诉求有新进展时会在这台设备上提醒您'); });
  }
  function end() {
    var was = there;
    return was.unsubscribe().then(function () { there = null; return send('/remove', { endpoint: was.endpoint }); })
      .then(function () { said('已关闭'); });
  }

  navigator.serviceWorker.register('/portal/told.js').then(function (worker) {
    return worker.pushManager.getSubscription().then(function (found) {
      /* One that was made with another key tells nothing any more. */
      if (found && keyOf(found) !== key) return found.unsubscribe().then(function () { return worker; });
      there = found;
      return worker;
    });
  }).then(function (worker) {
    box.hidden = false;
    show();
    button.addEventListener('click', function () {
      button.disabled = true;
      (there ? end() : begin(worker)).catch(function (error) {
        said(error.name === 'Error' ? error.message : '这个浏览器不能开启提醒，仍会以短信和网站消息告知您', true);
      }).then(show);
    });
  }).catch(function () { /* This browser has no such thing: nothing is offered. */ });
})();
