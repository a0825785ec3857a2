/** The matrix of agents' levels in skills, and what of it somebody has changed and not saved yet. */

export interface Skill {
  value: string
  title: string
}

export interface AgentRow {
  agent: string
  name: string
  version: number
  levels: Record<string, number>
}

export interface Matrix {
  skills: Skill[]
  items: AgentRow[]
  total: number
  page: number
  size: number
}

export interface Cell {
  agent: string
  skill: string
  level: number
  version: number
}

export const LEVELS = [0, 1, 2, 3, 4, 5] as const

/** What was changed, by agent and skill. */
export type Draft = ReadonlyMap<string, number>

const keyOf = (agent: string, skill: string): string => `${agent} ${skill}`

export function levelOf(row: AgentRow, skill: string, draft: Draft): number {
  return draft.get(keyOf(row.agent, skill)) ?? row.levels[skill] ?? 0
}

/** The draft with one level set; setting what is there already takes the change back. */
export function withLevel(draft: Draft, row: AgentRow, skill: string, level: number): Draft {
  const fresh = new Map(draft)
  if (level === (row.levels[skill] ?? 0)) fresh.delete(keyOf(row.agent, skill))
  else fresh.set(keyOf(row.agent, skill), level)
  return fresh
}

/** What is sent: each changed cell with the version of its agent as it was read. */
export function cellsOf(draft: Draft, rows: readonly AgentRow[]): Cell[] {
  const versions = new Map(rows.map((row) => [row.agent, row.version]))
  return [...draft].flatMap(([key, level]) => {
    const [agent = '', skill = ''] = key.split(' ')
    const version = versions.get(agent)
    return version === undefined ? [] : [{ agent, skill, level, version }]
  })
}

/** The level that a key sets: a digit, or one more or less. */
export function levelByKey(key: string, now: number): number | null {
  if (/^[0-5]$/.test(key)) return Number(key)
  if (key === '+' || key === '=') return Math.min(now + 1, 5)
  if (key === '-') return Math.max(now - 1, 0)
  if (key === 'Delete' || key === 'Backspace') return 0
  return null
}
