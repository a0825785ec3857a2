import { describe, expect, it } from 'vitest'
import { shows, type SavedView } from '@/screens/list/views'

const view = (more: Partial<SavedView>): SavedView => ({ id: '1', version: 1, screen: 'x', title: 'x', role: '', filters: {}, sort: '', columns: [], badge: false, mine: true, ...more })
const state = (values: Record<string, string>, sort = '-at') => ({ page: 3, size: 20, sort, values })

describe('a saved view', () => {
  it('is the present one when filters and order are the same, on whatever page', () => {
    expect(shows(view({ filters: { state: 'open' } }), state({ state: 'open', search: '' }), '-at')).toBe(true)
    expect(shows(view({ filters: { state: 'open' } }), state({ state: 'open', search: 'x' }), '-at')).toBe(false)
    expect(shows(view({ filters: { state: 'open' } }), state({ state: 'done' }), '-at')).toBe(false)
    expect(shows(view({ sort: 'name' }), state({}), '-at')).toBe(false)
    expect(shows(view({ sort: 'name' }), state({}, 'name'), '-at')).toBe(true)
  })
})
