/** Lint and picture of a text while it is typed: the newest answer wins, an older one never overwrites it. */
import { onBeforeUnmount, ref, shallowRef } from 'vue'
import { http, wordsOf } from '@/api/http'
import { FLOW } from './kind'
import type { Finding, Graph, Inspection } from './types'

const PAUSE = 350

export function useInspection(base = FLOW.base) {
  const findings = shallowRef<Finding[]>([])
  /** The picture of the newest text that could be read. */
  const graph = shallowRef<Graph | null>(null)
  const checking = ref(false)
  const trouble = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | null = null

  function soon(text: string): void {
    clearTimeout(timer)
    checking.value = true
    timer = setTimeout(() => void now(text), PAUSE)
  }

  async function now(text: string): Promise<void> {
    clearTimeout(timer)
    asking?.abort()
    const mine = new AbortController()
    asking = mine
    checking.value = true
    try {
      const found = await http.post<Inspection>(`${base}/lint`, { text }, { signal: mine.signal, timeout: 30_000 })
      findings.value = found.findings
      if (found.graph) graph.value = found.graph
      trouble.value = ''
    } catch (error) {
      if (mine.signal.aborted) return
      trouble.value = wordsOf(error)
    } finally {
      if (asking === mine) checking.value = false
    }
  }

  onBeforeUnmount(() => {
    clearTimeout(timer)
    asking?.abort()
  })
  return { findings, graph, checking, trouble, soon, now }
}

export function errorsOf(findings: readonly Finding[]): Finding[] {
  return findings.filter((one) => one.severity === 'error')
}

/** The findings of a refusal, if it carries some. */
export function findingsOf(more: Readonly<Record<string, unknown>>): Finding[] {
  return Array.isArray(more.findings) ? (more.findings as Finding[]) : []
}
