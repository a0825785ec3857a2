import type { Form } from '@/screens/form/useForm'

export const READ = '/api/assistant/read'
export const WRITE = '/api/assistant/write'

/** The words a proposal rests on: of which text, and where there. */
export interface Source {
  of: 'notes' | 'content' | 'talk'
  words: string
  start: number
  end: number
  /** Of the talk: when they were said, and for how many seconds. */
  at?: string | null
  seconds?: number
}

/** Where the sound of words of a talk is. */
export function soundOf(call: string, one: Source): string {
  const query = new URLSearchParams({ at: one.at ?? '', seconds: String(Math.min(30, (one.seconds ?? 0) + 0.7)) })
  return `/api/calls/${encodeURIComponent(call)}/moment?${query.toString()}`
}

/** The first of a proposal's sources that can be heard. */
export const spoken = (one: Proposal): Source | undefined => one.sources.find((part) => part.of === 'talk' && part.at)

export interface Proposal {
  field: string
  title: string
  value: string
  shown: string
  probability: number
  sources: readonly Source[]
}
export interface Reading {
  proposals: readonly Proposal[]
  learned: boolean
  writes?: boolean
  trouble?: string
}
/** How a proposal stands to the form: it can be taken, stands there already, another value was filled in, or no field asks it. */
export type Standing = 'free' | 'there' | 'filled' | 'none'

/** What a call begins with is known of the caller, and stays unless somebody takes another by hand. */
const KNOWN = new Set(['caller_name', 'caller_gender', 'contact'])

/** The value as the form keeps it. */
export const valueOf = (one: Proposal): unknown => (one.field === 'urgent' ? one.value === 'true' : one.value)

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '' || value === false

export function standingOf(form: Form | undefined, one: Proposal): Standing {
  if (!form?.visible.value.some((field) => field.key === one.field)) return 'none'
  const now = form.values[one.field]
  if (now === valueOf(one)) return 'there'
  if (isEmpty(now)) return 'free'
  // What the form began with, nobody has typed.
  return !KNOWN.has(one.field) && now === form.base.value[one.field] ? 'free' : 'filled'
}

/** Take one, also over what stands there: somebody pressed it. */
export function take(form: Form, one: Proposal): void {
  form.set(one.field, valueOf(one))
}

/** The best of each field that nobody has filled in. */
export function free(form: Form | undefined, proposals: readonly Proposal[]): Proposal[] {
  const seen = new Set<string>()
  return proposals.filter((one) => {
    if (seen.has(one.field)) return false
    seen.add(one.field)
    return standingOf(form, one) === 'free'
  })
}

/** Fields in the order of their first proposal, each with its proposals. */
export function byField(proposals: readonly Proposal[]): { field: string; title: string; proposals: Proposal[] }[] {
  const found = new Map<string, { field: string; title: string; proposals: Proposal[] }>()
  for (const one of proposals) {
    const group = found.get(one.field) ?? { field: one.field, title: one.title, proposals: [] }
    group.proposals.push(one)
    found.set(one.field, group)
  }
  return [...found.values()]
}
