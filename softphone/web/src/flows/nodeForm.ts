/** The form of a flow's node. */
import type { NodeField } from './types'

/** Kinds that are added by a click beside the jump to another flow. */
export const NEW_KINDS = ['say', 'ask', 'menu', 'record', 'queue', 'end'] as const

export interface FieldGroup {
  title: string
  fields: NodeField[]
  /** What is taken out with the whole group; null: it stays. */
  gone: (string | number)[] | null
}

/** Fields by their groups, in their order; those without one stand first. */
export function withFields(fields: readonly NodeField[]): FieldGroup[] {
  const groups = new Map<string, FieldGroup>()
  for (const field of fields) {
    const group = groups.get(field.group) ?? { title: field.group, fields: [], gone: null }
    group.fields.push(field)
    // A way of its own is emptied in its field; a key or an intent goes as a whole.
    if (field.gone && field.gone.length > 1) group.gone = field.gone
    groups.set(field.group, group)
  }
  return [...groups.values()]
}
