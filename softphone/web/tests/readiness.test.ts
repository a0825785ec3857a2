import { describe, expect, it } from 'vitest'
import { barOf } from '@/phone/microphone'
import { whyNotReady } from '@/desk/readiness'

describe('becoming ready', () => {
  it('is refused with the reason and the remedy when nobody would hear the agent: he was offered citizens', () => {
    const why = whyNotReady(['1001-web'], '1001-web', true, 'denied')
    expect(why).toContain('没有允许使用麦克风')
    expect(why).toContain('再试一次')
    expect(whyNotReady(['1001-web'], '1001-web', true, 'missing')).toContain('没有找到麦克风')
  })

  it('does not ask for the browser’s microphone of one who has a desk phone', () => {
    expect(whyNotReady(['1001', '1001-web'], '1001-web', true, 'denied')).toBe('')
    expect(whyNotReady(['1001'], '', false, 'insecure')).toBe('')
  })

  it('needs a phone', () => {
    expect(whyNotReady([], '', false, null)).toContain('话机未注册')
    expect(whyNotReady(['1001-web'], '1001-web', true, null)).toBe('')
  })

  it('goes by the browser’s word where nobody has tried yet', () => {
    expect([barOf('denied'), barOf('insecure'), barOf('prompt'), barOf('granted'), barOf('unknown')]).toEqual(['denied', 'insecure', null, null, null])
  })
})
