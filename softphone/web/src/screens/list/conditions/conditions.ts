import type { Option } from '../../description'

/** What people ask of a list in conditions: groups of which all, or any, must hold, as `where` has it. */
export interface Condition {
  key: string
  op: string
  value?: unknown
}

export interface Group {
  join: 'all' | 'any'
  parts: (Condition | Group)[]
}

export type AskedKind = 'text' | 'number' | 'time' | 'date' | 'flag' | 'choice' | 'reference' | 'tree' | 'tags' | 'whole'

/** Something to ask, as the server offers it to this visitor. */
export interface Askable {
  key: string
  title: string
  kind: AskedKind
  ops: readonly Option[]
  options: readonly Option[]
  options_from?: string | null
  options_search: boolean
}

export const DEEPEST = 4
export const SPANS: readonly Option[] = [
  { value: 'today', title: '今天' },
  { value: 'yesterday', title: '昨天' },
  { value: 'last_7', title: '近 7 天' },
  { value: 'last_30', title: '近 30 天' },
  { value: 'this_week', title: '本周' },
  { value: 'last_week', title: '上周' },
  { value: 'this_month', title: '本月' },
  { value: 'last_month', title: '上月' },
  { value: 'this_year', title: '今年' },
  { value: 'next_7', title: '今后 7 天' },
]
const NO_VALUE = new Set(['empty', 'filled'])
export const SEVERAL: ReadonlySet<AskedKind> = new Set<AskedKind>(['choice', 'reference', 'tree', 'tags'])

export function isGroup(part: Condition | Group): part is Group {
  return 'parts' in part
}

export function needsValue(one: Condition): boolean {
  return !NO_VALUE.has(one.op)
}

/** A new condition on something, as it is asked most. */
export function fresh(asked: Askable): Condition {
  const op = asked.ops[0]?.value ?? 'is'
  return { key: asked.key, op, value: startOf(asked.kind, op) }
}

/** What a value is before somebody gives one. */
export function startOf(kind: AskedKind, op: string): unknown {
  if (SEVERAL.has(kind)) return []
  if (kind === 'flag') return true
  if (kind === 'number') return null
  return (kind === 'time' || kind === 'date') && op === 'in' ? 'today' : ''
}

type Said = Record<string, unknown>

/** The group that an address says; an empty one for what it says wrongly. */
export function readWhere(text: string): Group {
  try {
    const found = partOf(JSON.parse(text))
    return isGroup(found) ? found : { join: 'all', parts: [found] }
  } catch {
    return { join: 'all', parts: [] }
  }
}

function partOf(said: unknown): Condition | Group {
  const one = said as Said
  for (const join of ['all', 'any'] as const) if (Array.isArray(one[join])) return { join, parts: (one[join] as unknown[]).map(partOf) }
  if (typeof one.key !== 'string' || typeof one.op !== 'string') throw new Error('no condition')
  return { key: one.key, op: one.op, ...(one.value !== undefined && { value: one.value }) }
}

/** Whether a condition says all that it must. */
export function isWhole(one: Condition): boolean {
  if (!needsValue(one)) return true
  return Array.isArray(one.value) ? one.value.length > 0 : one.value !== '' && one.value !== null && one.value !== undefined
}

/** What goes into the address: whole conditions, and groups that have some. Empty where none is left. */
export function whereOf(group: Group): string {
  const said = saidOf(group)
  return said ? JSON.stringify(said) : ''
}

function saidOf(part: Condition | Group): Said | null {
  if (!isGroup(part)) return isWhole(part) ? { key: part.key, op: part.op, ...(needsValue(part) && { value: part.value }) } : null
  const parts = part.parts.map(saidOf).filter((one) => one !== null)
  return parts.length ? { [part.join]: parts } : null
}

/** How many conditions there are in all groups. */
export function countOf(part: Condition | Group): number {
  return isGroup(part) ? part.parts.reduce((sum, one) => sum + countOf(one), 0) : 1
}

/** In words, for the line above the list: 诉求类型 属于 投诉、举报 且 登记时间 在 近 7 天. */
export function wordsOf(part: Condition | Group, asked: readonly Askable[], titles: ReadonlyMap<string, string>): string {
  if (isGroup(part)) {
    const said = part.parts.map((one) => (isGroup(one) && one.parts.length > 1 ? `（${wordsOf(one, asked, titles)}）` : wordsOf(one, asked, titles)))
    return said.join(part.join === 'all' ? ' 且 ' : ' 或 ')
  }
  const one = asked.find((found) => found.key === part.key)
  const op = one?.ops.find((found) => found.value === part.op)?.title ?? part.op
  if (!needsValue(part)) return `${one?.title ?? part.key} ${op}`
  return `${one?.title ?? part.key} ${op} ${valueWords(part, one, titles)}`
}

function valueWords(part: Condition, asked: Askable | undefined, titles: ReadonlyMap<string, string>): string {
  if (typeof part.value === 'boolean') return part.value ? '是' : '否'
  if ((asked?.kind === 'time' || asked?.kind === 'date') && part.op === 'in') return SPANS.find((one) => one.value === part.value)?.title ?? String(part.value)
  const word = (value: unknown): string => asked?.options.find((one) => one.value === String(value))?.title ?? titles.get(String(value)) ?? String(value)
  return Array.isArray(part.value) ? part.value.map(word).join('、') : word(part.value)
}
