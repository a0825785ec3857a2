/** Laying out a wall: tiles in an order, each so many columns and rows; browsers put them into the first free place. */
import type { Tile, TileChart } from './wall'

export const COLUMNS = 12
export const ROWS = 12
const LEAST = 2

/** A tile while it is arranged; one with a `source` comes from that wall. */
export interface Arranged extends Tile {
  key: string
  source: string
}

export interface WallLayout {
  revision: string
  own: boolean
  tiles: readonly Tile[]
}

/** A tile that can be added. */
export interface WallPart {
  source: string
  wall_title: string
  tile: Tile
}

export const CHARTS: Readonly<Record<TileChart, string>> = {
  numbers: '数字', ratios: '比率', ranking: '排名', ring: '环形图', line: '折线图', bars: '柱形图', map: '地图', flow: '流程', latest: '实时列表', rises: '突增', words: '热词', contacts: '呼叫',
}

/** How many rows the tiles take: as `rows_of` in `layout.py`, which refuses what does not fit. */
export function rowsOf(tiles: readonly { wide: number; high: number }[]): number {
  const taken = new Set<number>()
  let row = 0
  let column = 0
  let last = 0
  for (const { wide, high } of tiles) {
    const cells = (): number[] => Array.from({ length: wide * high }, (_, at) => (row + Math.floor(at / wide)) * COLUMNS + column + (at % wide))
    while (column + wide > COLUMNS || cells().some((one) => taken.has(one))) {
      column += 1
      if (column + wide > COLUMNS) {
        row += 1
        column = 0
      }
    }
    for (const one of cells()) taken.add(one)
    last = Math.max(last, row + high)
    column += wide
  }
  return last
}

/** With a tile at another place in the order; one that is not there, or is there already, changes nothing. */
export function movedTo(tiles: readonly Arranged[], key: string, at: number): readonly Arranged[] {
  const from = tiles.findIndex((one) => one.key === key)
  const place = Math.max(0, Math.min(tiles.length - 1, at))
  const tile = tiles[from]
  if (!tile || from === place) return tiles
  const rest = tiles.filter((one) => one.key !== key)
  return [...rest.slice(0, place), tile, ...rest.slice(place)]
}

export function sized(tiles: readonly Arranged[], key: string, wide: number, high: number): readonly Arranged[] {
  const fit = (value: number, most: number): number => Math.max(LEAST, Math.min(most, Math.round(value)))
  const size = { wide: fit(wide, COLUMNS), high: fit(high, ROWS) }
  const there = tiles.find((one) => one.key === key)
  if (!there || (there.wide === size.wide && there.high === size.high)) return tiles
  return tiles.map((one) => (one.key === key ? { ...one, ...size } : one))
}

/** With a tile of another wall behind all others. */
export function added(tiles: readonly Arranged[], part: WallPart): readonly Arranged[] {
  const number = tiles.filter((one) => one.source === part.source && one.tile === part.tile.tile).length
  return [...tiles, { ...part.tile, source: part.source, key: `${part.source}/${part.tile.tile}/${number}` }]
}

export function asArranged(tiles: readonly Tile[]): readonly Arranged[] {
  return tiles.map((one) => ({ ...one, source: '', key: one.tile }))
}
