/* Where a request is: the place of this telephone, asked for by a press alone, or a tap on the region's outline. */
'use strict';
(function () {
  var box = document.querySelector('[data-place]');
  if (!box) return;
  var form = box.closest('form'), longitude = form.elements.longitude, latitude = form.elements.latitude;
  var status = box.querySelector('[data-said]'), forget = box.querySelector('[data-forget]');
  var here = box.querySelector('[data-here]'), open = box.querySelector('[data-map]'), map = box.querySelector('.map');
  var USUAL = status.textContent, SVG = 'http://www.w3.org/2000/svg', drawn = null, mark = null;
  box.hidden = false;
  here.hidden = !navigator.geolocation || window.isSecureContext === false;

  function side(value, more, less) { return (value < 0 ? less : more) + ' ' + Math.abs(value).toFixed(5) + '°'; }
  function show(words) {
    var there = longitude.value !== '' && latitude.value !== '';
    forget.hidden = !there;
    status.className = 'hint';
    status.textContent = there ? '已标出位置：' + side(+latitude.value, '北纬', '南纬') + '，' + side(+longitude.value, '东经', '西经') + (words || '') : words || USUAL;
    if (!mark) return;
    mark.setAttribute('visibility', there ? 'visible' : 'hidden');
    mark.setAttribute('cx', (longitude.value - drawn.west) * drawn.across);
    mark.setAttribute('cy', (drawn.north - latitude.value) * drawn.down);
  }
  function place(north, east, words) {
    latitude.value = north.toFixed(5);
    longitude.value = east.toFixed(5);
    show(words);
  }
  function failed(words) { status.className = 'wrong'; status.textContent = words; }

  here.addEventListener('click', function () {
    status.className = 'hint';
    status.textContent = '正在获取位置…';
    here.disabled = true;
    navigator.geolocation.getCurrentPosition(function (found) {
      here.disabled = false;
      place(found.coords.latitude, found.coords.longitude, '（误差约 ' + Math.max(1, Math.round(found.coords.accuracy)) + ' 米）');
    }, function () {
      here.disabled = false;
      show();
      failed('没有获得位置，不影响提交：可在上面写明地址' + (open ? '，或在地图上标出' : ''));
    }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  });
  forget.addEventListener('click', function () {
    longitude.value = latitude.value = '';
    show();
    here.focus();
  });

  function part(name, attributes, within) {
    var made = document.createElementNS(SVG, name);
    for (var key in attributes) made.setAttribute(key, attributes[key]);
    within.appendChild(made);
    return made;
  }
  function draw(found) {
    drawn = found;
    var svg = part('svg', { viewBox: '0 0 ' + found.width + ' ' + found.height, role: 'img', 'aria-label': '辖区轮廓图，点按标出事发位置' }, map);
    found.shapes.forEach(function (one) { part('path', { d: one.path, 'fill-rule': 'evenodd' }, svg); });
    found.shapes.forEach(function (one) {
      part('text', { x: one.x, y: one.y, 'font-size': found.width / 24 }, svg).textContent = one.title.replace(/^.*[省市州盟](?=..)/, '');
    });
    mark = part('circle', { r: Math.max(found.width, found.height) / 45, visibility: 'hidden' }, svg);
    svg.addEventListener('click', function (event) {
      var room = svg.getBoundingClientRect(), scale = found.width / room.width;
      place(found.north - (event.clientY - room.top) * scale / found.down, found.west + (event.clientX - room.left) * scale / found.across, '（地图上标出）');
    });
    show();
  }
  if (open) open.addEventListener('click', function () {
    map.hidden = !map.hidden;
    open.setAttribute('aria-expanded', String(!map.hidden));
    if (drawn || map.hidden) return;
    var request = new XMLHttpRequest();
    request.open('GET', '/request/map');
    request.onload = function () {
      if (request.status === 200 && !drawn) draw(JSON.parse(request.responseText));
      else if (!drawn) failed('地图暂时不能显示，请写明地址');
    };
    request.onerror = function () { failed('网络不通：地图不能显示，请写明地址'); };
    request.send();
  });
  show();
})();
