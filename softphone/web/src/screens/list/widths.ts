import type { Column, Kind } from '../description'

const USUAL: Partial<Record<Kind, number>> = { time: 164, date: 116, number: 80, flag: 80, long: 220, phone: 134 }
const ELSE = 112
/** What calls a number, beside it. */
const DIAL = 38
/** Words can be cut, as their whole is told on hovering; figures cannot. */
const SHRINKS = new Set<Kind>(['text', 'long', 'tags'])
const NUMBER = 'number'
const LEAST = 84
/** What is described as wide, such as a title, keeps so much of it: rows are told apart by it. */
const KEPT = 0.5
/** A sign of a title, what is around it, and the arrows of the order. */
const [SIGN, ROUND, ARROWS] = [13, 26, 22] as const

/** The least width of each column: as described, and words give way where that makes the table fit; else it scrolls. */
export function widthsOf(columns: readonly Column[], room: number, sorts: readonly string[] = []): number[] {
  const heads = columns.map((column) => [...column.title].length * SIGN + ROUND + (sorts.includes(column.key) ? ARROWS : 0))
  const wanted = columns.map((column, at) => Math.max((column.width ?? USUAL[column.kind] ?? ELSE) + (column.dial ? DIAL : 0), heads[at] ?? 0))
  const over = wanted.reduce((sum, width) => sum + width, 0) - room
  if (over <= 0) return wanted
  const slack = columns.map((column, at) => (at > 0 && column.key !== NUMBER && SHRINKS.has(column.kind) ? Math.max(0, (wanted[at] ?? 0) - Math.max(LEAST, heads[at] ?? 0, (column.width ?? 0) * KEPT)) : 0))
  const all = slack.reduce((sum, one) => sum + one, 0)
  if (over > all) return wanted
  return wanted.map((width, at) => Math.floor(width - ((slack[at] ?? 0) * over) / all))
}
