import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import type { BoardQueue, BoardSnapshot, OpenCall } from '@/api/types'
import { useBoard } from '@/board/board'

const queue = (name: string, changes: Partial<BoardQueue> = {}): BoardQueue => ({
  queue: name,
  title: name,
  waiting: 0,
  longest_wait_since: null,
  ready: 0,
  talking: 0,
  signed_in: 0,
  estimate: null,
  answered_today: 0,
  abandoned_today: 0,
  service_level: null,
  ...changes,
})
const open = (id: string, state: OpenCall['state'] = 'queued'): OpenCall => ({
  id,
  caller: '138****0001',
  called: '12345',
  state,
  queue: 'a',
  agent: '',
  answered: false,
  arrived_at: '2026-03-01T01:00:00Z',
  about: '',
})
const snapshot = (changes: Partial<BoardSnapshot> = {}): BoardSnapshot => ({
  agents: [
    { agent: '1001', name: '张晓燕', state: 'ready', reason: '', requested: '', reachable: true, engaged: '', since: '2026-03-01T01:00:00Z', call: null, unit: '市热线', groups: ['一组'] },
    { agent: '1002', name: '王建国', state: 'break', reason: 'rest', requested: '', reachable: true, engaged: '', since: '2026-03-01T01:00:00Z', call: null, unit: '市热线', groups: ['一组'] },
  ],
  queues: [
    queue('a', { waiting: 2, longest_wait_since: '2026-03-01T01:00:05Z', answered_today: 30, abandoned_today: 10, service_level: 0.5 }),
    queue('b', { waiting: 1, longest_wait_since: '2026-03-01T01:00:01Z', answered_today: 10, service_level: 1 }),
    queue('c'),
  ],
  calls: { open: [open('1')], today: { arrived: 9, ended: 8, answered: 7, abandoned: 1, rated: 3 } },
  switch: { name: 'switch-1', up: true },
  alarms: [],
  ...changes,
})

describe('the board', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('adds the queues up', () => {
    const board = useBoard()
    board.take(snapshot())
    expect(board.totals).toMatchObject({ waiting: 3, longest: '2026-03-01T01:00:01Z' })
    expect(board.totals.answerRate).toBeCloseTo(0.875)
    expect(board.totals.serviceLevel).toBeCloseTo(0.6)
    expect(board.counts).toMatchObject({ ready: 1, break: 1, talking: 0 })
  })

  it('changes one seat and one queue', () => {
    const board = useBoard()
    board.take(snapshot())
    board.change({ agent: { agent: '1001', name: '张晓燕', state: 'talking', reason: '', requested: '', reachable: true, engaged: 'talking', since: '2026-03-01T01:01:00Z', call: open('1', 'talking'), unit: '市热线', groups: [] } })
    board.change({ queue: queue('a') })
    expect(board.counts).toMatchObject({ ready: 0, talking: 1, break: 1 })
    expect(board.totals.waiting).toBe(1)
  })

  it('counts calls that come and go, each once', () => {
    const board = useBoard()
    board.take(snapshot())
    board.change({ call: open('2', 'arrived') })
    board.change({ call: open('2') })
    board.change({ call: { id: '2', ended: true, abandoned: true } })
    board.change({ call: { id: '2', ended: true, abandoned: true } })
    expect([...board.calls.keys()]).toEqual(['1'])
    expect(board.today).toMatchObject({ arrived: 10, ended: 9, abandoned: 2 })
  })

  it('counts a call that is handed on as answered once: 48 of 47 calls had been', () => {
    const board = useBoard()
    board.take(snapshot())
    board.change({ call: { ...open('2', 'talking'), answered: true } })
    board.change({ call: { ...open('2', 'queued'), answered: true } })
    board.change({ call: { ...open('2', 'talking'), answered: true } })
    board.change({ call: { id: '2', ended: true, abandoned: true } })
    expect(board.today).toMatchObject({ answered: 8, abandoned: 1 })
  })

  it('raises an alarm once and takes it away', () => {
    const board = useBoard()
    board.take(snapshot())
    board.change({ alarm: { name: 'disk', text: '磁盘将满', at: '2026-03-01T01:00:00Z' } })
    board.change({ alarm: { name: 'disk', text: '磁盘已满', at: '2026-03-01T01:01:00Z' } })
    expect(board.alarms).toEqual([{ name: 'disk', text: '磁盘已满', at: '2026-03-01T01:01:00Z' }])
    board.change({ alarm: { name: 'disk', cleared: true } })
    expect(board.alarms).toEqual([])
  })

  it('starts from nothing old with a new snapshot', () => {
    const board = useBoard()
    board.take(snapshot())
    board.take(snapshot({ agents: [], queues: [], calls: { open: [], today: { arrived: 0, ended: 0, answered: 0, abandoned: 0, rated: 0 } } }))
    expect(board.agents.size + board.queues.size + board.calls.size).toBe(0)
    expect(board.totals.answerRate).toBeNull()
  })
})
