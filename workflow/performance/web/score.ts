/** A score as the server tells it, and its numbers in words. */
import { unitOf, valueText } from '@/figures/words'

export interface Part {
  name: string
  figure: string
  title: string
  by: string
  value: number | null
  raw: number | null
  numerator: number
  denominator: number | null
  excluded: number
  lost: boolean
  /** Those of its counts that are numbers of rows, not sums of something. */
  rows: readonly string[]
}
export interface Line {
  kpi: string
  title: string
  weight: number
  unit: string
  value: number | null
  points: number | null
  why: string
  lost: number
  how: string
  parts: readonly Part[]
  corrected: { before: number | null; after: number; by: string; at: string; why: string } | null
}
export interface Sheet {
  score: {
    id: string
    name: string
    agent: string
    of: string
    period_title: string
    state: string
    total: number | null
    score: number | null
    adjusted: number
    rank: number | null
    ranked: number
    counted: number
    excluded: number
    revision: number
    worst: string
  }
  lines: readonly Line[]
  trend: readonly { title: string; first: string; total: number | null; rank: number | null; ranked: number; here: boolean }[]
  adjustments: readonly { id: string; points: number; reason: string }[]
  appeals: readonly { id: string; kpi_title: string; reason: string; state: string; before: number | null; after: number | null; opinion: string; at: string }[]
  appeal_until: string | null
  may_ask: boolean
}
export type Count = 'numerator' | 'denominator' | 'lost' | 'excluded'
export const COUNTS: Readonly<Record<Count, string>> = { numerator: '分子', denominator: '全部', lost: '拉低的', excluded: '不计考核' }
export const CODES: Readonly<Record<string, string>> = {
  system: '系统故障', force: '不可抗力', citizen: '市民原因无法办理', unclear: '职责不清，争议认定',
  repeated: '重复或恶意诉求', policy: '政策、规划限制', wrong: '误判、误评价', other: '其他',
}

/** The lists behind a figure of a line, each with its number where it is one of rows; a plain count has one list. */
export function listsOf(part: Part): { count: Count; title: string; number: number | null }[] {
  if (!part.by) return []
  const found: { count: Count; title: string; number: number | null }[] = []
  const rows = (count: 'numerator' | 'denominator', number: number): number | null => (part.rows.includes(count) ? number : null)
  if (part.denominator === null) found.push({ count: 'numerator', title: '明细', number: rows('numerator', part.numerator) })
  else {
    if (part.lost) found.push({ count: 'lost', title: COUNTS.lost, number: part.denominator - part.numerator })
    found.push({ count: 'denominator', title: part.rows.includes('denominator') ? COUNTS.denominator : '明细', number: rows('denominator', part.denominator) })
  }
  if (part.excluded > 0) found.push({ count: 'excluded', title: COUNTS.excluded, number: part.excluded })
  return found
}

/** A KPI's value as people read it, or why there is none. */
export function saidOf(line: Line): string {
  return line.value === null ? line.why || '没有数据' : valueText(line.value, unitOf(line.unit))
}

/** The lines that cost most, the worst first. */
export function worstOf(lines: readonly Line[], most = 3): Line[] {
  return lines.filter((one) => one.lost > 0.05).sort((one, other) => other.lost - one.lost).slice(0, most)
}

export function points(value: number | null): string {
  return value === null ? '—' : String(Math.round(value * 10) / 10)
}
