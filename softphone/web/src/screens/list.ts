import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { http, type Query, wordsOf } from '@/api/http'
import type { Page } from '@/api/types'
import { timeText } from '@/words/time'
import { csvOf, saveFile } from './csv'
import type { Column, Filter, ListScreen, Row } from './description'

export const SIZES = [20, 50, 100]
const EXPORT_SIZE = 200
const EXPORT_LIMIT = 20_000

/** The names under which a filter goes to the server and into the address. */
export function keysOf(filter: Filter): string[] {
  return filter.kind === 'period' ? ['from', 'to'] : [filter.key]
}

/** A list's state lives in the address, so that it survives a reload, a step back and being sent to a colleague. */
export function useList(screen: ListScreen) {
  const route = useRoute()
  const router = useRouter()
  const rows = shallowRef<Row[]>([])
  const total = ref(0)
  const loading = ref(false)
  const trouble = ref('')
  const exporting = ref<number | null>(null)
  const here = route.name
  let asking: AbortController | null = null
  let stopExport: AbortController | null = null

  const keys = screen.filters.flatMap(keysOf)
  const one = (key: string): string => {
    const value = route.query[key]
    return typeof value === 'string' ? value : ''
  }
  const page = computed(() => Math.max(1, Number(one('page')) || 1))
  const size = computed(() => (SIZES.includes(Number(one('size'))) ? Number(one('size')) : (SIZES[0] ?? 20)))
  const values = computed(() => Object.fromEntries(keys.map((key) => [key, one(key)])))
  const filtered = computed(() => keys.some((key) => one(key) !== ''))

  function go(changes: Record<string, string | number>): void {
    const query: Record<string, string> = {}
    const wanted: Record<string, string | number> = { ...values.value, page: page.value, size: size.value, ...changes }
    for (const [key, value] of Object.entries(wanted)) {
      if (value !== '' && !(key === 'page' && String(value) === '1') && !(key === 'size' && String(value) === String(SIZES[0]))) query[key] = String(value)
    }
    void router.replace({ query })
  }

  async function load(): Promise<void> {
    asking?.abort()
    const mine = new AbortController()
    asking = mine
    loading.value = true
    trouble.value = ''
    try {
      const query: Query = { ...values.value, page: page.value, size: size.value }
      const answer = await http.get<Page<Row>>(screen.source, query, { signal: mine.signal })
      rows.value = answer.items
      total.value = answer.total
      if (answer.items.length === 0 && answer.total > 0 && page.value > 1) go({ page: 1 })
    } catch (error) {
      if (mine.signal.aborted) return
      rows.value = []
      total.value = 0
      trouble.value = wordsOf(error)
    } finally {
      if (asking === mine) loading.value = false
    }
  }

  /** All rows of the present filters as a file; `exporting` counts up meanwhile. */
  async function exportAll(columns: readonly Column[]): Promise<{ saved: number; cut: boolean }> {
    const stop = new AbortController()
    stopExport = stop
    exporting.value = 0
    const all: Row[] = []
    let expected = Infinity
    try {
      for (let at = 1; all.length < Math.min(expected, EXPORT_LIMIT); at += 1) {
        const query: Query = { ...values.value, page: at, size: EXPORT_SIZE }
        const answer = await http.get<Page<Row>>(screen.source, query, { signal: stop.signal })
        all.push(...answer.items)
        expected = answer.total
        exporting.value = Math.min(1, all.length / Math.max(1, expected))
        if (answer.items.length === 0) break
      }
    } finally {
      exporting.value = null
      stopExport = null
    }
    const stamp = timeText(new Date().toISOString()).slice(0, 16).replace(/[-: ]/g, '')
    saveFile(`${screen.title}-${stamp}.csv`, csvOf(columns, all))
    return { saved: all.length, cut: expected > all.length }
  }

  watch(
    () => (route.name === here ? JSON.stringify([values.value, page.value, size.value]) : ''),
    (wanted) => {
      if (wanted) void load()
    },
    { immediate: true },
  )
  onBeforeUnmount(() => {
    asking?.abort()
    stopExport?.abort()
  })

  return {
    rows,
    total,
    loading,
    trouble,
    exporting,
    page,
    size,
    values,
    filtered,
    go,
    load,
    exportAll,
    cancelExport: () => stopExport?.abort(),
  }
}
