import { describe, expect, it } from 'vitest'
import type { Action } from '@/screens/description'
import { withTitles } from '@/screens/form/form'
import { actionsFor } from '@/screens/paths'
import { inUse, means, moveOf, type TreeNode, treeOf } from '@/screens/tree'
import { shownOf } from '@/screens/value'

const node = (id: string, parent: string | null, more: Partial<TreeNode> = {}): TreeNode => ({ id, parent, name: id, path: parent ? `${parent}/${id}` : id, initials: '', off: false, version: 1, ...more })

describe('a tree', () => {
  const nodes = [node('b', 'a'), node('a', null), node('c', 'a', { off: true }), node('d', 'c'), node('e', 'gone')]
  it('comes in one list, whatever its order; what has no parent here stands at the top', () => {
    const top = treeOf(nodes)
    expect(top.map((one) => one.id)).toEqual(['a', 'e'])
    expect(top[0]?.below.map((one) => one.id)).toEqual(['b', 'c'])
  })
  it('offers nothing that is switched off, nor what is below it', () => {
    expect(JSON.stringify(inUse(treeOf(nodes)))).not.toMatch(/"id":"[cd]"/)
  })
  it('is found by a part of the path or by initials', () => {
    const manhole = node('井盖', '道路', { initials: 'jg' })
    expect(['井', '路/井', 'JG', ''].every((text) => means(text, manhole))).toBe(true)
    expect(means('gj', manhole)).toBe(false)
  })
  it('knows where a drop puts a node', () => {
    const top = treeOf([node('a', null), node('b', null), node('c', null), node('d', 'c')])
    const [a, b, c] = top
    if (!a || !b || !c?.below[0]) throw new Error('no tree')
    expect(moveOf(top, 'c', a, 'before')).toEqual({ parent: null, before: 'a' })
    expect(moveOf(top, 'a', b, 'after')).toEqual({ parent: null, before: 'c' })
    expect(moveOf(top, 'a', c, 'after')).toEqual({ parent: null, before: null })
    expect(moveOf(top, 'a', c, 'inner')).toEqual({ parent: 'c', before: null })
    expect(moveOf(top, 'a', c.below[0], 'before')).toEqual({ parent: 'c', before: 'd' })
  })
})

describe('what a record points to', () => {
  const row = { category: '01', titles: { category: '市政/井盖' }, acts: ['edit'] }
  it('is shown and edited by its title', () => {
    expect(shownOf({ key: 'category', title: '类别', kind: 'text' }, row)).toEqual([{ text: '市政/井盖' }])
    expect(withTitles([{ key: 'category', title: '类别', kind: 'tree', options_from: '/x' }], row)[0]?.options).toEqual([{ value: '01', title: '市政/井盖' }])
  })
  it('has the actions that the server names, where they wait for that', () => {
    const action = (name: string, told: boolean): Action => ({ name, title: name, kind: 'confirm', method: 'POST', path: '/x', told })
    expect(actionsFor([action('edit', true), action('remove', true), action('call', false)], row).map((one) => one.name)).toEqual(['edit', 'call'])
    expect(actionsFor([action('edit', true)], {})).toEqual([])
  })
})
