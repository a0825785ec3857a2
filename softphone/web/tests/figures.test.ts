import { describe, expect, it } from 'vitest'
import { changeOf, isCounted, misses, valueText } from '@/figures/words'
import { FILE_PAGES } from '@/workshop/pages'

const value = (one: number | null) => ({ value: one, numerator: 0, denominator: null, pending: null })

describe('figures in words', () => {
  it('say shares with a digit, counts whole, and nothing where there is nothing to divide by', () => {
    expect(valueText(93.44, 'percent')).toBe('93.4%')
    expect(valueText(93.44, '%')).toBe('93.4%')
    expect(valueText(12345, 'count')).toBe('12,345')
    expect(valueText(5, '条')).toBe('5')
    expect(valueText(5, 'items')).toBe('5')
    expect(valueText(7.25, '秒')).toBe('7.3')
    expect(valueText(null, 'percent')).toBe('—')
  })

  it('compare shares in points and all else in percent, by what is better', () => {
    expect(changeOf(value(95), value(90), '%', 'more')).toEqual({ text: '+5.0 点', good: true })
    expect(changeOf(value(6), value(5), '%', 'less')).toEqual({ text: '+1.0 点', good: false })
    expect(changeOf(value(110), value(100), '件', '')).toEqual({ text: '+10.0%', good: null })
    expect(changeOf(value(110), value(0), '件', '').text).toBe('—')
    expect(changeOf(value(null), value(90), '%', 'more').text).toBe('—')
    expect(changeOf(value(90), value(90), '%', 'more').good).toBeNull()
  })

  it('miss what is aimed at in the direction that is worse', () => {
    expect([misses(94, 95, 'more'), misses(95, 95, 'more'), misses(6, 5, 'less'), misses(6, 5, '')]).toEqual([true, false, true, false])
  })

  it('say a count once, and what a share was made of beside it', () => {
    expect(isCounted({ value: 6, numerator: 6, denominator: null, pending: null })).toBe(true)
    expect(isCounted({ value: 0, numerator: 0, denominator: null, pending: null })).toBe(false)
    expect(isCounted({ value: 50, numerator: 3, denominator: 6, pending: null })).toBe(false)
  })
})

describe('a new file', () => {
  it.each(Object.entries(FILE_PAGES))('of %s begins under its name', (_, page) => {
    const text = page.template('the_name', '"标题"')
    expect(text).toContain(': the_name\n')
    expect(text).toContain('title: "标题"')
    expect(text).not.toContain('undefined')
  })
})
