/** Days of a year as months of weeks, and hours in words. */
import type { DayView } from './types'

export interface Month {
  month: number
  /** Weeks from Monday; days of other months are null. */
  weeks: (DayView | null)[][]
}

export function monthsOf(days: readonly DayView[]): Month[] {
  const found: Month[] = []
  for (const day of days) {
    const month = Number(day.day.slice(5, 7))
    const weekday = (new Date(`${day.day}T00:00:00Z`).getUTCDay() + 6) % 7
    let last = found.at(-1)
    if (!last || last.month !== month) {
      last = { month, weeks: [] }
      found.push(last)
    }
    let week = last.weeks.at(-1)
    if (!week || weekday === 0) {
      week = Array.from<DayView | null>({ length: 7 }).fill(null)
      last.weeks.push(week)
    }
    week[weekday] = day
  }
  return found
}

/** How a day is coloured: what makes it special first. */
export function dayKind(day: DayView): 'differs' | 'makeup' | 'holiday' | 'open' | 'closed' {
  if (day.differs) return 'differs'
  if (day.is_makeup) return 'makeup'
  if (day.hours.length) return 'open'
  return day.holiday ? 'holiday' : 'closed'
}

export function hoursText(day: DayView): string {
  const hours = day.hours.length ? day.hours.join('、') : '不服务'
  const why = day.holiday || (day.is_makeup ? '调休上班' : '')
  return why ? `${day.day} ${why}：${hours}` : `${day.day}：${hours}`
}

const NAMES = ['一', '二', '三', '四', '五', '六', '日']

/** `周一至周五 09:00-17:00`: days that follow each other with the same hours are said together. */
export function weekWords(week: readonly string[][]): string {
  const parts: string[] = []
  for (let first = 0; first < week.length; ) {
    const hours = (week[first] ?? []).join('、')
    let last = first
    while (last + 1 < week.length && (week[last + 1] ?? []).join('、') === hours) last += 1
    if (hours) {
      const days = last === first ? `周${NAMES[first]}` : last - first === 6 ? '每天' : last - first === 1 ? `周${NAMES[first]}、周${NAMES[last]}` : `周${NAMES[first]}至周${NAMES[last]}`
      parts.push(`${days} ${hours === '00:00-24:00' ? '全天' : hours}`)
    }
    first = last + 1
  }
  return parts.join('，') || '不开放'
}
