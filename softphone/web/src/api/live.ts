/**
 * The live socket: topics with a snapshot first and changes after it.
 *
 * It comes back by itself (back-off 0.5 s to 10 s, at once when the network returns) and every topic then starts from
 * a fresh snapshot. Changes before a snapshot of the same connection are dropped, so that a screen never mixes two.
 */
import type { LiveTopics } from './messages'

export interface Frame {
  topic?: string
  snapshot?: unknown
  change?: unknown
  error?: { code: string; detail: string; topic?: string }
}

export interface Listener<Snapshot, Change> {
  snapshot(value: Snapshot): void
  change?(value: Change): void
  refused?(code: string, detail: string): void
}

export interface SocketLike {
  readyState: number
  onopen: ((event: Event) => void) | null
  onmessage: ((event: MessageEvent) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  onerror: ((event: Event) => void) | null
  send(data: string): void
  close(code?: number): void
}

export type Link = 'closed' | 'connecting' | 'open' | 'waiting'

interface Setup {
  connect: () => SocketLike
  expired: () => void
  changed: (link: Link, retryAt: number | null) => void
  later?: (action: () => void, ms: number) => () => void
  random?: () => number
}

const OPEN = 1
const SESSION_OVER = 4401
const BACK_OFF = [500, 1000, 2000, 4000, 8000, 10_000]
const SILENCE = 25_000
const PROBE_PATIENCE = 6_000
const CONNECT_PATIENCE = 10_000

function afterTimeout(action: () => void, ms: number): () => void {
  const timer = setTimeout(action, ms)
  return () => clearTimeout(timer)
}

export class Live {
  private socket: SocketLike | null = null
  private readonly listeners = new Map<string, Set<Listener<unknown, unknown>>>()
  private readonly synced = new Set<string>()
  private attempts = 0
  private stopTimer: (() => void) | null = null
  private stopWatch: (() => void) | null = null
  private wanted = false
  private readonly later: (action: () => void, ms: number) => () => void
  private readonly random: () => number

  constructor(private readonly setup: Setup) {
    this.later = setup.later ?? afterTimeout
    this.random = setup.random ?? Math.random
  }

  start(): void {
    if (this.wanted) return
    this.wanted = true
    this.attempts = 0
    this.open()
  }

  stop(): void {
    this.wanted = false
    this.drop()
    this.setup.changed('closed', null)
  }

  /** Hear a topic; returns the end of hearing it. What those of plugins send is known by their name. */
  hear<T extends keyof LiveTopics>(topic: T, listener: Listener<LiveTopics[T]['snapshot'], LiveTopics[T]['change']>): () => void
  hear<Snapshot, Change>(topic: string, listener: Listener<Snapshot, Change>): () => void
  hear<Snapshot, Change>(topic: string, listener: Listener<Snapshot, Change>): () => void {
    const heard = listener as Listener<unknown, unknown>
    const found = this.listeners.get(topic)
    if (found) {
      found.add(heard)
      // Another screen holds this topic already: ask for a snapshot that includes the newcomer.
      if (this.isOpen) this.ask(topic)
    } else {
      this.listeners.set(topic, new Set([heard]))
      if (this.isOpen) this.say({ subscribe: topic })
    }
    return () => {
      const set = this.listeners.get(topic)
      if (!set?.delete(heard) || set.size > 0) return
      this.listeners.delete(topic)
      this.synced.delete(topic)
      if (this.isOpen) this.say({ unsubscribe: topic })
    }
  }

  /** The network came back or somebody looks at the page again: do not wait for the back-off, and check the line. */
  nudge(): void {
    if (!this.wanted) return
    if (this.socket === null) {
      this.attempts = 0
      this.open()
    } else if (this.isOpen) {
      this.probe()
    }
  }

  private get isOpen(): boolean {
    return this.socket?.readyState === OPEN
  }

  private open(): void {
    this.drop()
    this.setup.changed('connecting', null)
    let socket: SocketLike
    try {
      socket = this.setup.connect()
    } catch {
      this.retry()
      return
    }
    this.socket = socket
    this.stopWatch = this.later(() => this.lost(socket), CONNECT_PATIENCE)
    socket.onopen = () => {
      if (this.socket !== socket) return
      this.attempts = 0
      this.setup.changed('open', null)
      for (const topic of this.listeners.keys()) this.say({ subscribe: topic })
      this.watch()
    }
    socket.onmessage = (event) => {
      if (this.socket !== socket) return
      this.watch()
      this.read(event.data)
    }
    socket.onclose = (event) => {
      if (this.socket !== socket) return
      if (event.code === SESSION_OVER) {
        this.stop()
        this.setup.expired()
      } else {
        this.lost(socket)
      }
    }
    socket.onerror = null
  }

  private read(data: unknown): void {
    let frames: Frame | Frame[]
    try {
      frames = JSON.parse(String(data)) as Frame | Frame[]
    } catch {
      return
    }
    for (const frame of Array.isArray(frames) ? frames : [frames]) this.take(frame)
  }

  private take(frame: Frame): void {
    if (frame.error) {
      const topics = frame.error.topic ? [frame.error.topic] : frame.topic ? [frame.topic] : [...this.listeners.keys()]
      for (const topic of topics) {
        if (this.synced.has(topic)) continue
        for (const listener of this.listeners.get(topic) ?? []) listener.refused?.(frame.error.code, frame.error.detail)
      }
      return
    }
    if (!frame.topic) return
    const listeners = this.listeners.get(frame.topic)
    if (!listeners) return
    if (frame.snapshot !== undefined) {
      this.synced.add(frame.topic)
      for (const listener of listeners) listener.snapshot(frame.snapshot)
    } else if (frame.change !== undefined && (this.synced.has(frame.topic) || frame.topic === 'story')) {
      for (const listener of listeners) listener.change?.(frame.change)
    }
  }

  private say(message: Record<string, string>): void {
    this.socket?.send(JSON.stringify(message))
  }

  private ask(topic: string): void {
    this.say({ unsubscribe: topic })
    this.say({ subscribe: topic })
  }

  /** A browser sees no pings and a dead line says nothing: after long silence, ask for one snapshot. */
  private watch(): void {
    this.stopWatch?.()
    this.stopWatch = this.later(() => this.probe(), SILENCE)
  }

  private probe(): void {
    const socket = this.socket
    if (!socket) return
    const topic = [...this.listeners.keys()].find((name) => this.synced.has(name))
    this.stopWatch?.()
    if (topic === undefined) {
      this.stopWatch = this.later(() => this.probe(), SILENCE)
      return
    }
    this.ask(topic)
    this.stopWatch = this.later(() => this.lost(socket), PROBE_PATIENCE)
  }

  private lost(socket: SocketLike): void {
    if (this.socket !== socket) return
    this.drop()
    if (this.wanted) this.retry()
  }

  private drop(): void {
    this.stopTimer?.()
    this.stopWatch?.()
    this.stopTimer = null
    this.stopWatch = null
    this.synced.clear()
    const socket = this.socket
    this.socket = null
    if (!socket) return
    socket.onopen = null
    socket.onmessage = null
    socket.onclose = null
    socket.close()
  }

  private retry(): void {
    const base = BACK_OFF[Math.min(this.attempts, BACK_OFF.length - 1)] ?? 10_000
    this.attempts += 1
    const wait = Math.round(base * (0.75 + this.random() * 0.5))
    this.setup.changed('waiting', Date.now() + wait)
    this.stopTimer = this.later(() => {
      if (this.wanted) this.open()
    }, wait)
  }
}
