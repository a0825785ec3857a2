import { describe, expect, it } from 'vitest'
import { isRunning, progressOf, type BulkAnswer } from '@/screens/actions/bulk'
import type { List } from '@/screens/description'
import { type Askable, countOf, fresh, type Group, readWhere, whereOf, wordsOf } from '@/screens/list/conditions/conditions'
import { asked as query, isFiltered, queryOf, stateOf } from '@/screens/list/state'

const asked: Askable[] = [
  { key: 'type', title: '诉求类型', kind: 'choice', ops: [{ value: 'among', title: '属于' }], options: [{ value: 'report', title: '举报' }], options_search: false },
  { key: 'at', title: '登记时间', kind: 'time', ops: [{ value: 'in', title: '在' }, { value: 'since', title: '不早于' }], options: [], options_search: false },
  { key: 'title', title: '标题', kind: 'text', ops: [{ value: 'has', title: '包含' }, { value: 'empty', title: '为空' }], options: [], options_search: false },
]
const tree: Group = {
  join: 'all',
  parts: [
    { key: 'type', op: 'among', value: ['report'] },
    { join: 'any', parts: [{ key: 'at', op: 'in', value: 'last_7' }, { key: 'title', op: 'empty' }] },
  ],
}

describe('conditions', () => {
  it('come back from the address as they were', () => {
    expect(readWhere(whereOf(tree))).toEqual(tree)
    expect(countOf(tree)).toBe(3)
  })
  it('leave out what is not whole, and groups that are empty', () => {
    expect(whereOf({ join: 'all', parts: [{ key: 'title', op: 'has', value: '' }, { join: 'any', parts: [] }] })).toBe('')
    expect(whereOf({ join: 'all', parts: [{ key: 'type', op: 'among', value: [] }, { key: 'title', op: 'empty' }] })).toBe('{"all":[{"key":"title","op":"empty"}]}')
  })
  it('are none where the address says something else', () => {
    for (const text of ['', '{', '[]', '{"all":[{"op":"is"}]}', 'null', '3']) expect(readWhere(text)).toEqual({ join: 'all', parts: [] })
  })
  it('are told in words', () => {
    expect(wordsOf(tree, asked, new Map())).toBe('诉求类型 属于 举报 且 （登记时间 在 近 7 天 或 标题 为空）')
  })
  it('begin with what is asked most', () => {
    expect(asked.map(fresh)).toEqual([
      { key: 'type', op: 'among', value: [] },
      { key: 'at', op: 'in', value: 'today' },
      { key: 'title', op: 'has', value: '' },
    ])
  })
  it('stand in the address of lists that take them, and go to the server', () => {
    const list: List = { source: '/api/x', columns: [], empty: { title: '' }, conditions: '/api/x/conditions' }
    const state = { page: 1, size: 20, sort: '', values: { where: whereOf(tree) } }
    expect(stateOf(list, queryOf(list, state))).toEqual(state)
    expect(query(list, state)).toEqual({ where: whereOf(tree) })
    expect(isFiltered(state)).toBe(true)
    expect(stateOf({ ...list, conditions: undefined } as unknown as List, { where: 'x' }).values).toEqual({})
  })
})

describe('an act with many', () => {
  const answer: BulkAnswer = { run: 'x', title: '', state: 'running', total: 200, done: 40, same: 10, refused: 0, undone: 0, failed: [], undoable: false }
  it('tells how far it is, and how far it is taken back', () => {
    expect(progressOf(answer)).toBe(25)
    expect(progressOf({ ...answer, state: 'undo', done: 30, undone: 10 })).toBe(25)
    expect(isRunning({ ...answer, state: 'undo' })).toBe(true)
    expect(isRunning({ ...answer, state: 'undone' })).toBe(false)
  })
})
