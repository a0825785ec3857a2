import { describe, expect, it } from 'vitest'
import { added, asArranged, movedTo, rowsOf, sized, type WallPart } from '../arranging'
import type { Tile } from '../wall'

const tile = (name: string, wide = 6, high = 4): Tile => ({ tile: name, title: name, figures: [], by: '', chart: 'numbers', over: 'page', most: 8, wide, high, every: 60, play: '', opens: '' })
const three = asArranged([tile('a'), tile('b'), tile('c', 12, 8)])

describe('laying out a wall', () => {
  it('moves a tile in the order, and no further than its ends', () => {
    expect(movedTo(three, 'c', 0).map((one) => one.key)).toEqual(['c', 'a', 'b'])
    expect(movedTo(three, 'a', 9).map((one) => one.key)).toEqual(['b', 'c', 'a'])
    expect(movedTo(three, 'a', -1)).toBe(three)
    expect(movedTo(three, 'nothing', 1)).toBe(three)
  })
  it('sizes a tile within the wall', () => {
    expect(sized(three, 'a', 99, 0)[0]).toMatchObject({ wide: 12, high: 2 })
    expect(sized(three, 'a', 6.4, 3.6)).toBe(three)
  })
  it('adds tiles of other walls behind the others, also twice', () => {
    const part: WallPart = { source: 'chain', wall_title: '', tile: tile('a', 3, 3) }
    const twice = added(added(three, part), part)
    expect(new Set(twice.map((one) => one.key)).size).toBe(5)
    expect(twice.at(-1)).toMatchObject({ tile: 'a', source: 'chain' })
  })
  it('counts rows as the hotline does: no tile before an earlier one', () => {
    expect(rowsOf([])).toBe(0)
    expect(rowsOf(three)).toBe(12)
    expect(rowsOf([tile('a', 3, 10), tile('b', 6, 4), tile('c', 3, 5), tile('d', 6, 3), tile('e', 3, 5), tile('f', 3, 3), tile('g', 3, 3)])).toBe(10)
    expect(rowsOf([tile('a', 8, 2), tile('b', 8, 2), tile('c', 4, 2)])).toBe(4)
  })
})
