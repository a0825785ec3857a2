import { describe, expect, it } from 'vitest'
import { type AnalysisPage, axisOf, behindOf, type Block, clicked, narrowedBy, whereOf } from '../pages'

const block = (chart: Block['chart'], by: string[]): Block => ({ block: 'a', title: '甲', about: '', figures: ['x'], by, chart, over: 'page', most: 12, width: 2, compare: false })
const page: AnalysisPage = {
  page: 'p', title: '页', about: '', period: 'this_month',
  axes: [{ axis: 'unit', title: '单位', facts: ['unit', 'lead'] }, { axis: 'type', title: '类型', facts: ['type'] }],
  blocks: [],
}

describe('what narrows a page', () => {
  it('stands in the address, of its own axes alone', () => {
    expect(narrowedBy(page, { unit: 'water', period: 'today', type: '' })).toEqual({ unit: 'water' })
  })
  it('is taken by a click and given back by the next, beside all else', () => {
    const once = clicked({ page: 'p' }, 'unit', 'water')
    expect(once).toEqual({ page: 'p', unit: 'water' })
    expect(clicked(once, 'unit', 'roads')).toEqual({ page: 'p', unit: 'roads' })
    expect(clicked(once, 'unit', 'water')).toEqual({ page: 'p' })
  })
  it('leaves a chart the groups that it is split by, and narrows tables and lines', () => {
    const narrowed = { unit: 'water', type: 'help' }
    expect(whereOf(block('ranking', ['unit']), narrowed)).toEqual({ type: 'help' })
    expect(whereOf(block('table', ['unit']), narrowed)).toEqual(narrowed)
    expect(whereOf(block('line', ['month']), narrowed)).toEqual(narrowed)
  })
  it('comes of what is split by an axis', () => {
    expect([axisOf(page, block('pie', ['type'])), axisOf(page, block('line', ['month']))]).toEqual(['type', ''])
  })
  it('narrows the rows behind a number by the facts of its own source', () => {
    expect(behindOf({ unit: 'lead' }, { unit: 'water', type: 'help' })).toEqual({ lead: 'water' })
    expect(behindOf(undefined, { unit: 'water' })).toEqual({})
  })
})
