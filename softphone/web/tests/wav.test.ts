import { describe, expect, it } from 'vitest'
import { PEAKS_PER_SECOND, squeeze, WavError, WavPeaks } from '@/calls/wav'

const RATE = 8000

interface Shape {
  encoding?: number
  bits?: number
  channels?: number
  declared?: number
  extra?: Uint8Array
}

function wav(samples: Uint8Array, { encoding = 1, bits = 16, channels = 2, declared, extra }: Shape = {}): Uint8Array {
  const frame = (bits / 8) * channels
  const head = new Uint8Array(36)
  const view = new DataView(head.buffer)
  const text = (at: number, value: string): void => {
    for (let i = 0; i < value.length; i += 1) head[at + i] = value.charCodeAt(i)
  }
  text(0, 'RIFF')
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, encoding, true)
  view.setUint16(22, channels, true)
  view.setUint32(24, RATE, true)
  view.setUint32(28, RATE * frame, true)
  view.setUint16(32, frame, true)
  view.setUint16(34, bits, true)
  const data = new Uint8Array(8)
  data.set([100, 97, 116, 97])
  new DataView(data.buffer).setUint32(4, declared ?? samples.length, true)
  return Uint8Array.from([...head, ...(extra ?? []), ...data, ...samples])
}

/** Half a second: the caller speaks in the first quarter, the agent in the second. */
function conversation(): Uint8Array {
  const frames = RATE / 2
  const bytes = new Uint8Array(frames * 4)
  const view = new DataView(bytes.buffer)
  for (let n = 0; n < frames; n += 1) {
    view.setInt16(n * 4, n < frames / 2 ? (n % 2 ? 16384 : -16384) : 0, true)
    view.setInt16(n * 4 + 2, n < frames / 2 ? 0 : 8192, true)
  }
  return bytes
}

function outline(file: Uint8Array, piece = file.length): WavPeaks {
  const peaks = new WavPeaks()
  for (let at = 0; at < file.length; at += piece) peaks.feed(file.subarray(at, at + piece))
  peaks.finish()
  return peaks
}

describe('outline of a recording', () => {
  it('keeps the two sides apart', () => {
    const { peaks, seconds } = outline(wav(conversation()))
    const half = PEAKS_PER_SECOND / 4
    expect(seconds).toBe(0.5)
    expect(peaks[0]?.slice(0, half - 1).every((value) => value === 0.5)).toBe(true)
    expect(peaks[0]?.slice(half + 1).every((value) => value === 0)).toBe(true)
    expect(peaks[1]?.slice(half + 1).every((value) => value === 0.25)).toBe(true)
  })

  it('does not mind where the pieces end', () => {
    const file = wav(conversation(), { extra: Uint8Array.from([76, 73, 83, 84, 3, 0, 0, 0, 1, 2, 3, 0]) })
    const whole = outline(file)
    for (const piece of [1, 2, 3, 7, 45, 1001]) {
      const parts = outline(file, piece)
      expect(parts.peaks, `pieces of ${piece}`).toEqual(whole.peaks)
      expect(parts.seconds).toBe(whole.seconds)
    }
  })

  it('reads on to the end when the length was never written', () => {
    for (const declared of [0, 0xffffffff]) expect(outline(wav(conversation(), { declared })).seconds).toBe(0.5)
  })

  it('stops where the sound ends', () => {
    const file = wav(conversation().subarray(0, 4000), { declared: 2000 })
    expect(outline(file).seconds).toBe(500 / RATE)
  })

  it('reads G.711', () => {
    // The loudest codes of ITU-T G.711: A-law 0xAA is +32256, µ-law 0x80 is +32124 at 16 bit.
    const law = (encoding: number, code: number): number | undefined =>
      outline(wav(new Uint8Array(160).fill(code), { encoding, bits: 8, channels: 1 })).peaks[0]?.[0]
    expect(law(6, 0xaa)).toBeCloseTo(32256 / 32768, 3)
    expect(law(7, 0x80)).toBeCloseTo(32124 / 32768, 3)
    expect(law(7, 0xff)).toBe(0)
  })

  it('refuses what is no WAV or has an unknown encoding', () => {
    expect(() => outline(new TextEncoder().encode('not a recording at all'))).toThrow(WavError)
    expect(() => outline(wav(new Uint8Array(8), { encoding: 85 }))).toThrow(WavError)
  })
})

describe('squeeze', () => {
  it('keeps the loudest of each share', () => {
    expect(squeeze([0.1, 0.9, 0.2, 0.3], 2)).toEqual([0.9, 0.3])
    expect(squeeze([0.4], 3)).toEqual([0.4, 0.4, 0.4])
    expect(squeeze([], 5)).toEqual([])
  })
})
