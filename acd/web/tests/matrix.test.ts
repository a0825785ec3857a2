import { describe, expect, it } from 'vitest'
import { type AgentRow, cellsOf, type Draft, levelByKey, levelOf, withLevel } from '../matrix'
import type { Field } from '@/screens/description'
import { marked, toneOf } from '@/screens/form/checked'
import { bodyOf, startOf, wordsFor, wrongWith } from '@/screens/form/form'

const row: AgentRow = { agent: '8001', name: '王芳', version: 3, levels: { social: 2 } }
const none: Draft = new Map()

describe('the matrix of skills', () => {
  it('shows what was changed, and nothing is changed by setting what is there', () => {
    const draft = withLevel(none, row, 'social', 4)
    expect(levelOf(row, 'social', draft)).toBe(4)
    expect(levelOf(row, 'english', draft)).toBe(0)
    expect(withLevel(draft, row, 'social', 2).size).toBe(0)
    expect(withLevel(none, row, 'english', 0).size).toBe(0)
  })

  it('sends each changed cell with the version of its agent', () => {
    const draft = withLevel(withLevel(none, row, 'social', 0), row, '粤语', 5)
    expect(cellsOf(draft, [row])).toEqual([
      { agent: '8001', skill: 'social', level: 0, version: 3 },
      { agent: '8001', skill: '粤语', level: 5, version: 3 },
    ])
    expect(cellsOf(draft, [])).toEqual([])
  })

  it('takes digits, plus, minus and delete', () => {
    expect([levelByKey('4', 1), levelByKey('+', 5), levelByKey('-', 0), levelByKey('Delete', 3), levelByKey('6', 1)]).toEqual([4, 5, 0, 0, null])
  })
})

describe('a text that is checked while somebody types', () => {
  it('has no green tick when nobody meets it', () => {
    expect(toneOf({ ok: true, message: '' })).toBe('good')
    expect(toneOf({ ok: true, warning: true, message: '' })).toBe('doubtful')
    expect(toneOf({ ok: false, message: '' })).toBe('bad')
  })

  it('marks the word at which it is wrong, or what is missing at its end', () => {
    expect(marked('social >= 2 and socal', 16)).toEqual({ before: 'social >= 2 and ', at: 'socal', after: '' })
    expect(marked('a § b', 2)).toEqual({ before: 'a ', at: '§', after: ' b' })
    expect(marked('社保 >=', 5)).toEqual({ before: '社保 >=', at: '▁', after: '' })
    expect(marked('x', null)).toBeNull()
  })
})

describe('a field of several small records', () => {
  const after: Field = { key: 'after', title: '等待', kind: 'number', required: true, min: 0 }
  const need: Field = { key: 'need', title: '放宽到', kind: 'text' }
  const groups: Field = { key: 'groups', title: '班组', kind: 'choices' }
  const steps: Field = { key: 'steps', title: '步骤', kind: 'rows', rows: [after, need, groups] }

  it('holds, checks and sends each of them', () => {
    const start = startOf([steps], { steps: [{ after: 30, need: null }] })
    expect(start).toEqual({ steps: [{ after: 30, need: '', groups: [] }] })
    expect(bodyOf([steps], start, true)).toEqual({ steps: [{ after: 30, need: null, groups: [] }] })
    expect(wrongWith(steps, start.steps)).toBe('')
    expect(wrongWith(steps, [{ after: 1 }, { after: null }])).toBe('第 2 行“等待”：请填写等待')
    expect(startOf([steps], null)).toEqual({ steps: [] })
    expect(bodyOf([steps], { steps: [] }, false)).toEqual({ steps: [] })
    expect(wordsFor(steps, [{ after: 5, need: 'a', groups: ['x', 'y'] }])).toBe('5 a x、y')
  })
})
