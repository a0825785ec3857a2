import { describe, expect, it } from 'vitest'
import { afterSilence } from '../src/calls/silence'

const bars = (text: string): number[] => [...text].map((one) => (one === '#' ? 0.5 : 0.001))

describe('skipping silence', () => {
  it('goes to shortly before the next word of either side', () => {
    const peaks = [bars('#---------'), bars('------#---')]
    expect(afterSilence(peaks, 10, 2)).toBeCloseTo(5.7)
  })
  it('leaves words and short pauses alone', () => {
    const peaks = [bars('##-##-----'), bars('----------')]
    expect(afterSilence(peaks, 10, 0.5)).toBe(0.5)
    expect(afterSilence(peaks, 10, 2.1)).toBe(2.1)
  })
  it('ends where nobody speaks any more', () => {
    expect(afterSilence([bars('#---------')], 10, 3)).toBeCloseTo(9.7)
    expect(afterSilence([], 10, 3)).toBe(3)
    expect(afterSilence([bars('---')], 0, 3)).toBe(3)
  })
})
