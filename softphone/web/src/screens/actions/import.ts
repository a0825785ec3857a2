import type { Column, Row } from '../description'

/** What an import would do. */
export interface Preview {
  columns: Column[]
  /** The first rows as they were understood, by the columns' keys. */
  rows: Row[]
  /** All rows of the file. */
  total: number
  /** Rows without fault. */
  good: number
  /** The first of what is wrong. */
  errors: RowError[]
}

export interface RowError {
  /** As the spreadsheet counts. */
  row: number
  field: string
  detail: string
}

type Said = Readonly<Record<string, unknown>>

function object(found: unknown): Said {
  return typeof found === 'object' && found !== null ? (found as Said) : {}
}

export function errorsOf(found: unknown): RowError[] {
  if (!Array.isArray(found)) return []
  return found.map(object).map((one) => ({ row: Number(one.row ?? 0), field: String(one.field ?? ''), detail: String(one.detail ?? '') }))
}

/** The answer of a preview; its rows may be by the columns' keys or by their titles. */
export function previewOf(answer: unknown): Preview {
  const found = object(answer)
  const columns = (Array.isArray(found.columns) ? found.columns : []).map(object).map((one): Column => ({ key: String(one.key), title: String(one.title ?? one.key), kind: 'text' }))
  const rows = (Array.isArray(found.rows) ? found.rows : [])
    .map(object)
    .map((row) => Object.fromEntries(columns.map((column) => [column.key, row[column.key] ?? row[column.title]])))
  const errors = errorsOf(found.errors)
  const total = typeof found.total === 'number' ? found.total : rows.length
  const good = typeof found.good === 'number' ? found.good : Math.max(0, total - new Set(errors.map((one) => one.row)).size)
  return { columns, rows, total, good, errors }
}
