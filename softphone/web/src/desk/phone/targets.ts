import type { http as Http } from '@/api/http'
import type { AgentState, BoardAgent } from '@/api/types'
import type { DeskTargets } from '@/screens/description'
import { numberText } from '@/words/number'

export type TargetKind = 'agent' | 'queue' | 'flow' | 'book'

/** Somebody or something a call can be handed to; `to` is what the server takes. */
export interface Target {
  kind: TargetKind
  to: string
  id: string
  title: string
  state?: AgentState
  engaged?: BoardAgent['engaged']
  note?: string
  unusable?: boolean
}

/** As the server lists them: `GET /api/agent/targets`. */
interface Answer {
  agents: { agent: string; name: string; state: AgentState; engaged: BoardAgent['engaged'] }[]
  queues: { queue: string; title: string; waiting: number; ready: number }[]
  flows: { flow: string; title: string }[]
}

/** As a phone book of a module lists its own. */
interface Listed {
  to: string
  name: string
  phone: string
}

const REACHABLE: readonly AgentState[] = ['ready', 'break', 'wrapup']

/** Whom the agent `own` can hand a call to, the free ones first; nothing when the server cannot say. */
export async function targetsOf(http: Pick<typeof Http, 'get'>, own: string): Promise<Target[]> {
  let answer: Answer
  try {
    answer = await http.get<Answer>('/api/agent/targets')
  } catch {
    return []
  }
  const rank = (state: AgentState): number => (state === 'ready' ? 0 : REACHABLE.includes(state) ? 1 : 2)
  const agents = answer.agents
    .filter((one) => one.agent !== own)
    .sort((a, b) => rank(a.state) - rank(b.state) || a.agent.localeCompare(b.agent))
    .map((one) => ({ kind: 'agent' as const, to: `agent:${one.agent}`, id: one.agent, title: one.name, state: one.state, engaged: one.engaged, unusable: !REACHABLE.includes(one.state) || one.engaged !== '' }))
  const queues = answer.queues.map((one) => ({ kind: 'queue' as const, to: `queue:${one.queue}`, id: one.queue, title: one.title, note: `${one.waiting} 人排队 · ${one.ready} 人就绪` }))
  const flows = answer.flows.map((one) => ({ kind: 'flow' as const, to: `flow:${one.flow}`, id: one.flow, title: one.title, note: '流程' }))
  return [...agents, ...queues, ...flows]
}

/** Who of the phone books is meant by these words; a book that does not answer has nobody. */
export async function booked(http: Pick<typeof Http, 'get'>, books: readonly DeskTargets[], words: string): Promise<Target[]> {
  const found = await Promise.all(
    books.map(async ({ source, title }) => {
      const rows = await http.get<Listed[]>(source, { search: words }).catch(() => [])
      return rows.map((one) => ({ kind: 'book' as const, to: one.to, id: one.to, title: one.name, note: `${numberText(one.phone)} · ${title}` }))
    }),
  )
  return found.flat()
}
