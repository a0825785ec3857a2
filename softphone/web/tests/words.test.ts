import { describe, expect, it } from 'vitest'
import type { StoryEvent } from '@/api/types'
import { segmentsOf, sumsOf } from '@/calls/segments'
import { dayStart, lastDays } from '@/screens/list/period'
import { countText } from '@/words/count'
import { eventWords } from '@/words/events'
import { dialable, isDialable, numberText } from '@/words/number'
import { clockText, durationWords, timeText } from '@/words/time'

const event = (type: string, seconds: number, details: Record<string, unknown> = {}): StoryEvent => ({
  sequence: seconds,
  at: new Date(Date.UTC(2026, 2, 1) + seconds * 1000).toISOString(),
  type,
  details,
})

describe('counts', () => {
  it('say where nobody counted further', () => {
    expect([countText(12345), countText(1000, true), countText(0)]).toEqual(['12,345', '1,000+', '0'])
  })
})

describe('numbers', () => {
  it.each([
    ['+8613800000001', '138 0000 0001'],
    ['138****0001', '138 **** 0001'],
    ['+8651988880000', '0519-88880000'],
    ['+862188880000', '021-88880000'],
    ['12345', '12345'],
    ['', '未知号码'],
  ])('%s', (number, words) => {
    expect(numberText(number)).toBe(words)
  })

  it('takes what somebody pastes', () => {
    expect(dialable(' 0519-8888 0000 ')).toBe('051988880000')
    expect(isDialable('（0519）88880000')).toBe(true)
    expect(isDialable('13800000001,,1')).toBe(false)
    expect(isDialable('11')).toBe(false)
  })
})

describe('times', () => {
  it('are the hotline’s own', () => {
    expect(timeText('2026-03-01T16:30:05Z')).toBe('2026-03-02 00:30:05')
    expect(timeText('nonsense')).toBe('—')
    expect(clockText(3675)).toBe('1:01:15')
    expect(clockText(null)).toBe('—')
    expect(durationWords(75)).toBe('1 分 15 秒')
    expect(durationWords(3600)).toBe('1 小时')
    expect(durationWords(0)).toBe('0 秒')
  })

  it('of a day begin at midnight in Shanghai', () => {
    const at = Date.parse('2026-03-01T15:59:59Z')
    expect(new Date(dayStart(at)).toISOString()).toBe('2026-02-28T16:00:00.000Z')
    expect(new Date(dayStart(at + 1000)).toISOString()).toBe('2026-03-01T16:00:00.000Z')
    const [from, to] = lastDays(7, at)
    expect((to.getTime() - from.getTime() + 1000) / 86_400_000).toBe(7)
  })
})

describe('events in words', () => {
  it('say who and how long', () => {
    expect(eventWords(event('CallOffered', 0, { agent: '1001', waited: 12, why: 'longest idle: idle 3.0 s' }))).toMatchObject({
      title: '分配座席',
      detail: '工号 1001 · 已等待 12 秒 · 空闲最久',
    })
    expect(eventWords(event('CallQueued', 0, { queue: 'general', position: 2 }), { general: '综合受理' }).detail).toBe(
      '综合受理 · 第 2 位',
    )
  })

  it('say how the sound of a leg was', () => {
    const measured = event('LegMeasured', 0, { party: 'caller', line: 'carrier', mos: 3.37, loss: 0.1, jitter: 0.015, silent: false })
    expect(eventWords(measured)).toMatchObject({ title: '通话质量', detail: '市民 · carrier · MOS 3.37 · 丢包 10.0% · 抖动 15 ms', tone: 'warn' })
    const mute = event('LegMeasured', 0, { party: 'agent', line: '1001', mos: 1, loss: 0, jitter: null, silent: true })
    expect(eventWords(mute).detail).toBe('座席 · 1001 · 没有收到声音 · 丢包 0.0%')
  })

  it('show no English of the log', () => {
    const words = eventWords(event('CallOffered', 0, { agent: '1001', waited: 1, why: 'bound: some internal reason' }))
    expect(words.detail).toBe('工号 1001 · 已等待 1 秒')
  })

  it('of a kind that is not known yet keep their name', () => {
    expect(eventWords(event('CustomEvent', 0, { name: 'ticket_made' })).title).toBe('ticket_made')
  })
})

describe('the band of a call', () => {
  it('has no gaps and ends with the call', () => {
    const segments = segmentsOf(
      [
        event('CallArrived', 0),
        event('CallAnswered', 1),
        event('CallQueued', 8),
        event('CallOffered', 20, { agent: '1001' }),
        event('OfferFailed', 30, { agent: '1001' }),
        event('CallOffered', 31, { agent: '1002' }),
        event('TalkStarted', 34, { agent: '1002' }),
        event('CallHeld', 50, { agent: '1002' }),
        event('CallRetrieved', 60, { agent: '1002' }),
        event('TalkEnded', 90, { agent: '1002' }),
        event('CallEnded', 97),
      ],
      Date.now(),
    )
    expect(segments.map((one) => [one.kind, (one.to - one.from) / 1000])).toEqual([
      ['flow', 8],
      ['queue', 12],
      ['ring', 10],
      ['queue', 1],
      ['ring', 3],
      ['talk', 16],
      ['hold', 10],
      ['talk', 30],
      ['after', 7],
    ])
    for (const [index, one] of segments.entries()) {
      if (index > 0) expect(one.from).toBe(segments[index - 1]?.to)
    }
  })

  it('of a call that goes on reaches to now', () => {
    const now = Date.UTC(2026, 2, 1) + 5000
    expect(segmentsOf([event('CallArrived', 0)], now)).toMatchObject([{ kind: 'flow', to: now }])
  })

  it('has one talk time on the page: hold is a part of it, as in the log', () => {
    const segments = segmentsOf([event('TalkStarted', 0, { agent: '1001' }), event('CallHeld', 100), event('CallRetrieved', 127), event('TalkEnded', 243), event('CallEnded', 250)], 0)
    expect(sumsOf(segments)).toMatchObject([{ kind: 'talk', title: '通话', seconds: 243 }, { kind: 'hold', title: '其中保持', seconds: 27 }, { kind: 'after' }])
  })
})

describe('110 in a story', () => {
  it('says which line, and why it was not reached', () => {
    expect(eventWords(event('EmergencyCalled', 1, { number: '110', agent: '1001' }))).toMatchObject({ title: '呼叫紧急号码', detail: '110 公安，工号 1001 发起' })
    expect(eventWords(event('EmergencyNotReached', 1, { number: '120', result: 'busy' }))).toMatchObject({ title: '紧急号码未接通', detail: '120 急救 · 线路忙' })
    expect(eventWords(event('EmergencyHandedOver', 1, { number: '119', to: 'station', receipt: 'R1' })).detail).toBe('119 消防 · 回执 R1')
  })
})
