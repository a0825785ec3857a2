import { describe, expect, it } from 'vitest'
import { askedOf, narrowedBy, queryOf, requestOf, textOf } from '../finding'

describe('a question in the address', () => {
  it('comes back as it went, and what is usual stands in no address', () => {
    const asked = { words: '公积金怎么取', order: 'time', page: 3, narrowed: { region: '320404', unit: 'water' } }
    expect(askedOf(queryOf(asked))).toEqual(asked)
    expect(queryOf({ words: ' ', order: 'relevance', page: 1, narrowed: {} })).toEqual({})
  })

  it('takes nothing that it does not know', () => {
    expect(askedOf({ words: ['a', 'b'], order: 'beauty', page: '-7', colour: 'red', region: '' })).toEqual({ words: '', order: 'relevance', page: 1, narrowed: {} })
    expect(askedOf({ page: '1e9' }).page).toBe(50)
    expect(askedOf({ words: '长'.repeat(900) }).words.length).toBe(500)
  })

  it('is narrowed by a value, widened by the same, and begins at the first page again', () => {
    const asked = { words: '社保', order: 'heat', page: 4, narrowed: { unit: 'a' } }
    const narrower = narrowedBy(asked, 'category', 'c')
    expect(narrower).toEqual({ words: '社保', order: 'heat', page: 1, narrowed: { unit: 'a', category: 'c' } })
    expect(narrowedBy(narrower, 'unit', 'b').narrowed).toEqual({ unit: 'b', category: 'c' })
    expect(narrowedBy(narrower, 'category', 'c').narrowed).toEqual({ unit: 'a' })
    expect(requestOf(narrower)).toMatchObject({ words: '社保', order: 'heat', page: 1, category: 'c' })
    expect(textOf([{ text: '公积', hit: true }, { text: '金', hit: false }])).toBe('公积金')
  })
})
