import { describe, expect, it } from 'vitest'
import { addressOf, daysOf, drilled, type Question, questionOf, whereOfQuestion } from '../own'

const asked: Question = {
  figures: ['tickets_done', 'tickets_made'], by: ['region', 'type'], only: [{ split: 'channel', value: 'phone', words: '电话' }],
  period: { period: 'last_month' }, compare: true, chart: 'line',
}

describe('one’s own question', () => {
  it('comes out of its address as it went in', () => {
    expect(questionOf(addressOf(asked))).toEqual(asked)
    const own = { ...asked, period: { period: 'own', since: '2026-01-01', until: '2026-01-31' } }
    expect(questionOf(addressOf(own))).toEqual(own)
  })
  it('has a short address where all is as usual', () => {
    expect(addressOf(questionOf({}))).toEqual({ page: 'own' })
  })
  it('leaves out what cannot be read', () => {
    expect(questionOf({ only: '{"a":1}' }).only).toEqual([])
    expect(questionOf({ only: 'nonsense', chart: 'cube', compare: 'yes' })).toEqual(questionOf({}))
    expect(questionOf({ only: '[["a","b"],["a","b","c"],7]' }).only).toEqual([{ split: 'a', value: 'b', words: 'c' }])
  })
  it('asks for values by split', () => {
    expect(whereOfQuestion(asked.only)).toEqual({ channel: 'phone' })
  })
})

describe('one group alone', () => {
  it('is split by something else, beside what was split before', () => {
    const found = drilled(asked, { value: '320404', words: '钟楼区' }, 'unit')
    expect(found.by).toEqual(['unit', 'type'])
    expect(found.only).toEqual([...asked.only, { split: 'region', value: '320404', words: '钟楼区' }])
  })
  it('is not split twice by the same', () => {
    expect(drilled(asked, { value: '320404', words: '钟楼区' }, 'type').by).toEqual(['type'])
    expect(drilled(asked, { value: '320404', words: '钟楼区' }, '').by).toEqual(['type'])
  })
  it('of time is a period', () => {
    const found = drilled({ ...asked, by: ['month'] }, { value: '2026-02', words: '2026-02' }, 'day')
    expect(found).toEqual({ ...asked, by: ['day'], period: { period: 'own', since: '2026-02-01', until: '2026-02-28' } })
  })
})

describe('the days of a step of time', () => {
  it.each([
    ['day', '2026-05-11', ['2026-05-11', '2026-05-11']],
    ['week', '2026-12-28', ['2026-12-28', '2027-01-03']],
    ['month', '2028-02', ['2028-02-01', '2028-02-29']],
    ['quarter', '2026-Q4', ['2026-10-01', '2026-12-31']],
    ['year', '2026', ['2026-01-01', '2026-12-31']],
    ['hour', '08', null],
    ['region', '320404', null],
    ['region', '', null],
  ] as const)('%s %s', (split, value, days) => {
    expect(daysOf(split, value)).toEqual(days)
  })
})
