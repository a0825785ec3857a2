import { describe, expect, it } from 'vitest'
import { stageWords } from '@/phone/own-phone'

const call = { stage: 'over', who: null, result: null, seconds: 0 } as const

describe('a call from one’s own telephone', () => {
  it('says whose telephone rings', () => {
    expect(stageWords({ ...call, stage: 'own' })).toContain('您的电话')
    expect(stageWords({ ...call, stage: 'citizen' })).toContain('拨打市民')
  })
  it('says why it came to nothing, by whose telephone it was', () => {
    expect(stageWords({ ...call, who: 'own', result: 'no_answer' })).toContain('您的电话无人接听')
    expect(stageWords({ ...call, who: 'citizen', result: 'busy' })).toContain('市民占线')
    expect(stageWords({ ...call, who: 'citizen', result: null })).toBe('没有接通市民')
  })
  it('says how long was talked', () => {
    expect(stageWords({ ...call, seconds: 61.4 })).toBe('通话已结束，共 61 秒')
  })
})
