import type { Query } from '@/api/http'
import type { Filter, List } from '../description'

/** What of a list is shown: kept as a query, so that it survives a reload and can be sent to a colleague. */
export interface ListState {
  page: number
  size: number
  /** A column's key, with `-` before it for descending; empty for the server's own order. */
  sort: string
  values: Record<string, string>
}

export type Stored = Readonly<Record<string, unknown>>

export const SIZES: readonly number[] = [20, 50, 100]
const FIRST_SIZE = 20
/** The key of the conditions that people build. */
export const WHERE = 'where'

/** The names under which a filter goes to the server and into the address. */
export function keysOf(filter: Filter): string[] {
  return filter.kind === 'period' ? ['from', 'to'] : [filter.key]
}

function keysOfAll(list: List): string[] {
  return [...(list.filters ?? []).flatMap(keysOf), ...(list.conditions ? [WHERE] : [])]
}

/** The state that a query says; what it says wrongly is as at first. */
export function stateOf(list: List, query: Stored): ListState {
  const one = (key: string): string => (typeof query[key] === 'string' ? query[key] : '')
  const page = Math.floor(Number(one('page')))
  const size = Number(one('size'))
  const sort = one('sort')
  return {
    page: page >= 1 && page <= 100_000 ? page : 1,
    size: SIZES.includes(size) ? size : FIRST_SIZE,
    sort: list.sorts?.includes(sort.replace(/^-/, '')) ? sort : (list.sort ?? ''),
    values: Object.fromEntries(keysOfAll(list).map((key) => [key, one(key)])),
  }
}

/** The query of a state, without what is as at first; other keys of the present query stay. */
export function queryOf(list: List, state: ListState, present: Stored = {}): Record<string, string> {
  const own = new Set([...keysOfAll(list), 'page', 'size', 'sort'])
  const query: Record<string, string> = {}
  for (const [key, value] of Object.entries(present)) if (!own.has(key) && typeof value === 'string') query[key] = value
  for (const [key, value] of Object.entries(state.values)) if (value !== '') query[key] = value
  if (state.page !== 1) query.page = String(state.page)
  if (state.size !== FIRST_SIZE) query.size = String(state.size)
  if (state.sort !== (list.sort ?? '')) query.sort = state.sort
  return query
}

/** What the server is asked for: the filters and the order, the page beside them. */
export function asked(list: List, state: ListState): Query {
  return { ...state.values, ...((list.sort || list.sorts?.length) && { sort: state.sort }) }
}

export function isFiltered(state: ListState): boolean {
  return Object.values(state.values).some((value) => value !== '')
}
