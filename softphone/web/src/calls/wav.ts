/**
 * The outline of a WAV file (RIFF, PCM 8/16 bit and G.711) while it arrives: loudest sample of each stretch, by channel.
 *
 * Fed in pieces that may end anywhere. A length of zero or of the maximum, as a recorder that died leaves it, is taken
 * as "to the end".
 */

export const PEAKS_PER_SECOND = 50

export interface WavFormat {
  rate: number
  channels: number
  bits: number
  encoding: number
}

export class WavError extends Error {}

const PCM = 1
const ALAW = 6
const ULAW = 7
const EXTENSIBLE = 0xfffe

function alaw(code: number): number {
  const value = code ^ 0x55
  const exponent = (value & 0x70) >> 4
  const mantissa = value & 0x0f
  const magnitude = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1)
  return value & 0x80 ? magnitude : -magnitude
}

function ulaw(code: number): number {
  const value = ~code & 0xff
  const magnitude = ((((value & 0x0f) << 3) + 0x84) << ((value & 0x70) >> 4)) - 0x84
  return value & 0x80 ? -magnitude : magnitude
}

export class WavPeaks {
  format: WavFormat | null = null
  /** One list for each channel, each value 0 to 1. */
  readonly peaks: number[][] = []
  private rest = new Uint8Array(0)
  private inData = false
  private left = Infinity
  private riffChecked = false
  private inStretch = 0
  private frames = 0
  private loudest: number[] = []

  get seconds(): number {
    return this.format ? this.frames / this.format.rate : 0
  }

  feed(piece: Uint8Array): void {
    let bytes = piece
    if (this.rest.length) {
      bytes = new Uint8Array(this.rest.length + piece.length)
      bytes.set(this.rest)
      bytes.set(piece, this.rest.length)
    }
    const used = this.inData ? this.samples(bytes, 0) : this.chunks(bytes)
    this.rest = bytes.slice(used)
  }

  /** No more comes: the stretch begun last counts too. */
  finish(): void {
    if (this.inStretch > 0) this.closeStretch()
    this.rest = new Uint8Array(0)
  }

  private chunks(bytes: Uint8Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const name = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))
    let at = 0
    if (!this.riffChecked) {
      if (bytes.length < 12) return 0
      if (name(0) !== 'RIFF' || name(8) !== 'WAVE') throw new WavError('not a WAV file')
      this.riffChecked = true
      at = 12
    }
    while (at + 8 <= bytes.length) {
      const size = view.getUint32(at + 4, true)
      if (name(at) === 'data') {
        if (!this.format) throw new WavError('data before format')
        this.inData = true
        this.left = size === 0 || size === 0xffffffff ? Infinity : size
        return this.samples(bytes, at + 8)
      }
      const end = at + 8 + size + (size % 2)
      if (end > bytes.length) return at
      if (name(at) === 'fmt ') this.readFormat(view, at + 8, size)
      at = end
    }
    return at
  }

  private readFormat(view: DataView, at: number, size: number): void {
    let encoding = view.getUint16(at, true)
    if (encoding === EXTENSIBLE && size >= 26) encoding = view.getUint16(at + 24, true)
    const format = {
      encoding,
      channels: view.getUint16(at + 2, true),
      rate: view.getUint32(at + 4, true),
      bits: view.getUint16(at + 14, true),
    }
    const readable =
      (encoding === PCM && (format.bits === 16 || format.bits === 8)) ||
      ((encoding === ALAW || encoding === ULAW) && format.bits === 8)
    if (!readable || format.channels < 1 || format.channels > 2 || format.rate < 1) throw new WavError('unknown encoding')
    this.format = format
    for (let channel = 0; channel < format.channels; channel += 1) this.peaks.push([])
    this.loudest = this.peaks.map(() => 0)
  }

  private samples(bytes: Uint8Array, start: number): number {
    const format = this.format
    if (!format) return start
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const width = format.bits / 8
    const frame = width * format.channels
    const available = Math.min(bytes.length - start, this.left)
    const count = Math.floor(available / frame)
    const stretch = Math.max(1, Math.round(format.rate / PEAKS_PER_SECOND))
    let at = start
    for (let n = 0; n < count; n += 1) {
      for (let channel = 0; channel < format.channels; channel += 1) {
        const value = Math.abs(this.sample(view, at, format))
        if (value > (this.loudest[channel] ?? 0)) this.loudest[channel] = value
        at += width
      }
      this.inStretch += 1
      if (this.inStretch === stretch) this.closeStretch()
    }
    this.frames += count
    this.left -= count * frame
    return this.left < frame ? bytes.length : at
  }

  private sample(view: DataView, at: number, format: WavFormat): number {
    if (format.bits === 16) return view.getInt16(at, true) / 32768
    const code = view.getUint8(at)
    if (format.encoding === ALAW) return alaw(code) / 32768
    return format.encoding === ULAW ? ulaw(code) / 32768 : (code - 128) / 128
  }

  private closeStretch(): void {
    this.peaks.forEach((list, channel) => list.push(Math.min(1, this.loudest[channel] ?? 0)))
    this.loudest.fill(0)
    this.inStretch = 0
  }
}

/** `peaks` squeezed into `bars` bars, each the loudest of its share. */
export function squeeze(peaks: readonly number[], bars: number): number[] {
  if (peaks.length === 0 || bars <= 0) return []
  return Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * peaks.length) / bars)
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / bars))
    let loudest = 0
    for (let at = from; at < to; at += 1) loudest = Math.max(loudest, peaks[at] ?? 0)
    return loudest
  })
}
