import { describe, expect, it } from 'vitest'
import { loudness } from '@/phone/level'
import { troubleOf } from '@/phone/microphone'
import { gradeOf, qualityOf, type Sample, sampleOf } from '@/phone/quality'

const sample = (changes: Partial<Sample>): Sample => ({
  at: 0,
  received: 0,
  lost: 0,
  jitter: 0.004,
  bytes: 0,
  roundTrip: 0.02,
  remoteLoss: 0,
  ...changes,
})

describe('quality', () => {
  it('is good on a clean line', () => {
    const quality = qualityOf(sample({}), sample({ received: 100 }))
    expect(gradeOf(quality)).toBe('good')
    expect(quality.mos).toBeGreaterThan(4.2)
  })

  it('falls with loss in either direction and with delay', () => {
    const lossy = qualityOf(sample({}), sample({ received: 95, lost: 5 }))
    const there = qualityOf(sample({}), sample({ received: 100, remoteLoss: 0.05 }))
    const far = qualityOf(sample({}), sample({ received: 100, roundTrip: 0.9 }))
    expect(lossy.loss).toBeCloseTo(0.05)
    expect(there.mos).toBe(lossy.mos)
    expect(gradeOf(lossy)).toBe('fair')
    expect(gradeOf(qualityOf(sample({}), sample({ received: 80, lost: 20 })))).toBe('poor')
    expect(far.mos).toBeLessThan(4)
  })

  it('says so when nothing arrives', () => {
    expect(gradeOf(qualityOf(sample({ received: 50 }), sample({ received: 50 })))).toBe('silent')
  })

  it('reads what browsers report', () => {
    const report = new Map<string, Record<string, unknown>>([
      ['a', { type: 'inbound-rtp', kind: 'audio', packetsReceived: 7, packetsLost: 1, jitter: 0.01, bytesReceived: 99 }],
      ['b', { type: 'remote-inbound-rtp', kind: 'audio', roundTripTime: 0.05, fractionLost: 0.1 }],
      ['c', { type: 'inbound-rtp', kind: 'video', packetsReceived: 1 }],
    ])
    expect(sampleOf(report as unknown as RTCStatsReport, 5)).toEqual({
      at: 5,
      received: 7,
      lost: 1,
      jitter: 0.01,
      bytes: 99,
      roundTrip: 0.05,
      remoteLoss: 0.1,
    })
    expect(sampleOf(new Map() as unknown as RTCStatsReport, 5)).toBeNull()
  })
})

describe('loudness', () => {
  it('runs from silence to full scale', () => {
    expect(loudness(0)).toBe(0)
    expect(loudness(1)).toBe(1)
    expect(loudness(0.0001)).toBe(0)
    expect(loudness(0.1)).toBeGreaterThan(loudness(0.01))
  })
})

describe('microphone trouble', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'missing'],
    ['NotReadableError', 'busy'],
    ['Whatever', 'other'],
  ])('%s', (name, trouble) => {
    expect(troubleOf(name)).toBe(trouble)
  })
})
