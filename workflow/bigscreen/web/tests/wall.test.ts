import { describe, expect, it } from 'vitest'
import type { Line, ReportTable } from '@/figures/types'
import { atStep, groupsOf, hoursOf, mostOf, onlyGrows, overWords, pathOf, pointsOf, rangeOf, said, shortName, slicesOf, stagesOf, stepsOf } from '../wall'

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
    expect(pathOf([0, 50, null, 100], 0, 100)).toBe('M0.00 100.00 L33.33 50.00 M99.50 0.00 L100.50 0.00')
    expect(pathOf([], 0, 1)).toBe('')
    expect(pathOf([50], 0, 100)).toBe('M0.00 50.00 L100.00 50.00')
  })
  it('have a point for each day that has begun, also where nothing was', () => {
    const week = { ...table([line('2026-03-02', 3)]), splits: [{ name: 'day', title: '日' }], since: '2026-02-28T16:00:00Z', until: '2026-03-07T16:00:00Z' }
    const now = Date.parse('2026-03-03T04:00:00Z')
    expect(pointsOf(week, 0, now).map((one) => [one.title, one.value])).toEqual([['2026-03-01', 0], ['2026-03-02', 3], ['2026-03-03', 0]])
    const share = { ...week, figures: week.figures.map((one) => ({ ...one, unit: '%' })) }
    expect(pointsOf(share, 0, now).map((one) => one.value)).toEqual([null, 3, null])
    expect(pointsOf(table([line('a', 1)]), 0)).toEqual([{ title: 'a', value: 1 }])
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
  it('play a map back by steps of time, drawn against the most of any', () => {
    const at = (place: string, month: string, value: number): Line => ({ ...line(place, value), by: [place, month], titles: [`江苏省常州市${place}`, month] })
    const found = table([at('east', '2026-02', 3), at('east', '2026-01', 1), at('west', '2026-01', 2), at('', '2026-01', 9)])
    expect(stepsOf(found).map((one) => one.value)).toEqual(['2026-01', '2026-02'])
    expect(atStep(found, '').map((one) => [one.title, one.count])).toEqual([['east', 4], ['west', 2]])
    expect(atStep(found, '2026-01').map((one) => [one.value, one.count])).toEqual([['west', 2], ['east', 1]])
    expect(atStep(found, '2026-03')).toEqual([])
    expect(mostOf(found, stepsOf(found))).toBe(3)
  })
  it('show the stages of a process in its order, with what is late', () => {
    const stage = (name: string, open: number, late: number): Line => ({ ...line(name, open), now: [open, late].map((value) => ({ value, numerator: 0, denominator: null, pending: null })) })
    const found = stagesOf(table([stage('revisit', 2, 0), stage('unknown', 1, 0), stage('review', 5, 3), stage('archived', 0, 0)]), ['review', 'handling', 'revisit'])
    expect(found.map((one) => [one.value, one.count, one.late])).toEqual([['review', 5, 3], ['revisit', 2, 0], ['unknown', 1, 0]])
  })
  it('say over which time they count, and of what is now nothing', () => {
    expect([overWords('page', 'week'), overWords('page', 'year'), overWords('always', 'year'), overWords('today', 'year')]).toEqual(['近七天', '近一年', '', ''])
  })
  it('show each hour of a day, and counts without a fraction', () => {
    const hours = hoursOf(table([{ ...line('09:00', 4), by: ['09'] }]))
    expect([hours.length, hours[9]?.value, hours[10]?.value]).toEqual([24, 4, 0])
    expect([said(1441, '').text, said(2.5, '').text, said(null, '').text]).toEqual(['1,441', '2.5', '—'])
  })
})
