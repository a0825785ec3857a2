import { describe, expect, it } from 'vitest'
import { shareOf } from '../helpful'

describe('how many an edition helped', () => {
  it('is of those who said something', () => {
    expect(shareOf({ edition: 1, helped: 2, unhelped: 1, said: 0 })).toBe(67)
    expect(shareOf({ edition: 1, helped: 0, unhelped: 0, said: 0 })).toBe(0)
  })
})
