import { timeText } from '@/words/time'
import type { Moment } from '../description'

/** Moments under their days (of the hotline's time zone), in the order they come. */
export function byDay(moments: readonly Moment[], today = new Date()): { day: string; moments: Moment[] }[] {
  const now = timeText(today.toISOString()).slice(0, 10)
  const before = timeText(new Date(today.getTime() - 86_400_000).toISOString()).slice(0, 10)
  const days: { day: string; moments: Moment[] }[] = []
  for (const one of moments) {
    const date = timeText(one.at).slice(0, 10)
    const day = date === now ? '今天' : date === before ? '昨天' : date
    const last = days.at(-1)
    if (last?.day === day) last.moments.push(one)
    else days.push({ day, moments: [one] })
  }
  return days
}
