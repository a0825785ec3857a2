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

/** From the day before to the day after. */
export function around(day: string): [string, string] {
  return [text(at(day) - DAY), text(at(day) + DAY)]
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

/** What a drop of a shift on a cell means: both cells exchange what stands in them, each on its own day. */
export function dropped(shift: Shift, onto: Cell, there: Shift | undefined): Move[] {
  if (shift.person === onto.person && shift.day === onto.day) return []
  return [
    { person: onto.person, day: onto.day, slot: shift.slot },
    { person: shift.person, day: shift.day, slot: there?.slot ?? '' },
  ]
}

/** A person's day as it is drawn. */
export interface RowCell {
  key: string
  day: Day
  shift?: Shift
  away?: Away
  wish: string
  edits: boolean
}
export interface Row {
  person: Person
  minutes: number
  cells: RowCell[]
}

/** The people whose name or number has the words, who looks for his own shifts on top; `editable` are months. */
export function rowsOf(table: Table, words: string, editable: ReadonlySet<string>): Row[] {
  const shifts = new Map(table.shifts.map((one) => [keyOf(one.person, one.day), one]))
  const away = new Map(table.away.map((one) => [keyOf(one.person, one.day), one]))
  const wishes = new Map(table.wishes.map((one) => [keyOf(one.person, one.day), one.wish]))
  const slots = new Map(table.slots.map((one) => [one.key, one]))
  const minutes = new Map<string, number>()
  for (const one of table.shifts) minutes.set(one.person, (minutes.get(one.person) ?? 0) + one.minutes)
  const sought = words.trim()
  return table.people
    .filter((one) => one.name.includes(sought) || one.agent_no.includes(sought))
    .sort((one, other) => Number(other.id === table.me) - Number(one.id === table.me))
    .map((person) => ({
      person,
      minutes: minutes.get(person.id) ?? 0,
      cells: table.days.map((day) => {
        const key = keyOf(person.id, day.day)
        const wish = wishes.get(key)
        const wished = wish === 'off' ? '希望休息' : wish ? `希望上${slots.get(wish)?.title ?? ''}` : ''
        return { key, day, shift: shifts.get(key), away: away.get(key), wish: wished, edits: editable.has(day.day.slice(0, 7)) }
      }),
    }))
}

/** A cell in words, for whoever hears the page. */
export function said(person: Person, cell: RowCell): string {
  const what = cell.shift ? `${cell.shift.title} ${cell.shift.hours}` : '休息'
  return [person.name, short(cell.day.day), `周${weekday(cell.day.day)}`, what, cell.away?.title, cell.wish].filter(Boolean).join(' ')
}

/** How many each slot has of those it needs, by day: `2/3`. */
export function needsBySlot(table: Table): { slot: Slot; cells: { day: Day; words: string; lacks: boolean }[] }[] {
  const needs = new Map(table.needs.map((one) => [`${one.slot} ${one.day}`, one]))
  return table.slots.map((slot) => ({
    slot,
    cells: table.days.map((day) => {
      const need = needs.get(`${slot.key} ${day.day}`)
      return { day, words: need ? `${need.there}/${need.needed}` : '', lacks: need !== undefined && need.there < need.needed }
    }),
  }))
}

/** Who works in a slot on a day, in the order of people. */
export function namesIn(table: Table, slot: string, day: string): string[] {
  const there = new Set(table.shifts.filter((one) => one.slot === slot && one.day === day).map((one) => one.person))
  return table.people.filter((one) => there.has(one.id)).map((one) => one.name)
}
