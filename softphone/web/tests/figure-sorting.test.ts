import { describe, expect, it } from 'vitest'
import { sorted, turned } from '@/figures/sorting'
import type { Line } from '@/figures/types'

function line(name: string, value: number | null): Line {
  return { by: [name], titles: [name], now: [{ value: 1, numerator: 1, denominator: null, pending: null }, { value, numerator: 0, denominator: 1, pending: null }], before: [], year_ago: [] }
}
const LINES = [line('a', 50), line('b', null), line('c', 90), line('d', 50)]
const names = (lines: readonly Line[]): string => lines.map((one) => one.by[0]).join('')

describe('a table of figures in another order', () => {
  it('goes down, up, and back as it came, by clicks on one head', () => {
    const down = turned(null, 1)
    const up = turned(down, 1)
    expect([down, up, turned(up, 1)]).toEqual([{ at: 1, up: false }, { at: 1, up: true }, null])
    expect(turned(up, 0)).toEqual({ at: 0, up: false })
  })
  it('has those without a value last either way, equal ones as they came', () => {
    expect(names(sorted(LINES, { at: 1, up: false }))).toBe('cadb')
    expect(names(sorted(LINES, { at: 1, up: true }))).toBe('adcb')
    expect(names(sorted(LINES, null))).toBe('abcd')
    expect(names(LINES)).toBe('abcd')
  })
})
