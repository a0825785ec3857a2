import type { Action } from '../description'

/** Which rows: those that are ticked, or all that the list's filters give. */
export interface Chosen {
  ids: readonly string[]
  query: Readonly<Record<string, string>> | null
  count: number
  /** There are more than `count`, which were counted. */
  more?: boolean
}

export interface OpenBulk extends Chosen {
  action: Action
}

export type Sort = 'good' | 'same' | 'refused'

export interface Outlook {
  id: string
  title: string
  sort: Sort
  words: string
}

/** What an act would do with many. */
export interface BulkPreview {
  total: number
  good: number
  same: number
  refused: number
  rows: readonly Outlook[]
  seen: Readonly<Record<string, number>>
  background: boolean
}

/** What became of it, or has so far. */
export interface BulkAnswer {
  run: string
  title: string
  state: 'running' | 'undo' | 'done' | 'undone'
  total: number
  done: number
  same: number
  refused: number
  undone: number
  failed: readonly { id: string; detail: string }[]
  undoable: boolean
}

/** The part of the body that says which rows. */
export function bodyOf(chosen: Chosen): { ids: readonly string[] } | { query: Readonly<Record<string, string>> } {
  return chosen.query ? { query: chosen.query } : { ids: chosen.ids }
}

export function isRunning(answer: BulkAnswer): boolean {
  return answer.state === 'running' || answer.state === 'undo'
}

/** From 0 to 100. */
export function progressOf(answer: BulkAnswer): number {
  const ended = answer.state === 'undo' ? answer.undone : answer.done + answer.same + answer.refused
  const all = answer.state === 'undo' ? answer.undone + answer.done : answer.total
  return all === 0 ? 100 : Math.floor((100 * ended) / all)
}
