import { computed, shallowRef } from 'vue'
import { http } from '@/api/http'
import type { ListScreen } from '../description'
import type { ListState } from './state'

/** A list as somebody wants to find it again: his own, or one that his role is given. */
export interface SavedView {
  id: string
  version: number
  screen: string
  title: string
  role: string
  filters: Readonly<Record<string, string>>
  sort: string
  columns: readonly string[]
  badge: boolean
  mine: boolean
}

/** All of them come with the first list that is opened. */
const known = shallowRef<readonly SavedView[] | null>(null)
let asking: Promise<void> | null = null

async function load(): Promise<void> {
  asking ??= http
    .get<SavedView[]>('/api/views')
    .then((found) => {
      known.value = found
    })
    .catch(() => undefined)
    .finally(() => (asking = null))
  await asking
}

export function forgetViews(): void {
  known.value = null
}

/** Whether a list shows what a view says. */
export function shows(view: SavedView, state: ListState, first: string): boolean {
  const wanted = Object.entries(state.values).filter(([, value]) => value !== '')
  const said = Object.entries(view.filters).filter(([, value]) => value !== '')
  return wanted.length === said.length && wanted.every(([key, value]) => view.filters[key] === value) && (view.sort || first) === (state.sort || first)
}

/** The views of one list. */
export function useViews(screen: ListScreen) {
  const views = computed(() => (known.value ?? []).filter((one) => one.screen === screen.name))
  if (known.value === null) void load()

  async function add(title: string, state: ListState, columns: readonly string[], more: { badge: boolean; role: string }): Promise<void> {
    const filters = Object.fromEntries(Object.entries(state.values).filter(([, value]) => value !== ''))
    const made = await http.post<SavedView>('/api/views', { screen: screen.name, title, filters, sort: state.sort, columns, ...more })
    known.value = [...(known.value ?? []), made]
  }

  async function remove(view: SavedView): Promise<void> {
    await http.delete(`/api/views/${encodeURIComponent(view.id)}`)
    known.value = (known.value ?? []).filter((one) => one.id !== view.id)
  }

  return { views, add, remove }
}
