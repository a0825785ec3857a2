/** Walls: see `workflow/bigscreen/description.py`. */
import type { Line, ReportTable } from '@/figures/types'
import { unitOf, valueText } from '@/figures/words'

export const BIGSCREEN = '/api/bigscreen'

export type TileChart = 'numbers' | 'ratios' | 'ranking' | 'ring' | 'line' | 'bars' | 'map'

export interface Tile {
  tile: string
  title: string
  figures: readonly string[]
  by: string
  chart: TileChart
  over: 'page' | 'today' | 'year' | 'always'
  most: number
  wide: number
  high: number
  every: number
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

export interface TileShown {
  table: ReportTable
  at: string
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

/** A figure's points over time, as the groups come. */
export function pointsOf(table: ReportTable, at: number): { title: string; value: number | null }[] {
  return table.lines.map((line) => ({ title: line.titles[0] ?? '', value: line.now[at]?.value ?? null }))
}

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
      const point = `${drawn ? 'L' : 'M'}${(at * step).toFixed(2)} ${(100 - ((value - least) / height) * 100).toFixed(2)}`
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
  return { text: valueText(value, unit), unit: name === '%' ? '' : name }
}

/** Whether a number only grows until its period is over, so that less of it is a correction. */
export function onlyGrows(unit: string, over: string): boolean {
  return COUNTED.includes(unitOf(unit)) && over !== 'always'
}
