import { ref } from 'vue'

/**
 * The server's clock, for timers that count from the server's times.
 *
 * A desk computer's clock may be minutes off. The offset is learnt from the `Date` header of answers, which counts
 * whole seconds, so that small differences are left alone.
 */
let offset = 0

export function learnServerTime(date: string | null, localNow = Date.now()): void {
  if (date === null) return
  const server = Date.parse(date)
  if (Number.isNaN(server)) return
  const difference = server - localNow
  offset = Math.abs(difference) < 2000 ? 0 : difference
}

export function serverNow(localNow = Date.now()): number {
  return localNow + offset
}

/** The server's time in ms, moving once a second: one timer for every clock on the screen. */
export const now = ref(serverNow())

let ticking: ReturnType<typeof setInterval> | null = null

export function startClock(): void {
  ticking ??= setInterval(() => {
    now.value = serverNow()
  }, 1000)
}

/** Whole seconds since `iso`, never negative; null when there is no time. */
export function secondsSince(iso: string | null | undefined, at: number): number | null {
  if (!iso) return null
  const then = Date.parse(iso)
  return Number.isNaN(then) ? null : Math.max(0, Math.floor((at - then) / 1000))
}

/** Whole seconds until `iso`, never negative; null when there is no time. */
export function secondsUntil(iso: string | null | undefined, at: number): number | null {
  if (!iso) return null
  const then = Date.parse(iso)
  return Number.isNaN(then) ? null : Math.max(0, Math.ceil((then - at) / 1000))
}
