/** A table of figures as a chart draws it. */
import type { Row } from '@/screens/description'
import type { ReportTable } from './types'

/** What time is split by: its groups stand in their own order. */
export const STEPS: ReadonlySet<string> = new Set(['hour', 'day', 'week', 'month', 'quarter', 'year'])
const MOST_BARS = 15

const NO_MONTHS: readonly string[] = []

/** The groups of a chart: the largest of the first figure first, but time in its own order, with all of its `months`. */
export function drawnOf(table: ReportTable, at: number, months = NO_MONTHS, most = MOST_BARS): Row[] {
  const inTime = STEPS.has(table.splits[0]?.name ?? '')
  if (inTime && months.length) {
    const known = new Map(table.lines.map((line) => [line.titles[0], line.now[at]?.value ?? 0]))
    return months.map((month) => ({ x: month, now: known.get(month) ?? 0 }))
  }
  const lines = inTime ? [...table.lines] : table.lines.toSorted((one, other) => (other.now[at]?.value ?? 0) - (one.now[at]?.value ?? 0))
  return lines.slice(0, most).map((line) => {
    const value = line.now[at]?.value
    return { x: line.titles.join(' · '), by: line.by[0] ?? '', now: value === null || value === undefined ? null : Math.round(value * 10) / 10 }
  })
}

const LEVEL = 5

/** Names below bars: each has one, of a path its end; where there are many they lean. */
export function namesUnder(bars: number, color: string) {
  return {
    color,
    interval: 0,
    rotate: bars > LEVEL ? 35 : 0,
    width: 84,
    overflow: 'truncate' as const,
    formatter: (name: string) => name.split(' · ').map((part) => part.split('/').at(-1)).join(' '),
  }
}

export interface Drawn {
  rows: Row[]
  series: { key: string; title: string }[]
}

/** All months from the first day of a period to the last, as the figures name them: one without anything counts, too. */
export function monthsOf(since: string, until: string): string[] {
  const found: string[] = []
  let [year = 0, month = 1] = since.split('-').map(Number)
  const last = until.slice(0, 7)
  for (let name = since.slice(0, 7); name <= last && found.length < 120; ) {
    found.push(name)
    month += 1
    if (month > 12) [year, month] = [year + 1, 1]
    name = `${year}-${String(month).padStart(2, '0')}`
  }
  return found
}

/** As above; what is split by time and one thing more is a line for each value of that. */
export function linesOf(table: ReportTable, at: number, months = NO_MONTHS, most = MOST_BARS): Drawn {
  if (table.splits.length !== 2 || !STEPS.has(table.splits[0]?.name ?? '')) return { rows: drawnOf(table, at, months, most), series: [{ key: 'now', title: table.figures[at]?.title ?? '' }] }
  const series = new Map<string, string>()
  const rows = new Map<string, Row>(months.map((month) => [month, { x: month }]))
  for (const line of table.lines) {
    const [time = '', other = ''] = line.titles
    const key = `v${line.by[1] ?? ''}`
    series.set(key, other)
    rows.set(time, { ...(rows.get(time) ?? { x: time }), [key]: line.now[at]?.value ?? 0 })
  }
  const keys = [...series.keys()]
  const whole = [...rows.values()].map((row) => ({ ...Object.fromEntries(keys.map((key) => [key, 0])), ...row }))
  return { rows: whole, series: [...series].map(([key, title]) => ({ key, title })) }
}
