import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { http, wordsOf } from '@/api/http'
import type { Tile } from '@/screens/description'

/** A tile where somebody put it, in quarters of the page; without a tile's name it is a note. */
export interface Placed {
  tile: string
  width: 1 | 2 | 3 | 4
  text: string
}

export interface Dashboard {
  id: string
  version: number
  title: string
  role: string
  home: boolean
  mine: boolean
  tiles: Placed[]
}

export type Kept = Pick<Dashboard, 'title' | 'role' | 'home' | 'tiles'>

interface Answer {
  home: string | null
  items: Dashboard[]
}

/** Home pages and dashboards: `cti/office/dashboards`. */
export const useDashboards = defineStore('dashboards', () => {
  const home = ref<string | null>(null)
  const all = shallowRef<readonly Dashboard[]>([])
  const known = ref(false)
  const trouble = ref('')
  /** Pages beside the home page; home pages of roles stand there for who arranges them only. */
  const pages = computed(() => all.value.filter((one) => !one.home))
  const own = computed(() => all.value.find((one) => one.id === home.value) ?? null)

  async function load(): Promise<void> {
    try {
      const answer = await http.get<Answer>('/api/dashboards')
      home.value = answer.home
      all.value = answer.items
      trouble.value = ''
      known.value = true
    } catch (error) {
      trouble.value = wordsOf(error)
    }
  }

  async function save(fields: Kept, present: Dashboard | null): Promise<Dashboard> {
    const kept = present
      ? await http.put<Dashboard>(`/api/dashboards/${present.id}`, { ...fields, version: present.version })
      : await http.post<Dashboard>('/api/dashboards', fields)
    await load()
    return kept
  }

  async function remove(one: Dashboard): Promise<void> {
    await http.delete(`/api/dashboards/${one.id}`)
    await load()
  }

  return { home, all, pages, own, known, trouble, load, save, remove }
})

/** All tiles that are for home pages: what somebody has who arranged nothing. */
export function usual(tiles: readonly Tile[]): Placed[] {
  return tiles.filter((one) => one.home !== false).map((one) => ({ tile: one.name, width: one.width ?? 2, text: '' }))
}

/** The row with one thing moved to the place of another. */
export function moved<T>(row: readonly T[], from: number, to: number): T[] {
  const found = [...row]
  const [one] = found.splice(from, 1)
  if (one !== undefined) found.splice(to, 0, one)
  return found
}
