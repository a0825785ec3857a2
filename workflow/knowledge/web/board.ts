import { onBeforeUnmount, onMounted, type ShallowRef, shallowRef } from 'vue'
import type { ArticleChanged } from '@/api/messages'
import { http } from '@/api/http'
import { useLink } from '@/api/link'
import type { Hot } from './finding'

/** The board of a period; times are ISO 8601 text. */
export interface HotBoard extends Hot {
  since: string
  until: string
}

/** The last board of hot articles, taken anew when another is made; none before the first. */
export function useBoard(): ShallowRef<HotBoard | null> {
  const board = shallowRef<HotBoard | null>(null)
  async function load(): Promise<void> {
    // A help before one searches: without it nothing is lost.
    board.value = await http.get<{ board: HotBoard | null }>('/api/knowledge/hot/board').then((found) => found.board, () => null)
  }
  const stop = useLink().live.hear<unknown, ArticleChanged>('knowledge', {
    snapshot: () => undefined,
    change: (change) => {
      if (!change.article) void load()
    },
  })
  onMounted(load)
  onBeforeUnmount(stop)
  return board
}
