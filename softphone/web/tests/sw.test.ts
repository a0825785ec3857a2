import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'

/** The service worker as a browser runs it, on a network that a test takes away. */
type Listener = (event: Record<string, unknown>) => void
const CODE = readFileSync('public/sw.js', 'utf8')

class Kept {
  readonly all = new Map<string, Response>()
  private key = (request: Request | string): string => new URL(typeof request === 'string' ? request : request.url, 'https://console.test').href
  match = async (request: Request | string): Promise<Response | undefined> => this.all.get(this.key(request))?.clone()
  put = async (request: Request | string, answer: Response): Promise<void> => void this.all.set(this.key(request), answer)
  delete = async (request: Request | string): Promise<boolean> => this.all.delete(this.key(request))
  keys = async (): Promise<{ url: string }[]> => [...this.all.keys()].map((url) => ({ url }))
  add = async (request: Request): Promise<void> => this.put(request.url, await answers(request.url))
}

let kept: Kept
let online: boolean
let asked: string[]
let listeners: Record<string, Listener>
let shown: unknown[]
let windows: { went: string; focus(): Promise<void>; navigate(url: string): Promise<void> }[]
let openedAt: string[]

async function answers(url: string): Promise<Response> {
  asked.push(new URL(url, 'https://console.test').pathname)
  if (!online) throw new TypeError('no network')
  const html = !/\.|^\/api/.test(new URL(url, 'https://console.test').pathname)
  return new Response(`of ${url}`, { headers: { 'Content-Type': html ? 'text/html; charset=utf-8' : 'text/javascript' } })
}

class Asked extends Request {
  constructor(input: string, init?: RequestInit) {
    super(new URL(input, 'https://console.test').href, init)
  }
}

async function get(path: string, more: Record<string, unknown> = {}): Promise<Response | null> {
  const request = { url: `https://console.test${path}`, method: 'GET', mode: 'cors', ...more }
  const event: { request: unknown; answer?: Promise<Response>; respondWith(answer: Promise<Response>): void } = {
    request,
    respondWith(answer) {
      this.answer = answer
    },
  }
  listeners.fetch?.(event as unknown as Record<string, unknown>)
  return event.answer ? await event.answer : null
}

describe('the service worker', () => {
  beforeEach(async () => {
    kept = new Kept()
    online = true
    asked = []
    listeners = {}
    shown = []
    windows = []
    openedAt = []
    const clients = { claim: () => undefined, matchAll: async () => windows, openWindow: async (url: string) => openedAt.push(url) }
    const registration = { showNotification: async (...said: unknown[]) => shown.push(said) }
    const caches = { open: async () => kept, keys: async () => ['console-0', 'console-1'], delete: async () => true }
    const self = { location: { origin: 'https://console.test' }, skipWaiting: () => undefined, clients, registration, addEventListener: (name: string, heard: Listener) => (listeners[name] = heard) }
    const run = new Function('self', 'caches', 'fetch', 'Request', CODE) as (...given: unknown[]) => void
    run(self, caches, (request: { url: string }) => answers(request.url), Asked)
    const done: Promise<unknown>[] = []
    listeners.install?.({ waitUntil: (work: Promise<unknown>) => done.push(work) })
    await Promise.all(done)
  })

  it('opens any page of the console without a network', async () => {
    online = false
    const answer = await get('/tickets/01J', { mode: 'navigate' })
    expect(await answer?.text()).toBe('of https://console.test/')
  })

  it('takes the newest page while there is a network', async () => {
    expect(await (await get('/inbox', { mode: 'navigate' }))?.text()).toBe('of https://console.test/inbox')
    online = false
    expect(await (await get('/', { mode: 'navigate' }))?.text()).toBe('of https://console.test/inbox')
  })

  it('has files whose names say what is in them, and asks for each once', async () => {
    await get('/assets/index-1.js')
    online = false
    expect(await (await get('/assets/index-1.js'))?.text()).toBe('of https://console.test/assets/index-1.js')
    expect(asked.filter((one) => one === '/assets/index-1.js')).toHaveLength(1)
  })

  it('never touches what the server answers of tickets, nor what is sent', async () => {
    for (const path of ['/api/tickets', '/api/inbox', '/ws', '/theme.js']) expect(await get(path)).toBeNull()
    expect(await get('/api/tickets/1/print', { mode: 'navigate' })).toBeNull()
    expect(await get('/assets/x.js', { method: 'POST' })).toBeNull()
    expect([...kept.all.keys()].some((one) => one.includes('/api/'))).toBe(false)
  })

  it('does not grow for ever', async () => {
    for (let place = 0; place < 260; place += 1) await get(`/assets/${place}.js`)
    expect(kept.all.size).toBeLessThanOrEqual(251)
    expect(kept.all.has('https://console.test/')).toBe(true)
  })

  async function happens(name: string, event: Record<string, unknown>): Promise<void> {
    const done: Promise<unknown>[] = []
    listeners[name]?.({ ...event, waitUntil: (work: Promise<unknown>) => done.push(work) })
    await Promise.all(done)
  }
  const clicked = (link: string): Record<string, unknown> => ({ notification: { data: link, close: () => undefined } })

  it('shows what somebody is told, and opens its page where the console is open already', async () => {
    await happens('push', { data: { json: () => ({ title: '工单待签收', link: '/tickets/01J', tag: 'm1' }) } })
    expect(shown).toEqual([['工单待签收', expect.objectContaining({ tag: 'm1', data: '/tickets/01J' })]])
    await happens('notificationclick', clicked('/tickets/01J'))
    expect(openedAt).toEqual(['https://console.test/tickets/01J'])
    windows.push({ went: '', focus: async () => undefined, navigate: async function (this: { went: string }, url: string) { this.went = url } })
    await happens('notificationclick', clicked('/inbox'))
    expect(windows[0]?.went).toBe('https://console.test/inbox')
  })

  it('is led to no other site', async () => {
    await happens('notificationclick', clicked('https://evil.example/'))
    await happens('notificationclick', clicked('//evil.example/'))
    expect(openedAt).toEqual([])
  })
})
