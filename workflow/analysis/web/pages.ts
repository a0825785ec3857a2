/** Pages of analysis: see `workflow/analysis/description.py`. */
import type { ReportTable } from '@/figures/types'

export const ANALYSIS = '/api/analysis'
/** The tab for one's own questions, beside the pages. */
export const OWN = 'own'

export interface Axis {
  axis: string
  title: string
  facts: readonly string[]
}

export type BlockChart = 'numbers' | 'ranking' | 'bar' | 'line' | 'pie' | 'table' | 'live_calls' | 'live_seats'

export interface Block {
  block: string
  title: string
  about: string
  figures: readonly string[]
  by: readonly string[]
  chart: BlockChart
  over: 'page' | 'today' | 'year' | 'always'
  most: number
  width: 1 | 2 | 3 | 4
  compare: boolean
}

export interface AnalysisPage {
  page: string
  title: string
  about: string
  period: string
  axes: readonly Axis[]
  blocks: readonly Block[]
}

export interface BlockShown {
  table: ReportTable
  /** In whose words the rows behind its numbers are asked for. */
  query: Record<string, string>
  at: string
}

/** A block, or how many of its figures are counted by now: then it is asked for again. */
export interface BlockAnswer extends Omit<BlockShown, 'table'> {
  table: ReportTable | null
  done: number
  total: number
}

/** The values by which a page is narrowed, by axis: all that the address has for its axes. */
export function narrowedBy(page: AnalysisPage, query: Readonly<Record<string, unknown>>): Record<string, string> {
  const found: Record<string, string> = {}
  for (const { axis } of page.axes) {
    const value = query[axis]
    if (typeof value === 'string' && value) found[axis] = value
  }
  return found
}

/** What a block is asked with: a chart is not narrowed by what it is split by, so that the other groups stay to be chosen. */
export function whereOf(block: Block, narrowed: Readonly<Record<string, string>>): Record<string, string> {
  const drawn = block.chart === 'ranking' || block.chart === 'pie' || block.chart === 'bar'
  return Object.fromEntries(Object.entries(narrowed).filter(([axis]) => !drawn || !block.by.includes(axis)))
}

/** The axis that a click on a block's chart narrows the page by. */
export function axisOf(page: AnalysisPage, block: Block): string {
  const first = block.by[0] ?? ''
  return page.axes.some((one) => one.axis === first) ? first : ''
}

/** The address after a click: the value is taken, or given back when it was there already. */
export function clicked(query: Readonly<Record<string, unknown>>, axis: string, value: string): Record<string, string> {
  const texts = Object.entries(query).filter((one): one is [string, string] => typeof one[1] === 'string' && one[1] !== '')
  const { [axis]: before, ...others } = Object.fromEntries(texts)
  return before === value ? others : { ...others, [axis]: value }
}

/** The facts by which the rows behind a number are narrowed, besides its own group. */
export function behindOf(reads: Readonly<Record<string, string>> | undefined, where: Readonly<Record<string, string>>): Record<string, string> {
  const known = Object.entries(where).filter(([axis]) => reads?.[axis] !== undefined)
  return Object.fromEntries(known.map(([axis, value]) => [reads?.[axis] ?? axis, value]))
}
