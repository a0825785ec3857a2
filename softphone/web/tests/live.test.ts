import { beforeEach, describe, expect, it } from 'vitest'
import { type Link, Live, type SocketLike } from '@/api/live'

class FakeSocket implements SocketLike {
  readyState = 0
  onopen: SocketLike['onopen'] = null
  onmessage: SocketLike['onmessage'] = null
  onclose: SocketLike['onclose'] = null
  onerror: SocketLike['onerror'] = null
  sent: Record<string, string>[] = []
  closed = false

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, string>)
  }

  close(): void {
    this.closed = true
  }

  open(): void {
    this.readyState = 1
    this.onopen?.(new Event('open'))
  }

  say(...frames: unknown[]): void {
    const data = JSON.stringify(frames.length === 1 ? frames[0] : frames)
    this.onmessage?.({ data } as MessageEvent)
  }

  drop(code = 1006): void {
    this.readyState = 3
    this.onclose?.({ code } as CloseEvent)
  }
}

/** Timers that run when told to, in the order of their time. */
class Timers {
  now = 0
  private readonly waiting: { at: number; action: () => void; stopped: boolean }[] = []

  later = (action: () => void, ms: number): (() => void) => {
    const timer = { at: this.now + ms, action, stopped: false }
    this.waiting.push(timer)
    return () => {
      timer.stopped = true
    }
  }

  pass(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const next = this.waiting.filter((one) => !one.stopped && one.at <= until).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      next.stopped = true
      this.now = next.at
      next.action()
    }
    this.now = until
  }
}

let sockets: FakeSocket[]
let timers: Timers
let links: Link[]
let expired: number
let live: Live

const last = (): FakeSocket => {
  const socket = sockets.at(-1)
  if (!socket) throw new Error('no socket')
  return socket
}

function recorder() {
  const heard: string[] = []
  return {
    heard,
    listener: {
      snapshot: (value: unknown) => heard.push(`snapshot ${JSON.stringify(value)}`),
      change: (value: unknown) => heard.push(`change ${JSON.stringify(value)}`),
      refused: (code: string) => heard.push(`refused ${code}`),
    },
  }
}

beforeEach(() => {
  sockets = []
  timers = new Timers()
  links = []
  expired = 0
  live = new Live({
    connect: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    expired: () => {
      expired += 1
    },
    changed: (link) => links.push(link),
    later: timers.later,
    random: () => 0.5,
  })
})

describe('topics', () => {
  it('subscribes when it opens and hands on the snapshot, then changes', () => {
    const { heard, listener } = recorder()
    live.hear('agent', listener)
    live.start()
    last().open()
    expect(last().sent).toEqual([{ subscribe: 'agent' }])
    last().say({ topic: 'agent', snapshot: 1 })
    last().say({ topic: 'agent', change: 2 }, { topic: 'agent', change: 3 })
    expect(heard).toEqual(['snapshot 1', 'change 2', 'change 3'])
  })

  it('drops changes that come before the snapshot, and what is no JSON', () => {
    const { heard, listener } = recorder()
    live.hear('board', listener)
    live.start()
    last().open()
    last().say({ topic: 'board', change: 'early' })
    last().onmessage?.({ data: '{' } as MessageEvent)
    expect(heard).toEqual([])
  })

  it('tells a refusal to the listeners of its topic only', () => {
    const board = recorder()
    const agent = recorder()
    live.hear('board', board.listener)
    live.hear('agent', agent.listener)
    live.start()
    last().open()
    last().say({ error: { topic: 'board', code: 'not_allowed', detail: '' } })
    expect(board.heard).toEqual(['refused not_allowed'])
    expect(agent.heard).toEqual([])
  })

  it('unsubscribes with the last listener, and asks anew for one that joins', () => {
    live.start()
    last().open()
    const stop = live.hear('board', recorder().listener)
    const stopOther = live.hear('board', recorder().listener)
    stop()
    stopOther()
    expect(last().sent).toEqual([
      { subscribe: 'board' },
      { unsubscribe: 'board' },
      { subscribe: 'board' },
      { unsubscribe: 'board' },
    ])
  })
})

describe('a lost line', () => {
  it('comes back with growing patience and starts from a new snapshot', () => {
    const { heard, listener } = recorder()
    live.hear('agent', listener)
    live.start()
    last().open()
    last().say({ topic: 'agent', snapshot: 'old' })
    last().drop()
    expect(links.at(-1)).toBe('waiting')
    timers.pass(499)
    expect(sockets).toHaveLength(1)
    timers.pass(1)
    expect(sockets).toHaveLength(2)
    last().drop()
    timers.pass(999)
    expect(sockets).toHaveLength(2)
    timers.pass(1)
    last().open()
    expect(last().sent).toEqual([{ subscribe: 'agent' }])
    last().say({ topic: 'agent', change: 'of a state never seen' })
    last().say({ topic: 'agent', snapshot: 'new' })
    expect(heard).toEqual(['snapshot "old"', 'snapshot "new"'])
  })

  it('tries at once when the network is said to be back', () => {
    live.start()
    last().open()
    last().drop()
    live.nudge()
    expect(sockets).toHaveLength(2)
    timers.pass(60_000)
    expect(sockets.filter((socket) => !socket.closed).length).toBeLessThanOrEqual(1)
  })

  it('asks for a snapshot after long silence, and gives the line up when none comes', () => {
    live.hear('agent', recorder().listener)
    live.start()
    last().open()
    last().say({ topic: 'agent', snapshot: 1 })
    timers.pass(25_000)
    expect(last().sent.slice(1)).toEqual([{ unsubscribe: 'agent' }, { subscribe: 'agent' }])
    last().say({ topic: 'agent', snapshot: 1 })
    timers.pass(24_000)
    expect(sockets).toHaveLength(1)
    timers.pass(1000 + 6000)
    expect(sockets[0]?.closed).toBe(true)
    timers.pass(500)
    expect(sockets).toHaveLength(2)
  })

  it('gives up a connection that never opens', () => {
    live.start()
    timers.pass(10_500)
    expect(sockets).toHaveLength(2)
    expect(sockets[0]?.closed).toBe(true)
  })

  it('hears nothing more from a socket that was left', () => {
    const { heard, listener } = recorder()
    live.hear('agent', listener)
    live.start()
    const first = last()
    first.open()
    first.drop()
    timers.pass(500)
    first.say({ topic: 'agent', snapshot: 'ghost' })
    expect(heard).toEqual([])
  })
})

describe('the end', () => {
  it('does not come back when the session is over', () => {
    live.start()
    last().open()
    last().drop(4401)
    timers.pass(60_000)
    expect(expired).toBe(1)
    expect(sockets).toHaveLength(1)
    expect(links.at(-1)).toBe('closed')
  })

  it('does not come back after stop', () => {
    live.start()
    last().open()
    live.stop()
    timers.pass(60_000)
    live.nudge()
    expect(sockets).toHaveLength(1)
    expect(last().closed).toBe(true)
  })
})
