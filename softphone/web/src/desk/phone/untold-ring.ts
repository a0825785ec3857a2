import { http, wordsOf } from '@/api/http'
import type { AgentSnapshot } from '@/api/types'

/** How long after the phone's first ring the server's word of who calls must be there. */
export const WORD_OF_RING = 2_000

interface Desk {
  /** Whether the phone still rings, and nobody has said who calls. */
  untold: () => boolean
  take: (snapshot: AgentSnapshot) => void
  tell: (trouble: string) => void
}

/** The phone rings: if nobody has said who calls, the server is asked; what that comes to is told, a ring is never mute. */
export function lookForCaller({ untold, take, tell }: Desk, ask = () => http.get<AgentSnapshot>('/api/agent')): () => void {
  const timer = setTimeout(() => void look(), WORD_OF_RING)
  async function look(): Promise<void> {
    if (!untold()) return
    try {
      const snapshot = await ask()
      if (untold()) take(snapshot)
    } catch (error) {
      if (untold()) tell(`电话已振铃，但没有收到来电信息：${wordsOf(error)}`)
    }
  }
  return () => clearTimeout(timer)
}
