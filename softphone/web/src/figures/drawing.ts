/** A table of figures as a chart draws it. */
import type { Row } from '@/screens/description'
import type { ReportTable } from './types'
import { isNumberOf } from './words'

/** What time is split by: its groups stand in their own order. */
export const STEPS: ReadonlySet<string> = new Set(['hour', 'day', 'week', 'month', 'quarter', 'year'])
const MOST_BARS = 15
const NO_STEPS: readonly string[] = []

/** What a figure of a table is where nothing was counted: 0, or of a share nothing. */
export function nothingOf(table: ReportTable, at: number): number | null {
  return isNumberOf(table.figures[at]?.unit ?? '') ? 0 : null
}

function rounded(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.round(value * 10) / 10
}

/** The groups of a chart: the largest of the first figure first, but time in its own order, with all of its `steps`. */
export function drawnOf(table: ReportTable, at: number, steps = NO_STEPS, most = MOST_BARS): Row[] {
  const inTime = STEPS.has(table.splits[0]?.name ?? '')
  if (inTime && steps.length) {
    const nothing = nothingOf(table, at)
    const known = new Map(table.lines.map((line) => [line.titles[0], rounded(line.now[at]?.value)]))
    return steps.map((step) => ({ x: step, now: known.get(step) ?? nothing }))
  }
  const lines = inTime ? [...table.lines] : table.lines.toSorted((one, other) => (other.now[at]?.value ?? 0) - (one.now[at]?.value ?? 0))
  return lines.slice(0, most).map((line) => {
    return { x: line.titles.join(' · '), by: line.by[0] ?? '', now: rounded(line.now[at]?.value) }
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

const DAY = 86_400_000
const MOST_DAYS = 400

/** All days from the first of a period to the last, as the figures name them: one without anything counts, too. */
export function daysOf(since: string, until: string): string[] {
  const found: string[] = []
  for (let at = Date.parse(since); at <= Date.parse(until) && found.length < MOST_DAYS; at += DAY) found.push(new Date(at).toISOString().slice(0, 10))
  return found
}

/** The same by months. */
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

const ZONE = 8 * 3_600_000

/** The days or months of a table that is split by them, as far as they have begun: there are no groups without rows. */
export function datesOf(table: ReportTable, now = Date.now()): readonly string[] {
  const { since, until } = table
  const step = table.splits[0]?.name
  if (!since || !until || (step !== 'day' && step !== 'month')) return NO_STEPS
  const [first, last] = [Date.parse(since), Math.min(Date.parse(until) - 1, now)].map((at) => new Date(at + ZONE).toISOString().slice(0, 10))
  return (step === 'day' ? daysOf : monthsOf)(first ?? '', last ?? '')
}

/** As above; what is split by time and one thing more is a line for each value of that. */
export function linesOf(table: ReportTable, at: number, steps = NO_STEPS, most = MOST_BARS): Drawn {
  if (table.splits.length !== 2 || !STEPS.has(table.splits[0]?.name ?? '')) return { rows: drawnOf(table, at, steps, most), series: [{ key: 'now', title: table.figures[at]?.title ?? '' }] }
  const series = new Map<string, string>()
  const nothing = nothingOf(table, at)
  const rows = new Map<string, Row>(steps.map((step) => [step, { x: step }]))
  for (const line of table.lines) {
    const [time = '', other = ''] = line.titles
    const key = `v${line.by[1] ?? ''}`
    series.set(key, other)
    rows.set(time, { ...(rows.get(time) ?? { x: time }), [key]: line.now[at]?.value ?? nothing })
  }
  const keys = [...series.keys()]
  const whole = [...rows.values()].map((row) => ({ ...Object.fromEntries(keys.map((key) => [key, nothing])), ...row }))
  return { rows: whole, series: [...series].map(([key, title]) => ({ key, title })) }
}
