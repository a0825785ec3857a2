/** The outline of a sound as the browser decodes it: FLAC, Opus, WAV. One list of peaks for each sound, kept by address. */
export interface Outline {
  peaks: number[]
  seconds: number
}

const PEAKS_A_SECOND = 100
const MOST = 40
const kept = new Map<string, Promise<Outline>>()

/** The loudest sample of each hundredth of a second, 0 to 1. */
export function peaksOf(samples: Float32Array, rate: number): number[] {
  const stretch = Math.max(1, Math.round(rate / PEAKS_A_SECOND))
  return Array.from({ length: Math.ceil(samples.length / stretch) }, (_, index) => {
    let loudest = 0
    for (const value of samples.subarray(index * stretch, (index + 1) * stretch)) loudest = Math.max(loudest, Math.abs(value))
    return Math.min(1, loudest)
  })
}

async function decode(url: string): Promise<Outline> {
  const answer = await fetch(url, { credentials: 'same-origin' })
  if (!answer.ok) throw new Error(`${answer.status}`)
  const sound = await new OfflineAudioContext(1, 1, 16_000).decodeAudioData(await answer.arrayBuffer())
  return { peaks: peaksOf(sound.getChannelData(0), sound.sampleRate), seconds: sound.duration }
}

/** Rejects when the sound cannot be fetched or decoded; it is tried again the next time. */
export function outlineOf(url: string): Promise<Outline> {
  const found = kept.get(url)
  if (found) return found
  const made = decode(url)
  made.catch(() => kept.delete(url))
  kept.set(url, made)
  const oldest = kept.keys().next().value
  if (kept.size > MOST && oldest !== undefined) kept.delete(oldest)
  return made
}
