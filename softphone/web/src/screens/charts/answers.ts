import { onScopeDispose, reactive } from 'vue'
import { type Query, wordsOf } from '@/api/http'
import { getTogether } from '@/api/together'

export interface Asked {
  answer: unknown
  loading: boolean
  trouble: string
}

/** The answers of several routes: each is asked once however many charts and tiles show it, all in one request. */
export function useAnswers(sources: readonly string[]) {
  const wanted = [...new Set(sources)]
  const answers = reactive<Record<string, Asked>>(Object.fromEntries(wanted.map((one) => [one, { answer: undefined, loading: true, trouble: '' }])))
  let asking: AbortController | null = null

  async function ask(source: string, query: Query, mine: AbortController): Promise<void> {
    const held = answers[source]
    if (!held) return
    held.loading = true
    held.trouble = ''
    try {
      const answer = await getTogether<unknown>(source, query)
      if (!mine.signal.aborted) held.answer = answer
    } catch (error) {
      if (!mine.signal.aborted) held.trouble = wordsOf(error)
    } finally {
      if (asking === mine) held.loading = false
    }
  }

  async function load(query: Query): Promise<void> {
    asking?.abort()
    const mine = new AbortController()
    asking = mine
    await Promise.all(wanted.map((source) => ask(source, query, mine)))
  }

  onScopeDispose(() => asking?.abort())
  return { answers, load }
}
