import { describe, expect, it } from 'vitest'
import { saidIn, tellSaid } from '@/desk/said'
import { lastOfCaller, type Line, wordless } from '../transcript'

const line = (side: Line['side'], text: string, kind: Line['kind'] = 'said'): Line =>
  ({ number: 1, side, agent: '', name: '', at: '', seconds: 1, text, times: [], kind, apart: false, repairs: [] })

describe('what the citizen said last', () => {
  it('has his own words, also those that he is saying, and no one else’s', () => {
    const lines = [line('caller', '我退休了'), line('agent', '请讲'), line('caller', '', 'gap')]
    const speaking = [{ side: 'caller' as const, agent: '', name: '', text: '公积金怎么取', apart: false }]
    expect(lastOfCaller({ state: 'live', lines, speaking })).toBe('我退休了，公积金怎么取')
  })
  it('is the end of a long story, and nothing of a call that is over', () => {
    const lines = [line('caller', '话'.repeat(100)), line('caller', '公积金怎么取')]
    const last = lastOfCaller({ state: 'live', lines, speaking: [] })
    expect(last).toHaveLength(60)
    expect(last.endsWith('，公积金怎么取')).toBe(true)
    expect(lastOfCaller({ state: 'whole', lines, speaking: [] })).toBe('')
    expect(lastOfCaller(null)).toBe('')
  })
  it('is known by its call until it is over', () => {
    tellSaid('one', '公积金')
    expect([saidIn('one'), saidIn('other')]).toEqual(['公积金', ''])
    tellSaid('one', '')
    expect(saidIn('one')).toBe('')
  })
})

describe('where there are no words', () => {
  it('says whether some may come yet, whether none came, and whether nobody spoke', () => {
    const gap = { ...line('caller', '', 'gap'), seconds: 8.2 }
    expect(wordless(gap, 'live')).toBe('此处 8 秒未转写')
    expect(wordless(gap, 'waiting')).toBe('此处 8 秒未转写')
    expect(wordless(gap, 'partial')).toBe('此处 8 秒未能补写')
    expect(wordless({ ...gap, kind: 'silent' }, 'whole')).toBe('此处 8 秒未转写，录音中没有听到话')
    expect(wordless({ ...gap, kind: 'lost' }, 'partial')).toBe('此处有话，未能识别')
  })
})
