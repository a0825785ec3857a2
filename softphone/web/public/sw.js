// What an installed console needs to open without a network: its page and its files, and nothing else. Answers of the
// server hold what citizens said: none is ever kept.
const KEPT = 'console-1'
const MOST = 250
const PAGE = '/'
const OWN = /^\/(assets|icons)\//

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((kept) => kept.add(new Request(PAGE, { cache: 'no-cache' })))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((one) => one !== KEPT).map((one) => caches.delete(one))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    if (!url.pathname.startsWith('/api/')) event.respondWith(page(request))
  } else if (OWN.test(url.pathname)) event.respondWith(file(request))
})

/** The newest page that can be had: every address of the console is the same page. */
async function page(request) {
  const kept = await caches.open(KEPT)
  try {
    const answer = await fetch(request)
    const type = answer.headers.get('Content-Type') || ''
    if (answer.ok && !answer.redirected && type.startsWith('text/html')) await kept.put(PAGE, answer.clone())
    return answer
  } catch (error) {
    const found = await kept.match(PAGE)
    if (found) return found
    throw error
  }
}

/** Names of files change with what is in them: what is kept is right. The oldest go. */
async function file(request) {
  const kept = await caches.open(KEPT)
  const found = await kept.match(request)
  if (found) return found
  const answer = await fetch(request)
  if (answer.ok) {
    await kept.put(request, answer.clone())
    const all = await kept.keys()
    const over = all.length - MOST
    if (over > 0) await Promise.all(all.filter((one) => new URL(one.url).pathname !== PAGE).slice(0, over).map((one) => kept.delete(one)))
  }
  return answer
}

// What somebody is told while the console is closed: what was sent was sealed for this browser.
self.addEventListener('push', (event) => {
  const told = event.data ? event.data.json() : {}
  const more = { tag: told.tag, data: told.link || '/inbox', icon: '/icons/192.png', lang: 'zh-CN' }
  event.waitUntil(self.registration.showNotification(told.title || '12345 有新消息', more))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(opened(event.notification.data))
})

/** The console at this page: where it is open already, there. */
async function opened(link) {
  const url = new URL(link, self.location.origin)
  if (url.origin !== self.location.origin) return
  const [there] = await self.clients.matchAll({ type: 'window' })
  if (!there) await self.clients.openWindow(url.href)
  else {
    await there.focus()
    await there.navigate(url.href)
  }
}
