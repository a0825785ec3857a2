/** The roster's table as the page draws it: periods, cells, who is in a slot, what a drop means. */
export interface Day {
  day: string
  kind: string
  holiday: string
}
export interface Slot {
  key: string
  title: string
  type_title: string
  hours: string
  minutes: number
  night: boolean
}
export interface Shift {
  id: string
  person: string
  day: string
  slot: string
  title: string
  hours: string
  minutes: number
  night: boolean
  tied: boolean
  begins_at: string
  ends_at: string
}
export interface Person {
  id: string
  name: string
  agent_no: string
  target: number | null
}
export interface Need {
  day: string
  slot: string
  needed: number
  there: number
}
export interface Away {
  person: string
  day: string
  title: string
  approved: boolean
}
export interface Wish {
  person: string
  day: string
  wish: string
}
export interface Month {
  id: string
  month: string
  state: string
}
export interface Table {
  organisation: string
  organisation_title: string
  first: string
  last: string
  days: Day[]
  months: Month[]
  slots: Slot[]
  people: Person[]
  shifts: Shift[]
  needs: Need[]
  away: Away[]
  wishes: Wish[]
  plans: boolean
  me: string
}
export interface Move {
  person: string
  day: string
  slot: string
}
export interface Cell {
  person: string
  day: string
}

export type Span = 'week' | 'month'
const DAY = 86_400_000

/** A day as a number, so that nobody's time zone moves it. */
function at(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}
function text(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

/** Monday to Sunday, or the whole month, around a day. */
export function period(span: Span, day: string): [string, string] {
  if (span === 'week') {
    const monday = at(day) - ((new Date(at(day)).getUTCDay() + 6) % 7) * DAY
    return [text(monday), text(monday + 6 * DAY)]
  }
  const [year, month] = day.split('-').map(Number) as [number, number]
  return [text(Date.UTC(year, month - 1, 1)), text(Date.UTC(year, month, 0))]
}

/** A day in the period before or after. */
export function moved(span: Span, day: string, by: number): string {
  if (span === 'week') return text(at(day) + by * 7 * DAY)
  const [year, month] = day.split('-').map(Number) as [number, number]
  return text(Date.UTC(year, month - 1 + by, 1))
}

export function titleOf(span: Span, first: string, last: string): string {
  if (span === 'month') return `${first.slice(0, 4)}年${Number(first.slice(5, 7))}月`
  return `${first.slice(0, 4)}年${short(first)} – ${short(last)}`
}

/** `3月5日`. */
export function short(day: string): string {
  return `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`
}

export function weekday(day: string): string {
  return '日一二三四五六'.charAt(new Date(at(day)).getUTCDay())
}

export function keyOf(person: string, day: string): string {
  return `${person} ${day}`
}

export function hoursOf(minutes: number): string {
  return String(Math.round(minutes / 6) / 10)
}

/** One colour for each slot of a shift type, in order; night shifts have their own. */
export function tones(slots: readonly Slot[]): Map<string, string> {
  const day = ['talk', 'ready', 'break']
  let next = 0
  return new Map(slots.map((one) => [one.key, one.night ? 'wrapup' : (day[next++ % day.length] ?? 'off')]))
}

/** What a drop of a shift on a cell means: it goes there; a shift that stands there comes back. */
export function dropped(shift: Shift, onto: Cell, there: Shift | undefined): Move[] {
  if (shift.person === onto.person && shift.day === onto.day) return []
  if (shift.day === onto.day) {
    return [
      { person: shift.person, day: shift.day, slot: there?.slot ?? '' },
      { person: onto.person, day: onto.day, slot: shift.slot },
    ]
  }
  const moves: Move[] = [
    { person: onto.person, day: onto.day, slot: shift.slot },
    { person: shift.person, day: shift.day, slot: shift.person === onto.person && there ? there.slot : '' },
  ]
  return moves
}

/** Who works in a slot on a day, in the order of people. */
export function namesIn(table: Table, slot: string, day: string): string[] {
  const there = new Set(table.shifts.filter((one) => one.slot === slot && one.day === day).map((one) => one.person))
  return table.people.filter((one) => there.has(one.id)).map((one) => one.name)
}
