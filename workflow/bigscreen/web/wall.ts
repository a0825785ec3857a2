/** Walls: see `workflow/bigscreen/description.py`. */
import { datesOf, nothingOf } from '@/figures/drawing'
import type { Line, ReportTable } from '@/figures/types'
import { unitOf, valueText } from '@/figures/words'

export const BIGSCREEN = '/api/bigscreen'

export type TileChart = 'numbers' | 'ratios' | 'ranking' | 'ring' | 'line' | 'bars' | 'map' | 'flow' | 'latest' | 'rises' | 'words' | 'contacts'
export type Over = 'page' | 'today' | 'week' | 'year' | 'always'

export interface Tile {
  tile: string
  title: string
  figures: readonly string[]
  by: string
  chart: TileChart
  over: Over
  most: number
  wide: number
  high: number
  every: number
  play: '' | 'day' | 'month'
  opens: string
}

export interface Wall {
  wall: string
  title: string
  about: string
  theme: 'dark' | 'light'
  period: string
  axes: readonly { axis: string; title: string }[]
  tiles: readonly Tile[]
}

export interface WallLine {
  title: string
  note: string
  at: string | null
  count: number | null
  id: string
}

export interface TileShown {
  table: ReportTable | null
  lines: readonly WallLine[]
  /** About a kilometre square each, where citizens said that it is. */
  spots: readonly Spot[]
  at: string
}

export interface Spot {
  x: number
  y: number
  count: number
}

/** A region on the map of the house: its outline in a box as wide as the map, and where its point stands. */
export interface Shape {
  region: string
  title: string
  path: string
  x: number
  y: number
}

export interface HouseMap {
  width: number
  height: number
  shapes: readonly Shape[]
}

/** Over which time a tile is counted, in words; what is now has none. */
export function overWords(over: Over, period: string): string {
  const said: Readonly<Record<string, string>> = { week: '近七天', year: '近一年' }
  return said[over === 'page' ? period : over] ?? ''
}

/** Whether a tile is split by time: it shows the whole period even where the wall is narrowed to a part of it. */
export function ofTime(tile: Tile): boolean {
  return tile.play !== '' || ['hour', 'day', 'week', 'month', 'quarter', 'year'].includes(tile.by)
}

export interface Group {
  value: string
  title: string
  count: number
}

const COUNTED: readonly string[] = ['件', '次', '人']

/** The last part of a path, and of a place the part that tells it apart. */
export function shortName(name: string): string {
  const last = name.split('/').at(-1) ?? name
  return /^.{2,}省.{2,}市(.+)$/.exec(last)?.[1] ?? last
}

function valueOf(line: Line): number {
  return line.now[0]?.value ?? 0
}

/** The groups of a tile's first figure, the largest first; those without a name are no group. */
export function groupsOf(table: ReportTable, most: number): Group[] {
  const named = table.lines.filter((line) => line.by[0] !== '' && valueOf(line) > 0)
  const sorted = named.toSorted((one, other) => valueOf(other) - valueOf(one))
  return sorted.slice(0, most).map((line) => ({ value: line.by[0] ?? '', title: shortName(line.titles[0] ?? ''), count: valueOf(line) }))
}

/** The steps of time of a map that is played back, the oldest first. */
export function stepsOf(table: ReportTable): { value: string; title: string }[] {
  const found = new Map(table.lines.map((line) => [line.by[1] ?? '', line.titles[1] ?? '']))
  return [...found].filter(([value]) => value !== '').map(([value, title]) => ({ value, title })).toSorted((one, other) => one.value.localeCompare(other.value))
}

/** A table split by place and time as one split by place: of one step, or of all of them together. */
export function atStep(table: ReportTable, step: string): Group[] {
  const found = new Map<string, Group>()
  for (const line of table.lines) {
    const value = line.by[0] ?? ''
    if (value === '' || (step !== '' && line.by[1] !== step)) continue
    const group = found.get(value) ?? { value, title: shortName(line.titles[0] ?? ''), count: 0 }
    group.count += valueOf(line)
    found.set(value, group)
  }
  return [...found.values()].filter((one) => one.count > 0).toSorted((one, other) => other.count - one.count)
}

/** The most that any place has in any step: each step of the playback is drawn against it, so that steps compare. */
export function mostOf(table: ReportTable, steps: readonly { value: string }[]): number {
  return Math.max(1, ...steps.flatMap((step) => atStep(table, step.value).map((one) => one.count)))
}

export interface Stage {
  value: string
  title: string
  count: number
  late: number
}

/** Stages in the order of the process, as the words of the split have them; those that are over are left out. */
export function stagesOf(table: ReportTable, order: readonly string[]): Stage[] {
  const found = table.lines.map((line) => ({ value: line.by[0] ?? '', title: line.titles[0] ?? '', count: line.now[0]?.value ?? 0, late: line.now[1]?.value ?? 0 }))
  const place = (one: Stage): number => (order.includes(one.value) ? order.indexOf(one.value) : order.length)
  return found.filter((one) => one.count > 0).toSorted((one, other) => place(one) - place(other))
}

export interface Slice extends Group {
  /** Where it begins and how long it is, in hundredths of the ring. */
  from: number
  share: number
}

/** Slices of a ring; what would be too thin stands together. */
export function slicesOf(table: ReportTable, most: number): Slice[] {
  const all = groupsOf(table, Number.MAX_SAFE_INTEGER)
  const total = all.reduce((sum, one) => sum + one.count, 0)
  if (!total) return []
  const rest = all.slice(most - 1)
  const shown = all.length <= most ? all : [...all.slice(0, most - 1), { value: '', title: '其他', count: rest.reduce((sum, one) => sum + one.count, 0) }]
  let from = 0
  return shown.map((one) => {
    const share = (one.count / total) * 100
    from += share
    return { ...one, from: from - share, share }
  })
}

/** A figure's points over time: those of each day or month, also where there was nothing. */
export function pointsOf(table: ReportTable, at: number, now = Date.now()): { title: string; value: number | null }[] {
  const points = table.lines.map((line) => ({ title: line.titles[0] ?? '', value: line.now[at]?.value ?? null }))
  const dates = datesOf(table, now)
  if (!dates.length) return points
  const known = new Map(points.map((one) => [one.title, one]))
  return dates.map((title) => known.get(title) ?? { title, value: nothingOf(table, at) })
}

/** All hours of a day, also those in which nothing was. */
export function hoursOf(table: ReportTable): { title: string; value: number | null }[] {
  const known = new Map(table.lines.map((line) => [(line.by[0] ?? '').slice(0, 2), line.now[0]?.value ?? 0]))
  return Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')).map((title) => ({ title, value: known.get(title) ?? 0 }))
}

const POINT = 0.5

/** A line through values in a box of 100 by 100; where a value is missing, it breaks off. */
export function pathOf(values: readonly (number | null)[], least: number, most: number): string {
  // One value alone is drawn as what it is: a level, since a point without a length cannot be seen.
  if (values.length === 1) return pathOf([values[0] ?? null, values[0] ?? null], least, most)
  const step = values.length > 1 ? 100 / (values.length - 1) : 0
  const height = most - least || 1
  let drawn = false
  return values
    .map((value, at) => {
      if (value === null) {
        drawn = false
        return ''
      }
      const [x, y] = [at * step, (100 - ((value - least) / height) * 100).toFixed(2)]
      // Between two gaps a point would not be seen: it is drawn a little wide.
      if (!drawn && (values[at + 1] ?? null) === null) return `M${(x - POINT).toFixed(2)} ${y} L${(x + POINT).toFixed(2)} ${y}`
      const point = `${drawn ? 'L' : 'M'}${x.toFixed(2)} ${y}`
      drawn = true
      return point
    })
    .filter(Boolean)
    .join(' ')
}

/** How high the axis of some lines goes, and where it begins: shares begin near the least, counts at nothing. */
export function rangeOf(values: readonly (number | null)[], unit: string): [number, number] {
  const known = values.filter((one) => one !== null)
  if (!known.length) return [0, 1]
  const most = Math.max(...known)
  if (unitOf(unit) !== '%') return [0, most * 1.1 || 1]
  const least = Math.min(...known)
  return [Math.max(0, Math.floor(least - 5)), Math.min(100, Math.ceil(most + 2))]
}

/** A number in words, and its unit beside it. */
export function said(value: number | null | undefined, unit: string): { text: string; unit: string } {
  const name = unitOf(unit)
  // Where the unit stands elsewhere, a count is a count.
  if (unit === '') return { text: value === null || value === undefined ? '—' : value.toLocaleString('zh-CN', { maximumFractionDigits: 1 }), unit: '' }
  return { text: valueText(value, unit), unit: name === '%' ? '' : name }
}

/** Whether a number only grows until its period is over, so that less of it is a correction. */
export function onlyGrows(unit: string, over: string): boolean {
  return COUNTED.includes(unitOf(unit)) && over !== 'always'
}
