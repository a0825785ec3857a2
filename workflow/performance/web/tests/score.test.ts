import { describe, expect, it } from 'vitest'
import { type Line, listsOf, type Part, saidOf, worstOf } from '../score'

const rate: Part = { name: 'value', figure: 'f', title: '率', by: 'agent', value: 75, raw: 60, numerator: 3, denominator: 4, excluded: 1, lost: true, rows: ['numerator', 'denominator'] }
const line: Line = { kpi: 'a', title: '率', weight: 10, unit: 'percent', value: 75, points: 50, why: '', lost: 5, how: '', parts: [rate], corrected: null }

describe('a line of a score', () => {
  it('has a list behind each number', () => {
    expect(listsOf(rate).map((one) => [one.count, one.number])).toEqual([['lost', 1], ['denominator', 4], ['excluded', 1]])
    expect(listsOf({ ...rate, denominator: null, excluded: 0, lost: false })).toEqual([{ count: 'numerator', title: '明细', number: 3 }])
    expect(listsOf({ ...rate, denominator: null, excluded: 0, lost: false, rows: [] }).map((one) => one.number)).toEqual([null])
    expect(listsOf({ ...rate, by: '' })).toEqual([])
  })
  it('says why there is no value', () => {
    expect(saidOf(line)).toBe('75.0%')
    expect(saidOf({ ...line, value: null, why: '公式除以零' })).toBe('公式除以零')
  })
  it('names what cost most', () => {
    const lines = [line, { ...line, kpi: 'b', lost: 9 }, { ...line, kpi: 'c', lost: 0 }]
    expect(worstOf(lines).map((one) => one.kpi)).toEqual(['b', 'a'])
  })
})
