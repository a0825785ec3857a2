/** Calls of now and losses of today, node by node, as they happen. */
import { onBeforeUnmount, ref } from 'vue'
import { useLink } from '@/api/link'
import type { LiveNode } from './types'

export type LiveFlows = Record<string, Record<string, LiveNode>>

/** Follow the topic while a component is there; `heard` runs when a snapshot has come. */
export function useFlowLive(heard: () => void = () => undefined) {
  const flows = ref<LiveFlows>({})
  const link = useLink()
  const stop = link.live.hear('flows', {
    snapshot: ({ nodes }) => {
      const found: LiveFlows = {}
      for (const one of nodes) (found[one.flow] ??= {})[one.node] = one
      flows.value = found
      heard()
    },
    change: (one) => {
      ;(flows.value[one.flow] ??= {})[one.node] = one
    },
  })
  onBeforeUnmount(stop)
  return flows
}

/** How many calls are inside a flow now. */
export function callsIn(nodes: Record<string, LiveNode> | undefined): number {
  return Object.values(nodes ?? {}).reduce((sum, one) => sum + one.now, 0)
}
