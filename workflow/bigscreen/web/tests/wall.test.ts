import { describe, expect, it } from 'vitest'
import type { Line, ReportTable } from '@/figures/types'
import { groupsOf, onlyGrows, pathOf, rangeOf, shortName, slicesOf } from '../wall'

const line = (title: string, value: number | null): Line => ({ by: [title], titles: [title], now: [{ value, numerator: 0, denominator: null, pending: null }], before: [null], year_ago: [null] })
function table(lines: Line[]): ReportTable {
  return { period: '', splits: [{ name: 'type', title: '类型' }], figures: [{ name: 'a', title: '甲', unit: '件', better: '', target: null, about: '' }], total: line('', 0), lines, left_out: [] }
}

describe('tiles of a wall', () => {
  it('rank what has a name, the largest first', () => {
    expect(groupsOf(table([line('b', 1), line('', 9), line('c', null), line('a', 3)]), 5).map((one) => [one.title, one.count])).toEqual([['a', 3], ['b', 1]])
  })
  it('draw a whole ring, and put together what would be too thin', () => {
    const slices = slicesOf(table(['a', 'b', 'c', 'd', 'e'].map((name, at) => line(name, 10 - at))), 3)
    expect(slices.map((one) => one.title)).toEqual(['a', 'b', '其他'])
    expect(slices.reduce((sum, one) => sum + one.share, 0)).toBeCloseTo(100)
    expect(slices[1]?.from).toBeCloseTo(slices[0]?.share ?? 0)
    expect(slicesOf(table([]), 3)).toEqual([])
  })
  it('draw lines that break off where nothing is known', () => {
    expect(pathOf([0, 50, null, 100], 0, 100)).toBe('M0.00 100.00 L33.33 50.00 M100.00 0.00')
    expect(pathOf([], 0, 1)).toBe('')
    expect(pathOf([50], 0, 100)).toBe('M0.00 50.00 L100.00 50.00')
  })
  it('begin counts at nothing, shares near the least', () => {
    expect(rangeOf([10, 20], '件')[0]).toBe(0)
    expect(rangeOf([90, 96, null], '%')).toEqual([85, 98])
    expect(rangeOf([null], '%')).toEqual([0, 1])
  })
  it('name a place by what tells it apart', () => {
    expect([shortName('江苏省常州市天宁区'), shortName('城市管理/噪声扰民'), shortName('水务局')]).toEqual(['天宁区', '噪声扰民', '水务局'])
  })
  it('mark what is less only where it can but grow', () => {
    expect([onlyGrows('件', 'today'), onlyGrows('%', 'today'), onlyGrows('件', 'always')]).toEqual([true, false, false])
  })
})
