/** What the server says of a text while it is typed: the newest answer wins, an older one never overwrites it. */
import { onBeforeUnmount, onMounted, type Ref, ref, shallowRef, watch } from 'vue'
import { http, wordsOf } from '@/api/http'
import type { Finding } from '@/flows/types'

/** Milliseconds without typing after which it is asked. */
const PAUSE = 400

export interface Checked {
  findings: Finding[]
}

/** What panes show of a check, whatever else it answers. */
export interface Check {
  readonly findings: Readonly<Ref<Finding[]>>
  readonly checking: Readonly<Ref<boolean>>
  readonly trouble: Readonly<Ref<string>>
}

/** Ask at once, and whenever the text or one of `also` has changed; `heard` gets each answer that counts. */
export function useCheck<A extends Checked>(text: Ref<string>, also: Ref<unknown>[], ask: (text: string, signal: AbortSignal) => Promise<A>, heard: (answer: A) => void) {
  const findings = shallowRef<Finding[]>([])
  const checking = ref(false)
  const trouble = ref('')
  let timer = 0
  let asking: AbortController | null = null

  async function now(): Promise<void> {
    clearTimeout(timer)
    asking?.abort()
    const mine = new AbortController()
    asking = mine
    checking.value = true
    try {
      const found = await ask(text.value, mine.signal)
      if (mine.signal.aborted) return
      findings.value = found.findings
      trouble.value = ''
      heard(found)
    } catch (error) {
      if (!mine.signal.aborted) trouble.value = wordsOf(error)
    } finally {
      if (asking === mine) checking.value = false
    }
  }

  onMounted(now)
  watch([text, ...also], () => {
    clearTimeout(timer)
    checking.value = true
    timer = window.setTimeout(() => void now(), PAUSE)
  })
  onBeforeUnmount(() => {
    clearTimeout(timer)
    asking?.abort()
  })
  return { findings, checking, trouble }
}

export function errorsOf(findings: readonly Finding[]): Finding[] {
  return findings.filter((one) => one.severity === 'error')
}

/** The findings of a refusal, if it carries some. */
export function findingsOf(more: Readonly<Record<string, unknown>>): Finding[] {
  return Array.isArray(more.findings) ? (more.findings as Finding[]) : []
}

/** The same, with what the server makes of a text: null while something is wrong with it. `path` answers for the text. */
export function useTried<A extends Checked>(text: Ref<string>, path: string) {
  const tried = shallowRef<A | null>(null)
  const check = useCheck<A>(
    text,
    [],
    (now, signal) => http.post(path, { text: now }, { signal }),
    (found) => {
      tried.value = errorsOf(found.findings).length ? null : found
    },
  )
  return { tried, check }
}
