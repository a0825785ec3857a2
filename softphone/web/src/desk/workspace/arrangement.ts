import type { DeskCard } from '@/screens/description'

/** A widget at its place in a column; folded, only its name is seen. */
export interface Placed {
  name: string
  folded: boolean
}

export interface Column {
  /** Its part of the width, in percent. */
  width: number
  widgets: readonly Placed[]
}

/** What can stand on the desk. */
export interface Widget {
  name: string
  title: string
  /** The column in which it stands unless somebody moved it. */
  place: Place
  /** A plugin's card. */
  card?: DeskCard
  /** The phone is always open: its buttons cannot wait. */
  fixed?: boolean
}

export type Place = 'phone' | 'work' | 'aside'
export const PLACES: readonly Place[] = ['phone', 'work', 'aside']
const USUAL_WIDTHS: Readonly<Record<Place, number>> = { phone: 28, work: 42, aside: 30 }
export const NARROWEST = 18

export const cardName = (card: DeskCard): string => `card_${card.name}`

const OWN: readonly Widget[] = [
  { name: 'phone', title: '电话', place: 'phone', fixed: true },
  { name: 'caller', title: '来电人', place: 'phone' },
  { name: 'forms', title: '登记', place: 'work' },
]
const HISTORY: Widget = { name: 'history', title: '历史来电', place: 'aside' }

/** The desk's own widgets, and one for each card of a plugin that stands beside a call, in the order of a new desk. */
export function widgetsOf(cards: readonly DeskCard[]): readonly Widget[] {
  const found = cards.filter((card) => !card.always).map((card) => ({ name: cardName(card), title: card.title, place: card.place ?? 'aside', card }))
  return [...OWN, ...found, HISTORY]
}

/** As the desk comes: a column for each place. */
export function usual(widgets: readonly Widget[]): Column[] {
  return PLACES.map((place) => ({
    width: USUAL_WIDTHS[place],
    widgets: widgets.filter((one) => one.place === place).map((one) => ({ name: one.name, folded: false })),
  }))
}

/**
 * What somebody arranged, with the widgets that there are now: those that went are left out, new ones stand at the end of
 * the column in which their neighbours of the same place stand; columns without anything stay, to be filled again.
 */
export function arranged(kept: readonly Column[], widgets: readonly Widget[]): Column[] {
  if (kept.length === 0) return usual(widgets)
  const there = new Map(widgets.map((one) => [one.name, one]))
  const columns = kept.map((one) => ({ width: one.width, widgets: one.widgets.filter((placed) => there.has(placed.name)) }))
  const placed = new Set(columns.flatMap((one) => one.widgets.map((widget) => widget.name)))
  for (const widget of widgets.filter((one) => !placed.has(one.name))) {
    const beside = columns.find((one) => one.widgets.some((other) => there.get(other.name)?.place === widget.place))
    const column = beside ?? columns[Math.min(PLACES.indexOf(widget.place), columns.length - 1)]
    if (column) column.widgets = [...column.widgets, { name: widget.name, folded: false }]
  }
  return shared(columns)
}

/** Widths that are the whole together. */
function shared(columns: readonly Column[]): Column[] {
  const sum = columns.reduce((all, one) => all + one.width, 0)
  return columns.map((one) => ({ ...one, width: sum > 0 ? (one.width * 100) / sum : 100 / columns.length }))
}

function placeOf(columns: readonly Column[], name: string): [number, number] | null {
  for (const [column, one] of columns.entries()) {
    const row = one.widgets.findIndex((widget) => widget.name === name)
    if (row >= 0) return [column, row]
  }
  return null
}

/** A widget put into a column, before the one that stands at `row` there. */
export function put(columns: readonly Column[], name: string, column: number, row: number): Column[] {
  const from = placeOf(columns, name)
  if (!from || column < 0 || column >= columns.length) return [...columns]
  const moved = columns[from[0]]?.widgets[from[1]]
  if (!moved) return [...columns]
  return columns.map((one, at) => {
    const rest = one.widgets.filter((widget) => widget.name !== name)
    if (at !== column) return { ...one, widgets: rest }
    const before = at === from[0] && row > from[1] ? row - 1 : row
    return { ...one, widgets: [...rest.slice(0, Math.max(0, before)), moved, ...rest.slice(Math.max(0, before))] }
  })
}

export type Step = 'up' | 'down' | 'left' | 'right'

/** A widget one step further: within its column, or to the column beside. */
export function stepped(columns: readonly Column[], name: string, step: Step): Column[] {
  const from = placeOf(columns, name)
  if (!from) return [...columns]
  const [column, row] = from
  if (step === 'up') return row > 0 ? put(columns, name, column, row - 1) : [...columns]
  if (step === 'down') return put(columns, name, column, row + 2)
  return put(columns, name, column + (step === 'left' ? -1 : 1), row)
}

export function folded(columns: readonly Column[], name: string, value: boolean): Column[] {
  return columns.map((one) => ({ ...one, widgets: one.widgets.map((widget) => (widget.name === name ? { ...widget, folded: value } : widget)) }))
}

/** The edge right of column `at` moved by so many percent of the whole; no column becomes too narrow for its widgets. */
export function resized(columns: readonly Column[], at: number, by: number): Column[] {
  const left = columns[at]
  const right = columns[at + 1]
  if (!left || !right) return [...columns]
  const room = Math.max(NARROWEST - left.width, Math.min(by, right.width - NARROWEST))
  if (left.width + room < NARROWEST || right.width - room < NARROWEST) return [...columns]
  return columns.map((one, index) => (index === at ? { ...one, width: one.width + room } : index === at + 1 ? { ...one, width: one.width - room } : one))
}
