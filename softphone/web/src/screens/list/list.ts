import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { http, wordsOf } from '@/api/http'
import type { Page } from '@/api/types'
import type { List, Row } from '../description'
import { asked, isFiltered, type ListState, queryOf, stateOf, type Stored } from './state'

export type Place = 'address' | 'memory'

/** A list's rows and its state, which lives in the address, or in memory for lists inside of something else. */
export function useList(list: List, place: Place = 'address') {
  const route = useRoute()
  const router = useRouter()
  const rows = shallowRef<Row[]>([])
  const total = ref(0)
  /** There are more than `total`, which were counted. */
  const more = ref(false)
  const loading = ref(false)
  const known = ref(false)
  const trouble = ref('')
  const here = route?.path
  const own = shallowRef<Stored>({})
  let asking: AbortController | null = null

  const state = computed<ListState>(() => stateOf(list, place === 'address' ? route.query : own.value))
  const filtered = computed(() => isFiltered(state.value))

  function go(changes: Partial<Omit<ListState, 'values'>> & { values?: Record<string, string> }): void {
    const wanted: ListState = { ...state.value, ...changes, values: { ...state.value.values, ...changes.values } }
    if (place === 'address') void router.replace({ query: queryOf(list, wanted, route.query) })
    else own.value = queryOf(list, wanted)
  }

  async function load(): Promise<void> {
    asking?.abort()
    const mine = new AbortController()
    asking = mine
    loading.value = true
    trouble.value = ''
    try {
      const { page, size } = state.value
      const answer = await http.get<Page<Row>>(list.source, { ...asked(list, state.value), page, size }, { signal: mine.signal })
      rows.value = answer.items
      total.value = answer.total
      more.value = answer.more === true
      known.value = true
      // The last row of the last page is gone.
      if (answer.items.length === 0 && answer.total > 0 && page > 1) go({ page: Math.ceil(answer.total / size) })
    } catch (error) {
      if (mine.signal.aborted) return
      rows.value = []
      total.value = 0
      more.value = false
      trouble.value = wordsOf(error)
    } finally {
      if (asking === mine) loading.value = false
    }
  }

  watch(
    () => (place === 'memory' || route.path === here ? JSON.stringify(state.value) : ''),
    (wanted) => {
      if (wanted) void load()
    },
    { immediate: true },
  )
  onScopeDispose(() => asking?.abort())

  return { rows, total, more, loading, known, trouble, state, filtered, go, load }
}
