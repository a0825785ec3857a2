/** Lint and picture of a text while it is typed: those of flows and processes. */
import { type Ref, shallowRef } from 'vue'
import { http } from '@/api/http'
import type { FileKind } from './kind'
import type { Graph, Inspection } from '@/flows/types'
import { useCheck } from './check'

export function usePictureCheck(text: Ref<string>, kind: FileKind) {
  /** The picture of the newest text that could be read. */
  const graph = shallowRef<Graph | null>(null)
  const check = useCheck<Inspection>(
    text,
    [],
    (now, signal) => http.post(`${kind.base}/lint`, { text: now }, { signal, timeout: 30_000 }),
    (found) => {
      if (found.graph) graph.value = found.graph
    },
  )
  return { graph, check, ...check }
}
