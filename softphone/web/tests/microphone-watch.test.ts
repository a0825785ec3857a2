import { describe, expect, it } from 'vitest'
import { lookAt } from '@/phone/microphone-watch'

const track = (deviceId: string, readyState: MediaStreamTrackState = 'live'): Pick<MediaStreamTrack, 'readyState' | 'getSettings'> => ({ readyState, getSettings: () => ({ deviceId }) })

describe('the microphone of a talk', () => {
  it('is gone when it was pulled out, whatever the browser says of its track', () => {
    expect(lookAt(track('a', 'ended'), '', ['b'])).toBe('gone')
    expect(lookAt(track('a'), '', ['b'])).toBe('gone')
    expect(lookAt(track('a'), 'a', ['a', 'b'])).toBe('')
  })

  it('changes to the chosen one when that is there again', () => {
    expect(lookAt(track('b'), 'a', ['a', 'b'])).toBe('back')
    expect(lookAt(track('b'), '', ['a', 'b'])).toBe('')
    expect(lookAt(undefined, 'a', ['a'])).toBe('')
  })
})
