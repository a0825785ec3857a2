/** Statistics of the knowledge base: see `workflow/knowledge/statistics/`. */
import type { ReportTable } from '@/figures/types'

export interface Block {
  name: string
  title: string
  about: string
  figures: readonly string[]
  by: readonly string[]
  chart: 'bar' | 'line' | 'pie'
  over: 'period' | 'half_year' | 'always'
  /** The split by which the page's region narrows it. */
  region: string
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

export { type Drawn, drawnOf, linesOf, monthsOf, namesUnder } from '@/figures/drawing'
