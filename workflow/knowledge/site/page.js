/* The page of the component: finds articles, shows one, takes what a reader found wrong. All text is put in as text;
   the body of an article is HTML that the server has cleaned. */
'use strict';
(function () {
  var key = document.body.getAttribute('data-key'), region = document.body.getAttribute('data-region');
  var api = '/knowledge/api/' + encodeURIComponent(key), page = 1, words = '', scenario = '', lifeEvent = '', asking = 0;
  // Milliseconds: who asks is told, also when nobody answers.
  var PATIENCE = 10000;
  function by(id) { return document.getElementById(id); }
  function made(name, text, kind) {
    var one = document.createElement(name);
    if (text) one.textContent = text;
    if (kind) one.className = kind;
    return one;
  }
  function ask(method, path, body, headers, done) {
    var request = new XMLHttpRequest();
    request.open(method, api + path + (path.indexOf('?') < 0 ? '?' : '&') + 'region=' + encodeURIComponent(region));
    if (body) request.setRequestHeader('Content-Type', 'application/json');
    for (var name in headers) request.setRequestHeader(name, headers[name]);
    request.timeout = PATIENCE;
    request.ontimeout = function () { done(null, '12345 热线暂时没有回应，请稍后再试，或拨打 12345'); };
    request.onerror = function () { done(null, '网络不通，请稍后再试，或拨打 12345'); };
    request.onload = function () {
      var said = {};
      try { said = JSON.parse(request.responseText || '{}'); } catch (error) { said = {}; }
      if (request.status < 300) done(said, ''); else done(null, said.detail || '暂时不能查询，请稍后再试');
    };
    request.send(body ? JSON.stringify(body) : null);
  }
  function tell(text) {
    by('told').textContent = text;
    by('told').hidden = !text;
  }
  function fit() {
    if (window.parent !== window) window.parent.postMessage({ hotlineKnowledge: document.documentElement.offsetHeight }, '*');
  }
  function pieces(into, all) {
    all.forEach(function (piece) { into.appendChild(piece.hit ? made('mark', piece.text) : document.createTextNode(piece.text)); });
    return into;
  }
  function chips(into, all, now, take) {
    by(into).textContent = '';
    all.forEach(function (one) {
      var button = made('button', one.title, one.id === now ? 'chip on' : 'chip');
      button.type = 'button';
      button.setAttribute('aria-pressed', String(one.id === now));
      button.addEventListener('click', function () {
        take(now === one.id ? '' : one.id);
        search(1);
      });
      by(into).appendChild(button);
    });
    by(into).hidden = !all.length;
  }
  function showArticles(found) {
    if (page === 1) by('found').textContent = '';
    found.items.forEach(function (one) {
      var link = made('a', '', 'one');
      link.href = '#' + one.id;
      link.setAttribute('data-test', 'found');
      link.appendChild(pieces(made('b'), one.title));
      link.appendChild(pieces(made('span', '', 'passage'), one.passage));
      link.appendChild(made('small', [one.category, one.unit, one.published_at.slice(0, 10)].filter(Boolean).join(' · ')));
      by('found').appendChild(link);
    });
    by('more').hidden = page * found.size >= found.total;
    var asked = words || scenario || lifeEvent;
    tell(found.total ? (asked ? '找到 ' + found.total + ' 条' : '') : asked ? '没有找到，请换个说法，或拨打 12345。' : '暂时没有公开的知识。');
    // A life event narrows what was asked; a scenario takes its place.
    chips('life-events', found.life_events, lifeEvent, function (id) { lifeEvent = id; });
    chips('scenarios', found.scenarios, scenario, function (id) { scenario = id; words = by('words').value = ''; });
    fit();
  }
  function search(at) {
    var mine = ++asking;
    page = at;
    tell('正在查询…');
    var query = '?page=' + page + '&words=' + encodeURIComponent(words) + '&scenario=' + encodeURIComponent(scenario) +
      '&life_event=' + encodeURIComponent(lifeEvent);
    ask('GET', '/search' + query, null, {}, function (found, trouble) {
      if (mine !== asking) return;
      if (trouble) { tell(trouble); fit(); } else showArticles(found);
    });
  }
  function line(list, title, text) {
    if (!text) return;
    list.appendChild(made('dt', title));
    list.appendChild(made('dd', text));
  }
  // One click says whether it helped; another one on the same takes that back. Who was not helped is asked why.
  function judging(one, correction) {
    var box = made('section', '', 'judging'), told = made('p', '', 'quiet'), said = null, buttons = [];
    box.appendChild(made('b', '这条知识对您有帮助吗？'));
    function button(title, helped) {
      var pressed = made('button', title, 'plain');
      pressed.type = 'button';
      pressed.setAttribute('aria-pressed', 'false');
      pressed.setAttribute('data-test', helped ? 'helped' : 'unhelped');
      pressed.addEventListener('click', function () {
        var wanted = said === helped ? null : helped;
        buttons.forEach(function (each) { each.disabled = true; });
        ask('POST', '/articles/' + one.id + '/helpful', { edition: one.edition, helped: wanted }, {}, function (found, trouble) {
          buttons.forEach(function (each) { each.disabled = false; });
          if (!trouble) said = wanted;
          buttons[0].setAttribute('aria-pressed', String(said === true));
          buttons[1].setAttribute('aria-pressed', String(said === false));
          told.textContent = trouble || found.words + (said === false ? '，请写一句没帮到您的原因' : '');
          if (said === false) {
            correction.querySelector('summary').textContent = '哪里没帮到您';
            correction.open = true;
            correction.querySelector('textarea').focus();
          }
          fit();
        });
      });
      buttons.push(pressed);
      box.appendChild(pressed);
    }
    button('有帮助', true);
    button('没帮助', false);
    told.setAttribute('role', 'status');
    box.appendChild(told);
    return box;
  }
  function correcting(id) {
    var box = made('details', '', 'wrong'), form = made('form'), text = made('textarea'), send = made('button', '提交', 'plain'), told = made('p');
    box.appendChild(made('summary', '内容有误？告诉我们'));
    text.maxLength = 1000;
    text.required = true;
    text.setAttribute('aria-label', '哪里不对，正确的是什么');
    text.placeholder = '哪里不对，正确的是什么；请不要填写个人信息';
    told.setAttribute('role', 'status');
    form.appendChild(text);
    form.appendChild(send);
    form.appendChild(told);
    box.appendChild(form);
    box.addEventListener('toggle', fit);
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      if (text.value.trim().length < 2) { told.textContent = '请写明哪里不对'; fit(); return; }
      send.disabled = true;
      told.textContent = '正在提交…';
      function over(words, thanked) {
        send.disabled = thanked;
        told.textContent = words;
        fit();
      }
      window.solveChallenge(function (solved) {
        ask('POST', '/articles/' + id + '/corrections', { kind: 'wrong', content: text.value.trim() }, { 'X-Challenge': solved }, function (found, trouble) {
          over(trouble || found.words + '编号 ' + found.number, !trouble);
        });
      }, function (trouble) { over(trouble, false); });
    });
    return box;
  }
  function showArticle(one) {
    var article = by('article'), back = made('button', '返回', 'plain'), list = made('dl'), body = made('div', '', 'body');
    article.textContent = '';
    back.type = 'button';
    back.addEventListener('click', function () { history.back(); });
    article.appendChild(back);
    article.appendChild(made('h1', one.title));
    if (one.summary) article.appendChild(made('p', one.summary, 'summary'));
    one.lines.forEach(function (each) { line(list, each.title, each.text); });
    article.appendChild(list);
    body.innerHTML = one.body;
    article.appendChild(body);
    one.files.forEach(function (file) {
      var link = made('a', '附件：' + file.name + '（' + Math.max(1, Math.round(file.size / 1024)) + ' KB）', 'file');
      link.href = file.url + '?region=' + encodeURIComponent(region);
      article.appendChild(link);
    });
    var about = made('dl', '', 'about');
    line(about, '关键词', one.keywords.join('、'));
    line(about, '发布单位', one.unit);
    line(about, '联系方式', one.contact);
    line(about, '发布时间', one.published_at.slice(0, 10));
    line(about, '有效期至', one.valid_until ? one.valid_until.slice(0, 10) : '长期有效');
    line(about, '知识编号', one.number);
    article.appendChild(about);
    var correction = correcting(one.id);
    article.appendChild(judging(one, correction));
    article.appendChild(correction);
    Array.prototype.forEach.call(body.querySelectorAll('img'), function (img) { img.addEventListener('load', fit); });
    see(true);
  }
  function see(article) {
    by('article').hidden = !article;
    ['ask', 'found'].forEach(function (id) { by(id).hidden = article; });
    if (article) ['life-events', 'scenarios', 'more', 'told'].forEach(function (id) { by(id).hidden = true; });
    fit();
  }
  function went() {
    var id = location.hash.slice(1);
    if (!/^[0-9A-Z]{26}$/.test(id)) { see(false); if (!by('found').childNodes.length || by('scenarios').hidden) search(page); return; }
    ask('GET', '/articles/' + id, null, {}, function (found, trouble) {
      if (trouble) { see(false); tell(trouble); fit(); } else showArticle(found);
    });
  }
  by('ask').addEventListener('submit', function (event) {
    event.preventDefault();
    words = by('words').value.trim();
    scenario = '';
    search(1);
  });
  by('more').querySelector('button').addEventListener('click', function () { search(page + 1); });
  window.addEventListener('hashchange', went);
  window.addEventListener('resize', fit);
  // Who framed it hears at once that it is there.
  fit();
  if (!key) {
    by('ask').hidden = true;
    tell('知识查询没有接通：接入密钥不对，或已停用。请网站管理员与 12345 热线核对；咨询请拨打 12345。');
    fit();
    return;
  }
  var begun = /[?&]words=([^&]*)/.exec(location.search);
  if (begun) words = by('words').value = decodeURIComponent(begun[1].replace(/\+/g, ' '));
  went();
})();
