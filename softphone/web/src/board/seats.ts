import { AGENT_STATES, type AgentState, type BoardAgent } from '@/api/types'
import { AGENT_STATE_WORDS } from '@/words/states'

export interface Seats {
  title: string
  /** The state of all of them, where they stand together by it. */
  state: AgentState | ''
  agents: BoardAgent[]
  /** How many of them do what, where they do not all do the same. */
  told: string
}

const ALONE = '未分组'

/** Seats in order: by what they do now, by where they work, or by group, where one may stand in several. */
export function grouped(agents: readonly BoardAgent[], by: 'state' | 'unit' | 'group'): Seats[] {
  if (by === 'state') {
    return AGENT_STATES.map((state) => ({
      title: AGENT_STATE_WORDS[state],
      state,
      agents: agents.filter((agent) => agent.state === state).sort((a, b) => a.since.localeCompare(b.since)),
      told: '',
    })).filter((group) => group.agents.length > 0)
  }
  const found = new Map<string, BoardAgent[]>()
  for (const agent of agents) {
    const names = by === 'unit' ? [agent.unit || ALONE] : agent.groups.length ? agent.groups : [ALONE]
    for (const name of names) found.set(name, [...(found.get(name) ?? []), agent])
  }
  const order = (agent: BoardAgent): number => AGENT_STATES.indexOf(agent.state)
  return [...found]
    .sort(([a], [b]) => Number(a === ALONE) - Number(b === ALONE) || a.localeCompare(b, 'zh'))
    .map(([title, members]) => ({
      title,
      state: '' as const,
      agents: members.sort((a, b) => order(a) - order(b) || a.agent.localeCompare(b.agent)),
      told: summary(members),
    }))
}

function summary(agents: readonly BoardAgent[]): string {
  return AGENT_STATES.filter((state) => state !== 'signed_out')
    .map((state) => [AGENT_STATE_WORDS[state], agents.filter((agent) => agent.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([words, count]) => `${words} ${count}`)
    .join(' · ')
}
