import { describe, expect, it } from 'vitest'
import { manner } from '@/inbox/inbox'

describe('a message that comes', () => {
  it('is heard where nobody talks, and in a talk only when it is urgent', () => {
    expect(manner('normal', false)).toEqual({ card: true, sound: true })
    expect(manner('normal', true)).toEqual({ card: true, sound: false })
    expect(manner('urgent', true)).toEqual({ card: true, sound: true })
    expect(manner('quiet', false)).toEqual({ card: false, sound: false })
  })
})
