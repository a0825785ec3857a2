/** Statistics of the knowledge base: see `workflow/knowledge/statistics/`. */
import type { ReportTable } from '@/figures/types'
import type { Row } from '@/screens/description'

export interface Block {
  name: string
  title: string
  about: string
  figures: readonly string[]
  by: readonly string[]
  chart: 'bar' | 'line' | 'pie'
  over: 'period' | 'half_year' | 'always'
}

export interface StatisticsPage {
  name: string
  title: string
  blocks: readonly Block[]
  idle: boolean
}

export interface BlockShown {
  table: ReportTable
  /** In whose words the rows behind its numbers are asked for. */
  query: Record<string, string>
}

export interface IdlePage {
  items: readonly {
    id: string
    number: string
    title: string
    category: string
    unit: string
    region: string
    since: string
    days: number
    reason: string
  }[]
  total: number
  page: number
  size: number
  reasons: Record<string, number>
}

export const REASONS: Readonly<Record<string, string>> = {
  mending: '有纠错未处理',
  review: '修改后等待审核',
  draft: '修改后没有提交',
  overdue: '逾期未确认',
  unasked: '没有确认策略，无人过问',
  confirmed: '按期确认，内容不需变更',
}
export const STATISTICS = '/api/knowledge/statistics'
const MOST_BARS = 15

/** The groups of a chart: the largest of the first figure first, but time in its own order. */
export function drawnOf(table: ReportTable, at: number): Row[] {
  const inTime = table.splits[0]?.name === 'month'
  const lines = inTime ? [...table.lines] : table.lines.toSorted((one, other) => (other.now[at]?.value ?? 0) - (one.now[at]?.value ?? 0))
  return lines.slice(0, MOST_BARS).map((line) => {
    const value = line.now[at]?.value
    return { x: line.titles.join(' · '), now: value === null || value === undefined ? null : Math.round(value * 10) / 10 }
  })
}

export interface Drawn {
  rows: Row[]
  series: { key: string; title: string }[]
}

/** As above; what is split by time and one thing more is a line for each value of that. */
export function linesOf(table: ReportTable, at: number): Drawn {
  if (table.splits.length !== 2 || table.splits[0]?.name !== 'month') return { rows: drawnOf(table, at), series: [{ key: 'now', title: table.figures[at]?.title ?? '' }] }
  const series = new Map<string, string>()
  const rows = new Map<string, Row>()
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
