import { describe, expect, it } from 'vitest'
import { type Desk, giveByDigit, type Item, marksOf, type Review, scoreOf, useSheet } from '../sheet'

const item = (name: string, points: number, more: Partial<Item> = {}): Item => ({
  item: name, title: name, about: '', points, levels: [{ title: '好', points }, { title: '差', points: 0 }], optional: false, fatal: false, given: null, hit: false, ...more,
})
const [OPENING, ANSWER, RUDE] = [item('opening', 40), item('answer', 60, { optional: true }), item('rude', 0, { fatal: true })] as const
const ITEMS = [OPENING, ANSWER, RUDE]
const desk = (): Desk => ({
  review: {} as Review, sheet_title: '', passing: 60, items: ITEMS, trouble: '', next: '', left: 0,
  marks: [{ item: 'answer', kind: 'said', title: '出现禁语', words: '不知道', second: 3 }, { item: '', kind: 'silence', title: '静音', words: '', second: 9 }],
})

function give(sheet: ReturnType<typeof useSheet>, one: Item, digit: number): boolean {
  const given = sheet.given[one.item]
  return given !== undefined && giveByDigit(one, given, digit)
}

describe('a sheet that is filled in', () => {
  it('has a score once something is given, and names what is missing', () => {
    const sheet = useSheet(desk())
    expect([sheet.score.value, sheet.missing.value.map((one) => one.item)]).toEqual([null, ['opening', 'answer']])
    give(sheet, OPENING, 1)
    give(sheet, ANSWER, 2)
    expect([sheet.score.value, sheet.passed.value, sheet.missing.value.length]).toEqual([40, false, 0])
    expect(sheet.answers()).toEqual([
      { item: 'opening', points: 40, note: '', second: null },
      { item: 'answer', points: 0, note: '', second: null },
    ])
  })

  it('leaves out what does not count, and a fault makes it nothing', () => {
    const sheet = useSheet(desk())
    give(sheet, OPENING, 1)
    expect(give(sheet, ANSWER, 0)).toBe(true)
    expect([sheet.score.value, sheet.passed.value]).toEqual([100, true])
    give(sheet, RUDE, 2)
    expect([sheet.score.value, sheet.passed.value, sheet.faults()]).toEqual([0, false, ['rude']])
    expect(scoreOf(ITEMS, {})).toBe(100)
  })

  it('takes no digit that means nothing', () => {
    const sheet = useSheet(desk())
    expect([give(sheet, OPENING, 0), give(sheet, OPENING, 9), give(sheet, RUDE, 3)]).toEqual([false, false, false])
  })

  it('has its marks beside each item', () => {
    expect([marksOf(desk().marks, 'answer').length, marksOf(desk().marks, '').map((one) => one.kind)]).toEqual([1, ['silence']])
  })
})
