import { describe, expect, it } from 'vitest'
import { linkTo, peaksOf, squeeze } from '@/calls/outline'

describe('outline', () => {
  it('has a list of 0 to 1 for each side', () => {
    const sides = [String.fromCharCode(0, 255), String.fromCharCode(51, 102)].map((one) => btoa(one))
    const [caller, agent] = peaksOf({ a_second: 10, sides, speech: [[], []] })
    expect(caller).toEqual([0, 1])
    expect(agent?.[0]).toBeCloseTo(0.04)
    expect(agent?.[1]).toBeCloseTo(0.16)
  })

  it('is squeezed into bars that are the loudest of their share', () => {
    expect(squeeze([0.1, 0.9, 0.2, 0.3], 2)).toEqual([0.9, 0.3])
    expect(squeeze([0.4], 3)).toEqual([0.4, 0.4, 0.4])
    expect(squeeze([], 5)).toEqual([])
  })

  it('is linked to at a whole second', () => {
    expect(linkTo('https://hotline', '01M8', 42.7)).toBe(`https://hotline/recordings/01M8?second=42`)
  })
})
