import type { Action } from '../description'
import { errorsOf } from './import'

/** What a route answers that did something to many. */
export interface Outcome {
  done: number
  /** How many were refused: more than `failed` where only the first are told. */
  refused: number
  failed: readonly { id: string; detail: string }[]
}

function count(found: unknown): number | null {
  return typeof found === 'number' ? found : Array.isArray(found) ? found.length : null
}

/** The answer as it should be: of ids, or of a file's rows; a route that says nothing has done all that was asked. */
export function outcomeOf(found: unknown, asked: number): Outcome {
  const answer = (typeof found === 'object' && found !== null ? found : {}) as Record<string, unknown>
  const ids = Array.isArray(answer.failed)
    ? answer.failed.map((one: Record<string, unknown>) => ({ id: String(one?.id ?? ''), detail: String(one?.detail ?? '没有完成') }))
    : errorsOf(answer.errors).map((one) => ({ id: `第 ${one.row} 行${one.field ? `，${one.field}` : ''}`, detail: one.detail }))
  const refused = count(answer.failed) ?? ids.length
  return { done: count(answer.done) ?? count(answer.added) ?? asked - refused, refused, failed: ids }
}

/** The rows that an answer offers this once; null when there are none. */
export function sheetOf(action: Action, found: unknown): { titles: string[]; rows: string[][] } | null {
  const list = action.shows && typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[action.shows] : null
  if (!action.sheet?.length || !Array.isArray(list) || list.length === 0) return null
  const columns = action.sheet
  return {
    titles: columns.map((column) => column.title),
    rows: list.map((row: Record<string, unknown>) => columns.map((column) => String(row[column.key] ?? ''))),
  }
}
