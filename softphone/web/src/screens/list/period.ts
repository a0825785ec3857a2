/** Days of the hotline's time zone (Asia/Shanghai, no summer time) as ISO times. */
const OFFSET = 8 * 3_600_000
const DAY = 86_400_000

export function dayStart(at: number): number {
  return Math.floor((at + OFFSET) / DAY) * DAY - OFFSET
}

/** The last `days` days, today included. */
export function lastDays(days: number, at: number): [Date, Date] {
  const start = dayStart(at)
  return [new Date(start - (days - 1) * DAY), new Date(start + DAY - 1000)]
}

export function yesterday(at: number): [Date, Date] {
  const start = dayStart(at)
  return [new Date(start - DAY), new Date(start - 1000)]
}
