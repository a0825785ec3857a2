import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { http } from '@/api/http'
import type { BoardSnapshot } from '@/api/types'
import { MAY } from '@/session/permissions'
import { useSession } from '@/session/session'

interface Named {
  queue: string
  title: string
}

/** Queues' titles by name; names stand for themselves where this person may not see the queues. */
export const useQueues = defineStore('queues', () => {
  const session = useSession()
  const known = shallowRef<Named[]>([])
  let asked = false

  async function load(): Promise<void> {
    if (asked) return
    asked = true
    try {
      if (session.may(MAY.board)) known.value = (await http.get<BoardSnapshot>('/api/board')).queues
      else if (session.may(MAY.desk)) known.value = (await http.get<{ queues: Named[] }>('/api/agent/targets')).queues
    } catch {
      asked = false
    }
  }

  const titles = computed<Record<string, string>>(() =>
    Object.fromEntries(known.value.map((one) => [one.queue, one.title])),
  )
  const title = (name: string | null | undefined): string => (name ? (titles.value[name] ?? name) : '—')

  return { known, titles, title, load }
})
