import { describe, expect, it } from 'vitest'
import { hintOf } from '../editing'
import { around, dropped, moved, needsBySlot, period, rowsOf, said, type Shift, type Table, titleOf, tones, weekday } from '../table'

const SHIFT: Shift = {
  id: '1', person: 'wang', day: '2026-03-05', slot: 'day.early', title: '早班', hours: '08:00-16:30', minutes: 480, night: false, tied: false, begins_at: '', ends_at: '',
}

describe('periods', () => {
  it('are Monday to Sunday, and whole months, over the ends of years', () => {
    expect(period('week', '2026-03-01')).toEqual(['2026-02-23', '2026-03-01'])
    expect(period('week', '2027-01-01')).toEqual(['2026-12-28', '2027-01-03'])
    expect(period('month', '2028-02-10')).toEqual(['2028-02-01', '2028-02-29'])
    expect(moved('month', '2026-12-31', 1)).toBe('2027-01-01')
    expect(moved('week', '2026-03-01', -1)).toBe('2026-02-22')
    expect(around('2026-12-01')).toEqual(['2026-11-30', '2026-12-02'])
    expect(titleOf('month', '2026-03-01', '2026-03-31')).toBe('2026年3月')
    expect(weekday('2026-03-01')).toBe('日')
  })
})

describe('a drop', () => {
  it('exchanges what stands in both cells, each on its own day', () => {
    const other = { ...SHIFT, id: '2', person: 'li', day: '2026-03-06', slot: 'day.night' }
    expect(dropped(SHIFT, { person: 'li', day: '2026-03-06' }, other)).toEqual([
      { person: 'li', day: '2026-03-06', slot: 'day.early' },
      { person: 'wang', day: '2026-03-05', slot: 'day.night' },
    ])
  })
  it('leaves its own cell free where the other was', () => {
    expect(dropped(SHIFT, { person: 'wang', day: '2026-03-06' }, undefined)).toEqual([
      { person: 'wang', day: '2026-03-06', slot: 'day.early' },
      { person: 'wang', day: '2026-03-05', slot: '' },
    ])
  })
  it('on its own cell is nothing', () => {
    expect(dropped(SHIFT, { person: 'wang', day: '2026-03-05' }, SHIFT)).toEqual([])
  })
})

describe('colours', () => {
  it('tell night shifts from others', () => {
    const slot = { key: 'a', title: '', type_title: '', hours: '', minutes: 0, night: false }
    expect([...tones([slot, { ...slot, key: 'b', night: true }, { ...slot, key: 'c' }]).values()]).toEqual(['talk', 'wrapup', 'ready'])
  })
})

describe('rows', () => {
  const person = { id: 'wang', name: '王伟', agent_no: '2001', target: null }
  const table: Table = {
    organisation: 'city', organisation_title: '', first: '2026-03-05', last: '2026-03-06',
    days: [{ day: '2026-03-05', kind: 'workday', holiday: '' }, { day: '2026-03-06', kind: 'workday', holiday: '' }], months: [],
    slots: [{ key: 'day.early', title: '早班', type_title: '', hours: '08:00-16:30', minutes: 480, night: false }],
    people: [{ ...person, id: 'li', name: '李芳', agent_no: '2002' }, person], shifts: [SHIFT],
    needs: [{ day: '2026-03-06', slot: 'day.early', needed: 2, there: 1 }], away: [],
    wishes: [{ person: 'wang', day: '2026-03-06', wish: 'off' }, { person: 'wang', day: '2026-03-05', wish: 'day.early' }], plans: true, me: 'wang',
  }
  it('have one’s own on top, found by name or number, with what is wished', () => {
    const rows = rowsOf(table, '', new Set(['2026-03']))
    expect(rows.map((one) => [one.person.name, one.minutes])).toEqual([['王伟', 480], ['李芳', 0]])
    expect(rows[0]?.cells.map((one) => [one.shift?.id, one.wish, one.edits])).toEqual([['1', '希望上早班', true], [undefined, '希望休息', true]])
    expect(rowsOf(table, '2002', new Set()).map((one) => one.person.name)).toEqual(['李芳'])
    expect(rows.flatMap((one) => one.cells).map((one) => said(person, one))[0]).toBe('王伟 3月5日 周四 早班 08:00-16:30 希望上早班')
  })
  it('tell what lacks', () => {
    expect(needsBySlot(table)[0]?.cells.map((one) => [one.words, one.lacks])).toEqual([['', false], ['1/2', true]])
  })
})

describe('what the rules say of a shift over a cell', () => {
  it('is a fault before it is a warning', () => {
    expect(hintOf({ faults: ['请假'], warnings: ['连续'] })).toEqual({ tone: 'fails', words: '不能这样排：请假' })
    expect(hintOf({ faults: [], warnings: ['连续'] }).tone).toBe('warns')
    expect(hintOf({ faults: [], warnings: [] }).tone).toBe('fits')
  })
})
