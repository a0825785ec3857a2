/** Below this share of the loudest a bar of the waveform is silence. */
const QUIET = 0.02
/** So much silence is skipped at least, and so much is left before somebody speaks, in seconds. */
const SHORTEST = 1
const LEFT = 0.3

/** Where to go on from `at`: there, or shortly before the next word where nobody speaks for a while. */
export function afterSilence(peaks: readonly (readonly number[])[], duration: number, at: number): number {
  const count = Math.max(0, ...peaks.map((list) => list.length))
  if (!count || duration <= 0) return at
  const seconds = duration / count
  let bar = Math.floor(at / seconds)
  while (bar < count && peaks.every((list) => (list[bar] ?? 0) < QUIET)) bar += 1
  const speaks = bar * seconds - LEFT
  return speaks - at >= SHORTEST ? Math.min(speaks, duration) : at
}
