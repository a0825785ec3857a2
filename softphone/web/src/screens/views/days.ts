/** The days that a calendar shows: a month in whole weeks from Monday, a week, or one day. */
export type Span = 'month' | 'week' | 'day'

export function midnight(at: Date): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate())
}

export function shifted(day: Date, days: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days)
}

function monday(day: Date): Date {
  return shifted(day, -((day.getDay() + 6) % 7))
}

export function daysOf(span: Span, at: Date): Date[] {
  if (span === 'day') return [midnight(at)]
  const first = monday(span === 'month' ? new Date(at.getFullYear(), at.getMonth(), 1) : midnight(at))
  const last = span === 'month' ? new Date(at.getFullYear(), at.getMonth() + 1, 0) : first
  const weeks = span === 'month' ? Math.ceil((Math.round((last.getTime() - first.getTime()) / 86_400_000) + 1) / 7) : 1
  return Array.from({ length: weeks * 7 }, (_, at) => shifted(first, at))
}

/** The period before or behind the one that is shown. */
export function turned(span: Span, at: Date, by: 1 | -1): Date {
  if (span === 'month') return new Date(at.getFullYear(), at.getMonth() + by, 1)
  return shifted(at, span === 'week' ? 7 * by : by)
}
