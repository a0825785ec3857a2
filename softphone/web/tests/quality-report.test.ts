import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { http } from '@/api/http'
import { countsOf, reporter } from '@/phone/quality-report'

const report = (received: number, more: { id: string }[] = []): RTCStatsReport =>
  new Map(
    [
      { id: 'c1', type: 'codec', mimeType: 'audio/opus' },
      { id: 'c2', type: 'codec', mimeType: 'audio/PCMA' },
      { id: 'i', type: 'inbound-rtp', kind: 'audio', codecId: 'c2', packetsReceived: received, packetsLost: -2, jitter: 0.004 },
      { id: 'o', type: 'outbound-rtp', kind: 'audio', packetsSent: 700 },
      ...more,
    ].map((entry) => [entry.id, entry] as const),
  ) as unknown as RTCStatsReport

describe('what a browser counts of a talk', () => {
  it('is both directions, the far one when the switch has reported', () => {
    expect(countsOf(report(600))).toEqual({ codec: 'alaw', received: 600, lost: 0, sent: 700, jitter: 0.004, far_lost: null, far_jitter: null, round_trip: null })
    const far = { id: 'r', type: 'remote-inbound-rtp', kind: 'audio', packetsLost: 7, jitter: 0.01, roundTripTime: 0.03 }
    expect(countsOf(report(600, [far]))).toMatchObject({ far_lost: 7, far_jitter: 0.01, round_trip: 0.03 })
  })

  it('is nothing before anything came in', () => {
    expect(countsOf(new Map() as unknown as RTCStatsReport)).toBeNull()
  })
})

describe('telling it', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('happens every ten seconds, and a refusal stops nothing', () => {
    const post = vi.spyOn(http, 'post').mockRejectedValue(new Error('away'))
    const tell = reporter()
    for (let second = 0; second <= 30; second += 2) {
      tell(report(second * 50))
      vi.advanceTimersByTime(2000)
    }
    expect(post.mock.calls.map(([path]) => path)).toEqual(['/api/phone/quality', '/api/phone/quality', '/api/phone/quality', '/api/phone/quality'])
  })
})
