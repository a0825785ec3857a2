/** What the server says of figures and reports. Times are ISO 8601 text. */
import type { FileDetail, FileSummary, Finding } from '@/flows/types'

export interface FigureSummary extends FileSummary {
  about: string
  group: string
  unit: string
  source: string
  since: string
  ground: string
  target: number | null
}

export type FigureDetail = FigureSummary & FileDetail

/** A figure in its unit, null where there is nothing to divide by, and what it was made of. */
export interface Value {
  value: number | null
  numerator: number
  denominator: number | null
  pending: number | null
}

export interface Cell {
  by: string[]
  titles: string[]
  now: Value
  before: Value | null
  year_ago: Value | null
}

export interface Counted {
  figure: string
  title: string
  unit: string
  revision: number
  period: string
  total: Cell
  cells: Cell[]
}

export interface Tried {
  findings: Finding[]
  drafted: Counted | null
  published: Counted | null
}

export interface Choice {
  value: string
  title: string
}

export interface FactLine {
  name: string
  title: string
  type: string
  split: boolean
  words: Record<string, string>
}

export interface FigureVocabulary {
  sources: { name: string; title: string; facts: FactLine[] }[]
}

export interface FigureColumn {
  name: string
  title: string
  unit: string
  better: '' | 'more' | 'less'
  target: number | null
  about: string
  /** By which fact of its own it reads each split and condition of the table. */
  reads?: Record<string, string>
  /** The conditions that it does not follow. */
  whole?: string[]
  /** On how many days it changed after they were over. */
  late?: number
}

export interface Line {
  by: string[]
  titles: string[]
  now: Value[]
  before: (Value | null)[]
  year_ago: (Value | null)[]
}

export interface ReportTable {
  period: string
  /** Its first moment, and the first one after it. */
  since?: string
  until?: string
  splits: { name: string; title: string }[]
  figures: FigureColumn[]
  total: Line
  lines: Line[]
  left_out: string[]
  /** What alone was counted, in words. */
  only?: string[]
}

export interface ReportShown {
  report: { id: string; title: string; chart: 'bar' | 'line' | 'pie' | 'none'; period: string; compare: boolean; only?: { split: string; value: string; words: string }[] }
  table: ReportTable
}

export interface RowsBehind {
  columns: { key: string; title: string; kind: string }[]
  items: Record<string, string | number | boolean | null>[]
  total: number
  screen: string
}

export type CountName = 'numerator' | 'denominator' | 'pending'

/** What of a figure changed after its days were over. */
export interface Late {
  title: string
  unit: string
  period: string
  screen: string
  was: Value | null
  now: Value
  lines: LateLine[]
  more: number
  definition: { revision: number; older: number; published_at: string; message: string; was: Value } | null
}

export interface LateLine {
  day: string
  titles: string[]
  was: Value
  now: Value
  first_at: string
  changed_at: string
  causes: { record: string; title: string; action: string; at: string | null }[]
}
