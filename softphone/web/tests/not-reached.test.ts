import { describe, expect, it } from 'vitest'
import { whyNotReached } from '@/desk/phone/not-reached'

describe('a call that came to nothing', () => {
  it('is told in words, by whose phone it was', () => {
    expect(whyNotReached({ call: '1', who: 'agent', result: 'unreachable' })).toContain('您的话机')
    expect(whyNotReached({ call: '1', who: 'other', result: 'busy' })).toContain('对方占线')
  })
  it('is not told to who ended it himself', () => {
    expect(whyNotReached({ call: '1', who: 'agent', result: 'rejected' })).toBe('')
    expect(whyNotReached({ call: '1', who: 'other', result: 'cancelled' })).toBe('')
  })
})
