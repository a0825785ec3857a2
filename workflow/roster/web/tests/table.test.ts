import { describe, expect, it } from 'vitest'
import { dropped, moved, period, type Shift, titleOf, tones, weekday } from '../table'

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
    expect(titleOf('month', '2026-03-01', '2026-03-31')).toBe('2026年3月')
    expect(weekday('2026-03-01')).toBe('日')
  })
})

describe('a drop', () => {
  it('gives the shift to another, who gives his back', () => {
    const other = { ...SHIFT, id: '2', person: 'li', slot: 'day.night' }
    expect(dropped(SHIFT, { person: 'li', day: '2026-03-05' }, other)).toEqual([
      { person: 'wang', day: '2026-03-05', slot: 'day.night' },
      { person: 'li', day: '2026-03-05', slot: 'day.early' },
    ])
  })
  it('moves it to another day of one’s own, in exchange with what stands there', () => {
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
