import { computed, reactive } from 'vue'
import { http, Problem, wordsOf } from '@/api/http'
import { upload, type Upload } from '@/api/upload'
import type { Arrival } from '@/screens/form/arrivals'

/** What the server says of an upload (`cti/office/files`). */
export interface UploadState {
  token: string
  name: string
  size: number
  received: number
  done: boolean
  type: string
}

export interface Limits {
  max_bytes: number
  per_record: number
  accept: string
}

export interface Item {
  token: string
  name: string
  size: number
  /** 0 to 1. */
  share: number
  state: 'waiting' | 'sending' | 'done' | 'failed'
  trouble: string
}

/** What uploads need of the outside; tests give their own. */
export interface Wire {
  begin(token: string, name: string, size: number): Promise<UploadState>
  state(token: string): Promise<UploadState>
  send(token: string, offset: number, part: Blob, sent: (share: number) => void): Upload<UploadState>
  drop(token: string): Promise<unknown>
  pause(ms: number): Promise<void>
}

export const wire: Wire = {
  begin: (token, name, size) => http.post('/api/uploads', { token, name, size }),
  state: (token) => http.get(`/api/uploads/${token}`),
  send: (token, offset, part, sent) => upload(`/api/uploads/${token}?offset=${offset}`, part, sent, 'PATCH'),
  drop: (token) => http.delete(`/api/uploads/${token}`),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

const AT_ONCE = 2
/** How long to wait before each new try after the network failed, ms; after the last the person decides. */
const PAUSES = [1000, 3000, 8000, 20_000]

function newToken(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The network or the server was away: worth another try. */
function isPassing(error: unknown): boolean {
  return error instanceof Problem && (error.status === 0 || error.status >= 500 || error.status === 400 || error.code === 'uploading')
}

/** How far all of them are, for a form that waits for them. */
export function arrivalOf(items: readonly Item[]): Arrival {
  const whole = items.filter((one) => one.state !== 'failed')
  return {
    size: whole.reduce((sum, one) => sum + one.size, 0),
    sent: whole.reduce((sum, one) => sum + one.share * one.size, 0),
    busy: items.some((one) => one.state === 'waiting' || one.state === 'sending'),
    failed: items.filter((one) => one.state === 'failed').map((one) => `${one.name}（${one.trouble}）`),
  }
}

/** Files on their way, a few at once, each resumed where it stopped. `done` hears of each that has come. */
export function useUploads(limits: () => Limits | null, done: (item: Item) => void, by: Wire = wire) {
  const items = reactive<Item[]>([])
  const files = new Map<string, File>()
  const running = new Map<string, Upload<UploadState> | null>()
  const busy = computed(() => items.some((one) => one.state === 'waiting' || one.state === 'sending'))

  function add(fresh: Iterable<File>): void {
    for (const file of fresh) {
      const most = limits()?.max_bytes ?? Infinity
      const trouble = file.size === 0 ? '文件是空的' : file.size > most ? `超过 ${Math.floor(most / 1024 / 1024)} MB 上限` : ''
      const token = newToken()
      files.set(token, file)
      items.push({ token, name: file.name || '粘贴的图片.png', size: file.size, share: 0, state: trouble ? 'failed' : 'waiting', trouble })
    }
    start()
  }

  function start(): void {
    for (const item of items) {
      if (running.size >= AT_ONCE) return
      if (item.state === 'waiting') void work(item)
    }
  }

  async function work(item: Item): Promise<void> {
    running.set(item.token, null)
    item.state = 'sending'
    item.trouble = ''
    try {
      for (let tries = 0; !(await tried(item, tries)); tries += 1);
    } finally {
      running.delete(item.token)
      start()
    }
  }

  /** True when no other try is worth while. */
  async function tried(item: Item, tries: number): Promise<boolean> {
    const file = files.get(item.token)
    if (!file || !running.has(item.token)) return true
    try {
      let state = await by.begin(item.token, item.name, item.size)
      while (!state.done) {
        const from = state.received
        const sending = by.send(item.token, from, file.slice(from), (share) => (item.share = (from + share * (item.size - from)) / item.size))
        running.set(item.token, sending)
        state = await sending.done
      }
      item.name = state.name
      item.share = 1
      item.state = 'done'
      files.delete(item.token)
      done(item)
      return true
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return true
      // The server knows better how far it is.
      const elsewhere = error instanceof Problem && error.code === 'offset'
      const pause = elsewhere ? 0 : PAUSES[tries]
      if ((elsewhere && tries < 10) || (isPassing(error) && pause !== undefined)) {
        item.trouble = elsewhere ? '' : '连接中断，稍后自动继续'
        await by.pause(pause ?? 0)
        return false
      }
      item.state = 'failed'
      item.trouble = wordsOf(error)
      return true
    }
  }

  function retry(item: Item): void {
    item.state = 'waiting'
    item.trouble = ''
    start()
  }

  /** Take one out, whatever it is doing. */
  function drop(item: Item): void {
    const sending = running.get(item.token)
    running.delete(item.token)
    sending?.stop()
    files.delete(item.token)
    const at = items.findIndex((one) => one.token === item.token)
    if (at >= 0) items.splice(at, 1)
    // What the server keeps of it is gone after a day anyway.
    void by.drop(item.token).catch(() => undefined)
  }

  /** It is linked: nothing more to show of it here. */
  function linked(tokens: readonly string[]): void {
    for (const token of tokens) {
      const at = items.findIndex((one) => one.token === token)
      if (at >= 0) items.splice(at, 1)
    }
  }

  return { items, busy, add, retry, drop, linked }
}
