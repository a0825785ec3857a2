/** One's own question, as the address has it: "back" takes a step back, and whoever gets the address asks the same. */
import { OWN } from './pages'

/** That only what has a value is counted; `words` are what the value is called. */
export interface Condition {
  split: string
  value: string
  words: string
}

export type OwnChart = 'bar' | 'line' | 'pie' | 'none'

export interface Question {
  figures: string[]
  by: string[]
  only: Condition[]
  period: Record<string, string>
  compare: boolean
  chart: OwnChart
}

export const CHARTS: readonly (readonly [OwnChart, string])[] = [['bar', '柱状图'], ['line', '折线图'], ['pie', '饼图'], ['none', '只要表格']]
export const USUAL_PERIOD = 'this_month'

/** The question in an address. What cannot be read there is left out. */
export function questionOf(query: Readonly<Record<string, unknown>>): Question {
  const text = (key: string): string => (typeof query[key] === 'string' ? query[key] : '')
  const list = (key: string): string[] => text(key).split(',').filter(Boolean)
  const period = { period: text('period') || USUAL_PERIOD, since: text('since'), until: text('until') }
  return {
    figures: list('figures'),
    by: list('by'),
    only: conditionsIn(text('only')),
    period: Object.fromEntries(Object.entries(period).filter(([, value]) => value)),
    compare: text('compare') === '1',
    chart: CHARTS.find(([value]) => value === text('chart'))?.[0] ?? 'bar',
  }
}

/** The address of a question, without what is as usual. */
export function addressOf(asked: Question): Record<string, string> {
  const { period, ...days } = asked.period
  const found = {
    page: OWN,
    figures: asked.figures.join(','),
    by: asked.by.join(','),
    only: asked.only.length ? JSON.stringify(asked.only.map((one) => [one.split, one.value, one.words])) : '',
    period: period === USUAL_PERIOD ? '' : (period ?? ''),
    ...days,
    compare: asked.compare ? '1' : '',
    chart: asked.chart === 'bar' ? '' : asked.chart,
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value))
}

function conditionsIn(text: string): Condition[] {
  try {
    const found: unknown = JSON.parse(text || '[]')
    if (!Array.isArray(found)) return []
    return found
      .filter((one): one is [string, string, string] => Array.isArray(one) && one.length === 3 && one.every((part) => typeof part === 'string'))
      .map(([split, value, words]) => ({ split, value, words }))
  } catch {
    return []
  }
}

/** The values by split, as figures are asked. */
export function whereOfQuestion(only: readonly Condition[]): Record<string, string> {
  return Object.fromEntries(only.map((one) => [one.split, one.value]))
}

const DAY = 86_400_000

/** The first and the last day of a day, week, month, quarter or year; null of anything else. */
export function daysOf(split: string, value: string): [string, string] | null {
  const year = Number(value.slice(0, 4))
  const iso = (at: number): string => new Date(at).toISOString().slice(0, 10)
  const months = (first: number, count: number): [string, string] => [iso(Date.UTC(year, first, 1)), iso(Date.UTC(year, first + count, 1) - DAY)]
  if (!Number.isInteger(year)) return null
  if (split === 'day') return [value, value]
  if (split === 'week') return [value, iso(Date.parse(`${value}T00:00:00Z`) + 6 * DAY)]
  if (split === 'month') return months(Number(value.slice(5, 7)) - 1, 1)
  if (split === 'quarter') return months((Number(value.slice(-1)) - 1) * 3, 3)
  return split === 'year' ? months(0, 12) : null
}

/** The question about one group alone, split by something else, or by what is left where `into` is empty. */
export function drilled(asked: Question, group: { value: string; words: string }, into: string): Question {
  const [first = '', ...others] = asked.by
  const by = [into, ...others.filter((one) => one !== into)].filter(Boolean)
  const days = daysOf(first, group.value)
  if (days) return { ...asked, by, period: { period: 'own', since: days[0], until: days[1] } }
  return { ...asked, by, only: [...asked.only.filter((one) => one.split !== first), { split: first, ...group }] }
}
