import { describe, expect, it } from 'vitest'
import { arranged, type Column, folded, NARROWEST, put, resized, stepped, usual, widgetsOf } from '@/desk/workspace/arrangement'
import type { DeskCard } from '@/screens/description'

const card = (name: string, more: Partial<DeskCard> = {}): DeskCard => ({ name, title: name, permission: 'p', source: '/x', empty: { title: '' }, ...more })
const WIDGETS = widgetsOf([card('knowledge'), card('tickets', { place: 'phone' }), card('events', { always: '/now' })])
const names = (columns: readonly Column[]): string[][] => columns.map((one) => one.widgets.map((widget) => widget.name))
const USUAL = [['phone', 'caller', 'card_tickets'], ['forms'], ['card_knowledge', 'history']]

describe('the arrangement of a desk', () => {
  it('is one column a place where nobody arranged it, and cards that concern everybody are no widgets', () => {
    expect(names(usual(WIDGETS))).toEqual(USUAL)
    expect(arranged([], WIDGETS)).toEqual(usual(WIDGETS))
  })

  it('leaves out what is gone and takes in what is new beside its neighbours', () => {
    const kept: Column[] = [
      { width: 60, widgets: [{ name: 'history', folded: true }, { name: 'card_gone', folded: false }] },
      { width: 60, widgets: [{ name: 'phone', folded: false }, { name: 'forms', folded: false }] },
    ]
    const now = arranged(kept, WIDGETS)
    expect(names(now)).toEqual([['history', 'card_knowledge'], ['phone', 'forms', 'caller', 'card_tickets']])
    expect(now.map((one) => one.width)).toEqual([50, 50])
    expect(now[0]?.widgets[0]?.folded).toBe(true)
  })

  it('moves a widget within its column and to the one beside', () => {
    const columns = usual(WIDGETS)
    expect(names(stepped(columns, 'caller', 'up'))[0]).toEqual(['caller', 'phone', 'card_tickets'])
    expect(names(stepped(columns, 'caller', 'down'))[0]).toEqual(['phone', 'card_tickets', 'caller'])
    expect(names(stepped(columns, 'caller', 'right')).slice(0, 2)).toEqual([['phone', 'card_tickets'], ['forms', 'caller']])
    expect(names(stepped(columns, 'phone', 'left'))).toEqual(USUAL)
    expect(names(put(columns, 'history', 2, 0))[2]).toEqual(['history', 'card_knowledge'])
    expect(names(put(columns, 'nobody', 1, 0))).toEqual(USUAL)
  })

  it('loses and doubles nothing, whatever is moved where', () => {
    let columns = usual(WIDGETS)
    const all = names(columns).flat().sort()
    for (let at = 0; at < 400; at += 1) {
      const name = all[(at * 7) % all.length] ?? ''
      columns = at % 3 ? stepped(columns, name, (['up', 'down', 'left', 'right'] as const)[(at * 5) % 4] ?? 'up') : put(columns, name, (at * 11) % 3, (at * 13) % 6)
      expect(names(columns).flat().sort()).toEqual(all)
    }
  })

  it('keeps each column wide enough, and all of them the whole', () => {
    let columns = usual(WIDGETS)
    for (const by of [5, -90, 90, 3, -1]) for (const at of [0, 1, 2]) columns = resized(columns, at, by)
    expect(columns.reduce((sum, one) => sum + one.width, 0)).toBeCloseTo(100)
    for (const one of columns) expect(one.width).toBeGreaterThanOrEqual(NARROWEST)
  })

  it('folds one widget alone', () => {
    const columns = folded(usual(WIDGETS), 'history', true)
    expect(columns.flatMap((one) => one.widgets).filter((one) => one.folded).map((one) => one.name)).toEqual(['history'])
  })
})
