/* Puts the hotline's chat into a page: <script src="…/chat/widget.js" data-key="…" async></script>.
   It adds one button; all else comes when somebody presses it. */
'use strict';
(function () {
  var tag = document.currentScript;
  if (!tag) {
    var all = document.querySelectorAll('script[data-key][src*="/chat/widget.js"]');
    tag = all[all.length - 1];
  }
  if (!tag) return;
  var site = tag.src.slice(0, tag.src.indexOf('/chat/widget.js'));
  var key = tag.getAttribute('data-key') || '';
  var button = document.createElement('button');
  button.type = 'button';
  button.setAttribute('aria-expanded', 'false');
  button.style.cssText = 'position:fixed;right:20px;bottom:20px;z-index:2147483000;border:0;border-radius:28px;min-height:56px;padding:0 22px;background:#0b5cad;color:#fff;font:600 17px/1 "PingFang SC","Microsoft YaHei",sans-serif;box-shadow:0 4px 14px rgba(0,0,0,.25);cursor:pointer';
  var words = document.createElement('span');
  words.textContent = tag.getAttribute('data-title') || '在线咨询';
  var count = document.createElement('span');
  count.style.cssText = 'display:none;margin-left:8px;background:#d4380d;border-radius:10px;padding:2px 7px;font-size:13px';
  button.appendChild(words);
  button.appendChild(count);
  var frame = null;
  function shown() { return frame !== null && frame.style.display !== 'none'; }
  function fit() {
    var narrow = window.innerWidth < 520;
    frame.style.cssText = 'position:fixed;z-index:2147483001;border:0;background:#fff;' + (narrow
      ? 'inset:0;width:100%;height:100%'
      : 'right:20px;bottom:88px;width:390px;height:min(640px,calc(100vh - 110px));border-radius:12px;box-shadow:0 8px 30px rgba(0,0,0,.3)');
  }
  function open() {
    if (frame === null) {
      frame = document.createElement('iframe');
      frame.src = site + '/chat/window/' + encodeURIComponent(key);
      frame.title = words.textContent;
      frame.allow = 'geolocation';
      frame.referrerPolicy = 'origin';
      document.body.appendChild(frame);
    }
    fit();
    say('shown');
    button.setAttribute('aria-expanded', 'true');
    unread(0);
  }
  function close() {
    if (frame === null) return;
    frame.style.display = 'none';
    say('hidden');
    button.setAttribute('aria-expanded', 'false');
    button.focus();
  }
  function say(what) {
    if (frame !== null && frame.contentWindow) frame.contentWindow.postMessage({ hotlineChat: what }, site);
  }
  function unread(number) {
    count.textContent = number > 99 ? '99+' : String(number);
    count.style.display = number > 0 ? '' : 'none';
    button.setAttribute('aria-label', words.textContent + (number > 0 ? '，' + number + ' 条新消息' : ''));
  }
  button.addEventListener('click', function () { if (shown()) close(); else open(); });
  window.addEventListener('resize', function () { if (shown()) fit(); });
  window.addEventListener('message', function (event) {
    if (frame === null || event.source !== frame.contentWindow || event.origin !== site) return;
    var told = event.data && event.data.hotlineChat;
    if (told === 'close') close();
    else if (told && typeof told.unread === 'number' && !shown()) unread(told.unread);
  });
  unread(0);
  function begin() { document.body.appendChild(button); }
  if (document.body) begin(); else document.addEventListener('DOMContentLoaded', begin);
})();
