import type { RouteLocationRaw } from 'vue-router'
import { MAY } from '@/session/permissions'
import { useSession } from '@/session/session'
import { useCatalogue } from './catalogue'

/** Where the record with this id of a screen is; null where there is none that this person may see. */
export function recordAt(screen: string, id: unknown): RouteLocationRaw | null {
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') return null
  // Calls have a page of their own.
  if (screen === 'calls') return useSession().may(MAY.calls) ? { name: 'call', params: { id: String(id) } } : null
  return useCatalogue().byName.get(screen)?.detail ? { name: 'record', params: { name: screen, id: String(id) } } : null
}
