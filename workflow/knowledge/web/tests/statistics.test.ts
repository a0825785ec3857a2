import { describe, expect, it } from 'vitest'
import type { Line, ReportTable } from '@/figures/types'
import { daysOf, datesOf } from '@/figures/drawing'
import { drawnOf, linesOf, monthsOf, namesUnder } from '../statistics'

const line = (by: string[], value: number | null): Line => ({ by, titles: by, now: [{ value, numerator: 0, denominator: null, pending: null }], before: [null], year_ago: [null] })
function table(splits: string[], lines: Line[]): ReportTable {
  const figures = [{ name: 'a', title: '甲', unit: '次', better: '' as const, target: null, about: '' }]
  return { period: '', splits: splits.map((name) => ({ name, title: name })), figures, total: line([], 0), lines, left_out: [] }
}

describe('charts of the statistics', () => {
  it('draws the largest groups first, and time in its order', () => {
    expect(drawnOf(table(['unit'], [line(['a'], 1), line(['b'], 3.14), line(['c'], null)]), 0).map((row) => [row.x, row.now])).toEqual([['b', 3.1], ['a', 1], ['c', null]])
    expect(drawnOf(table(['month'], [line(['1月'], 1), line(['2月'], 3)]), 0).map((row) => row.x)).toEqual(['1月', '2月'])
  })
  it('draws months in which nothing was', () => {
    expect(monthsOf('2025-11-01', '2026-01-28')).toEqual(['2025-11', '2025-12', '2026-01'])
    const months = monthsOf('2026-01-01', '2026-02-03')
    expect(drawnOf(table(['month'], [line(['2026-02'], 3)]), 0, months).map((row) => row.now)).toEqual([0, 3])
    expect(linesOf(table(['month', 'inside'], [line(['2026-02', 'true'], 4)]), 0, months).rows).toEqual([{ x: '2026-01', vtrue: 0 }, { x: '2026-02', vtrue: 4 }])
  })
  it('draws days in which nothing was, and a gap where nothing can be said', () => {
    expect(daysOf('2026-02-27', '2026-03-02')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'])
    const march = { ...table(['day'], [line(['2026-03-02'], 3)]), since: '2026-02-28T16:00:00Z', until: '2026-03-31T16:00:00Z' }
    expect(datesOf(march, Date.parse('2026-03-03T17:00:00Z'))).toEqual(['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'])
    expect(datesOf(march, Date.parse('2027-01-01T00:00:00Z'))).toHaveLength(31)
    expect(datesOf({ ...march, splits: [{ name: 'month', title: '月' }] })).toEqual(['2026-03'])
    expect(datesOf({ ...march, splits: [{ name: 'unit', title: '单位' }] })).toEqual([])
    const steps = ['2026-03-01', '2026-03-02']
    expect(drawnOf(march, 0, steps).map((row) => row.now)).toEqual([0, 3])
    const share = { ...march, figures: march.figures.map((one) => ({ ...one, unit: 'percent' })) }
    expect(drawnOf(share, 0, steps).map((row) => row.now)).toEqual([null, 3])
  })
  it('draws a line for each value of what stands beside the months', () => {
    const drawn = linesOf(table(['month', 'inside'], [line(['1月', 'true'], 4), line(['2月', 'true'], 5), line(['2月', 'false'], 7)]), 0)
    expect(drawn.series.map((one) => one.key)).toEqual(['vtrue', 'vfalse'])
    expect(drawn.rows).toEqual([{ x: '1月', vtrue: 4, vfalse: 0 }, { x: '2月', vtrue: 5, vfalse: 7 }])
  })

  it('names every bar by the end of its path, and leans the names of many', () => {
    expect(namesUnder(3, '').formatter('社会保障/公积金 · 热线内部')).toBe('公积金 热线内部')
    expect([namesUnder(5, '').rotate, namesUnder(6, '').rotate]).toEqual([0, 35])
  })
})
