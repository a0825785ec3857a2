import type { http as Http } from '@/api/http'
import type { AgentState, BoardAgent } from '@/api/types'

/** Somebody or something a call can be handed to. */
export interface Target {
  id: string
  title: string
  state?: AgentState
  engaged?: BoardAgent['engaged']
  note?: string
  unusable?: boolean
}

export interface Targets {
  agents: Target[]
  queues: Target[]
  flows: Target[]
}

/** As the server lists them: `GET /api/agent/targets`. */
interface Answer {
  agents: { agent: string; name: string; state: AgentState; engaged: BoardAgent['engaged'] }[]
  queues: { queue: string; title: string; waiting: number; ready: number }[]
  flows: { flow: string; title: string }[]
}

const REACHABLE: readonly AgentState[] = ['ready', 'break', 'wrapup']

/** Whom the agent `own` can hand a call to, the free ones first; nothing when the server cannot say. */
export async function targetsOf(http: Pick<typeof Http, 'get'>, own: string): Promise<Targets> {
  let answer: Answer
  try {
    answer = await http.get<Answer>('/api/agent/targets')
  } catch {
    return { agents: [], queues: [], flows: [] }
  }
  const rank = (state: AgentState): number => (state === 'ready' ? 0 : REACHABLE.includes(state) ? 1 : 2)
  return {
    agents: answer.agents
      .filter((one) => one.agent !== own)
      .sort((a, b) => rank(a.state) - rank(b.state) || a.agent.localeCompare(b.agent))
      .map((one) => ({ id: one.agent, title: one.name, state: one.state, engaged: one.engaged, unusable: !REACHABLE.includes(one.state) || one.engaged !== '' })),
    queues: answer.queues.map((one) => ({
      id: one.queue,
      title: one.title,
      note: `${one.waiting} 人排队 · ${one.ready} 人就绪`,
    })),
    flows: answer.flows.map((one) => ({ id: one.flow, title: one.title })),
  }
}
