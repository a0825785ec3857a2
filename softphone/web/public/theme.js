// Runs before the first paint, so that a dark console never flashes white; a file of its own for the sake of the CSP.
;(function () {
  var wanted = null
  try {
    wanted = localStorage.getItem('hotline.theme')
  } catch (_) {
    wanted = null
  }
  var dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', dark)
})()
