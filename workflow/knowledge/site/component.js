/* Puts the knowledge base of the hotline into a page: <script src="…/knowledge/component.js" data-key="…" async></script>.
   It stands where the tag stands; data-region narrows to a region within the key's, data-words is asked at first. */
'use strict';
(function () {
  var tag = document.currentScript;
  if (!tag) {
    var all = document.querySelectorAll('script[data-key][src*="/knowledge/component.js"]');
    tag = all[all.length - 1];
  }
  if (!tag || !tag.parentNode) return;
  var site = tag.src.slice(0, tag.src.indexOf('/knowledge/component.js'));
  var asked = [];
  ['region', 'words'].forEach(function (name) {
    var said = tag.getAttribute('data-' + name);
    if (said) asked.push(name + '=' + encodeURIComponent(said));
  });
  var frame = document.createElement('iframe');
  frame.src = site + '/knowledge/component/' + encodeURIComponent(tag.getAttribute('data-key') || '') + (asked.length ? '?' + asked.join('&') : '');
  frame.title = '12345 知识查询';
  frame.style.cssText = 'border:0;width:100%;height:' + (tag.getAttribute('data-height') || '420px');
  frame.referrerPolicy = 'origin';
  tag.parentNode.insertBefore(frame, tag.nextSibling);
  // A frame that could not be had tells nobody why: what it says first is that it is there.
  var silent = document.createElement('p');
  silent.textContent = '12345 知识查询暂时不能使用，请稍后再试，或拨打 12345。';
  silent.setAttribute('role', 'status');
  var waiting = 0;
  function wait(time) {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      frame.style.display = 'none';
      frame.parentNode.insertBefore(silent, frame);
      if (window.console) console.warn('12345 知识组件没有打开：请核对热线“知识组件”中的“可以嵌入的网站”是否有 ' + location.origin + '，以及 ' + site + ' 能否访问');
    }, time);
  }
  wait(15000);
  // A browser that may not show the page says only that it has loaded something.
  var heard = false;
  frame.addEventListener('load', function () { if (!heard) wait(3000); });
  window.addEventListener('message', function (event) {
    if (event.source !== frame.contentWindow || event.origin !== site) return;
    var height = event.data && event.data.hotlineKnowledge;
    if (typeof height !== 'number' || height <= 0 || height >= 20000) return;
    heard = true;
    clearTimeout(waiting);
    if (silent.parentNode) silent.parentNode.removeChild(silent);
    frame.style.display = '';
    frame.style.height = Math.ceil(height) + 'px';
  });
})();
