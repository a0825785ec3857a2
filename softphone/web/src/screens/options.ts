import { onScopeDispose, ref, shallowRef } from 'vue'
import { http, wordsOf } from '@/api/http'
import type { Option } from './description'

const KEEP = 30_000
const DEBOUNCE = 250
const known = new Map<string, { at: number; options: Promise<Option[]> }>()

/** The options of a route; asked again after half a minute, so that several fields share one answer. */
export function optionsFrom(path: string, now = Date.now()): Promise<Option[]> {
  const found = known.get(path)
  if (found && now - found.at < KEEP) return found.options
  const options = http.get<Option[]>(path)
  known.set(path, { at: now, options })
  options.catch(() => known.delete(path))
  return options
}

export function forgetOptions(): void {
  known.clear()
}

interface Source {
  options?: readonly Option[]
  options_from?: string
  options_search?: boolean
}

/** What a choice offers: given, fetched once, or searched for while somebody types. */
export function useOptions(source: Source) {
  const options = shallowRef<readonly Option[]>(source.options ?? [])
  const loading = ref(false)
  const trouble = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | null = null

  async function fetchAll(path: string): Promise<void> {
    loading.value = true
    trouble.value = ''
    try {
      options.value = await optionsFrom(path)
    } catch (error) {
      trouble.value = wordsOf(error)
    } finally {
      loading.value = false
    }
  }

  async function ask(path: string, search: string): Promise<void> {
    asking?.abort()
    const mine = new AbortController()
    asking = mine
    loading.value = true
    trouble.value = ''
    try {
      options.value = await http.get<Option[]>(path, { search }, { signal: mine.signal })
    } catch (error) {
      if (!mine.signal.aborted) trouble.value = wordsOf(error)
    } finally {
      if (asking === mine) loading.value = false
    }
  }

  function search(text: string): void {
    clearTimeout(timer)
    const path = source.options_from
    if (path) timer = setTimeout(() => void ask(path, text), text ? DEBOUNCE : 0)
  }

  function load(): void {
    if (!source.options_from) return
    if (source.options_search) search('')
    else void fetchAll(source.options_from)
  }

  onScopeDispose(() => {
    clearTimeout(timer)
    asking?.abort()
  })
  return { options, loading, trouble, search, load }
}
