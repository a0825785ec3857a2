import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import type { FloorAlarm, FloorHand } from '@/api/messages'
import type { BoardAgent } from '@/api/types'
import { useFloor } from '@/board/floor'
import { grouped } from '@/board/seats'

const hand = (agent: string, ended = false): FloorHand => ({ id: `h${agent}`, agent, name: '张晓燕', note: '', call: '', at: '2026-03-01T01:00:00Z', ended })
const alarm = (id: string, subject: string, level: FloorAlarm['level'], ended = false): FloorAlarm => ({
  id, kind: 'wait', subject, text: id, level, sound: false, at: '2026-03-01T01:00:00Z', ended,
})
const seat = (agent: string, state: BoardAgent['state'], unit: string, groups: string[]): BoardAgent => ({
  agent, name: agent, state, reason: '', requested: '', since: '2026-03-01T01:00:00Z', reachable: true, engaged: '', call: null, unit, groups,
})

describe('the floor', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('shows each hand and alarm until it is over, and the worst level of a subject', () => {
    const floor = useFloor()
    floor.take({ hands: [hand('1001')], alarms: [alarm('a', 'queue:social', 'yellow')] })
    floor.change({ alarm: alarm('b', 'queue:social', 'red') })
    expect(floor.levels.get('queue:social')).toBe('red')
    expect(floor.standing.map((one) => one.id)).toEqual(['b', 'a'])
    floor.change({ alarm: alarm('b', 'queue:social', 'red', true) })
    expect(floor.levels.get('queue:social')).toBe('yellow')
    floor.change({ hand: hand('1001', true) })
    expect(floor.waiting).toEqual([])
    expect(floor.leads).toBe(true)
  })

  it('puts seats together by state, place and group', () => {
    const seats = [seat('1001', 'ready', '市热线', ['一组']), seat('1002', 'talking', '东县', ['一组', '二组']), seat('1003', 'break', '东县', [])]
    expect(grouped(seats, 'state').map((one) => [one.title, one.agents.length])).toEqual([['通话中', 1], ['就绪', 1], ['小休', 1]])
    expect(grouped(seats, 'unit').map((one) => [one.title, one.told])).toEqual([['东县', '通话中 1 · 小休 1'], ['市热线', '就绪 1']])
    expect(grouped(seats, 'group').map((one) => [one.title, one.agents.map((agent) => agent.agent)])).toEqual([
      ['二组', ['1002']],
      ['一组', ['1002', '1001']],
      ['未分组', ['1003']],
    ])
  })
})
