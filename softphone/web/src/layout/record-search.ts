import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import { http, wordsOf } from '@/api/http'
import { useCatalogue } from '@/screens/catalogue'

const PAUSE = 300

export interface Piece {
  text: string
  hit: boolean
}

interface Hit {
  kind: string
  kind_title: string
  id: string
  title: string
  at: string
  passages: readonly (readonly Piece[])[]
}

interface Answer {
  items: readonly Hit[]
  next: number | null
  kinds: readonly { value: string; title: string }[]
}

export interface FoundRecord extends Hit {
  to: RouteLocationRaw | null
}

/** Records of all kinds by their words, as somebody types; only the last question's answer is shown. */
export function useRecordSearch() {
  const catalogue = useCatalogue()
  const hits = shallowRef<readonly Hit[]>([])
  const kinds = shallowRef<Answer['kinds']>([])
  const kind = ref('')
  const next = ref<number | null>(null)
  const busy = ref(false)
  const trouble = ref('')
  let words = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | null = null

  /** The page of a record, where its kind has one that this person may see. */
  function pageOf(hit: Hit): RouteLocationRaw | null {
    const screens = [...catalogue.byName.values()].filter((one) => one.list?.records === hit.kind)
    const screen = screens.find((one) => one.detail) ?? screens[0]
    if (!screen) return null
    return screen.detail ? { name: 'record', params: { name: screen.name, id: hit.id } } : { name: 'screen', params: { name: screen.name } }
  }
  const items = computed<FoundRecord[]>(() => hits.value.map((one) => ({ ...one, to: pageOf(one) })))

  function forget(): void {
    clearTimeout(timer)
    asking?.abort()
    asking = null
    busy.value = false
    trouble.value = ''
  }

  async function look(before: number | null): Promise<void> {
    forget()
    const mine = new AbortController()
    asking = mine
    busy.value = true
    try {
      const asked = { words, kind: kind.value, ...(before !== null && { before: String(before) }) }
      const answer = await http.get<Answer>('/api/search', asked, { signal: mine.signal })
      if (mine !== asking) return
      hits.value = before === null ? answer.items : [...hits.value, ...answer.items]
      kinds.value = answer.kinds
      next.value = answer.next
    } catch (error) {
      if (!mine.signal.aborted) trouble.value = wordsOf(error)
    } finally {
      if (mine === asking) busy.value = false
    }
  }

  /** One sign alone means nothing, but for a Han character. */
  function ask(text: string): void {
    forget()
    words = text.trim()
    kind.value = ''
    if (words.length > 1 || /\p{Script=Han}/u.test(words)) {
      busy.value = true
      timer = setTimeout(() => void look(null), PAUSE)
      return
    }
    hits.value = []
    next.value = null
  }

  function narrow(to: string): void {
    kind.value = to
    void look(null)
  }

  onScopeDispose(forget)
  return { items, kinds, kind, busy, trouble, more: computed(() => next.value !== null), ask, narrow, next: () => look(next.value) }
}
