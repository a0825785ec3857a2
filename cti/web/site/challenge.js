/* Solves the task of GET /challenge (cti/web/challenge.py) in small steps, so that the page stays alive. SHA-256 is
   written out (FIPS 180-4): browsers lend theirs to pages over TLS only. */
'use strict';
(function () {
  var K = [], H = [], composite = {}, found = 0;
  for (var n = 2; found < 64; n++) {
    if (composite[n]) continue;
    for (var i = n * n; i < 320; i += n) composite[i] = true;
    if (found < 8) H[found] = (Math.pow(n, 1 / 2) * 4294967296) | 0;
    K[found++] = (Math.pow(n, 1 / 3) * 4294967296) | 0;
  }
  function rotate(x, by) { return (x >>> by) | (x << (32 - by)); }

  /* The first word of the hash of an ASCII text: no task asks for more than its bits. */
  function firstWord(text) {
    var words = [], length = text.length, blocks = ((length + 8) >> 6) + 1, hash = H.slice(), w = [], i, j;
    for (i = 0; i < blocks * 16; i++) words[i] = 0;
    for (i = 0; i < length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
    words[length >> 2] |= 0x80 << (24 - (length % 4) * 8);
    words[blocks * 16 - 1] = length * 8;
    for (j = 0; j < words.length; j += 16) {
      var a = hash.slice();
      for (i = 0; i < 64; i++) {
        if (i < 16) { w[i] = words[j + i]; } else {
          var x = w[i - 15], y = w[i - 2];
          w[i] = (w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) + w[i - 7] + (rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10))) | 0;
        }
        var one = (a[7] + (rotate(a[4], 6) ^ rotate(a[4], 11) ^ rotate(a[4], 25)) + ((a[4] & a[5]) ^ (~a[4] & a[6])) + K[i] + w[i]) | 0;
        var two = ((rotate(a[0], 2) ^ rotate(a[0], 13) ^ rotate(a[0], 22)) + ((a[0] & a[1]) ^ (a[0] & a[2]) ^ (a[1] & a[2]))) | 0;
        a = [(one + two) | 0, a[0], a[1], a[2], (a[3] + one) | 0, a[4], a[5], a[6]];
      }
      for (i = 0; i < 8; i++) hash[i] = (hash[i] + a[i]) | 0;
    }
    return hash[0] >>> 0;
  }

  /** What goes into X-Challenge; `done` is called with it, `failed` when no task can be had. */
  window.solveChallenge = function (done, failed) {
    var request = new XMLHttpRequest();
    request.open('GET', '/challenge');
    request.onerror = function () { failed('网络不通，请稍后再试'); };
    request.onload = function () {
      if (request.status !== 200) { failed('操作过于频繁，请稍后再试'); return; }
      var said = JSON.parse(request.responseText), number = 0, limit = Math.pow(2, 32 - said.effort);
      (function step() {
        for (var end = number + 2000; number < end; number++) {
          if (firstWord(said.task + ':' + number) < limit) { done(said.task + ':' + number); return; }
        }
        setTimeout(step, 0);
      })();
    };
    request.send();
  };
})();
