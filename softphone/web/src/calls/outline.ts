/** How loud each side of a recording is, as the server keeps it: `sides` are bytes in base 64. */
export interface Outline {
  a_second: number
  sides: readonly string[]
  /** For each side from and to when it speaks, in seconds. */
  speech: readonly (readonly (readonly [number, number])[])[]
}

/** Lists of 0 to 1, one for each side. */
export function peaksOf(outline: Outline): number[][] {
  return outline.sides.map((side) => Array.from(atob(side), (one) => (one.charCodeAt(0) / 255) ** 2))
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

/** The address of a second of a recording, for others to open: whoever may not hear it is told so there. */
export function linkTo(origin: string, recording: string, second: number): string {
  return `${origin}/recordings/${encodeURIComponent(recording)}?second=${String(Math.floor(second))}`
}
