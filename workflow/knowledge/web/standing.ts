import { onBeforeUnmount, type Ref, ref, watch } from 'vue'
import type { ArticleChanged } from '@/api/messages'
import { useLink } from '@/api/link'

export type Standing = 'current' | 'newer' | 'gone'

/** Whether an article that is open still is what readers see: told at once when it is withdrawn or another edition. */
export function useStanding(id: () => string, edition: () => number): Ref<Standing> {
  const standing = ref<Standing>('current')
  const link = useLink()
  const stop = link.live.hear<unknown, ArticleChanged>('knowledge', {
    snapshot: () => undefined,
    change: (change) => {
      if (change.article === id()) standing.value = change.edition === 0 ? 'gone' : change.edition === edition() ? 'current' : 'newer'
    },
  })
  watch([id, edition], () => (standing.value = 'current'))
  onBeforeUnmount(stop)
  return standing
}
