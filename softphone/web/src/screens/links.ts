import type { RouteLocationRaw } from 'vue-router'
import { MAY } from '@/session/permissions'
import { useSession } from '@/session/session'
import { useCatalogue } from './catalogue'
import type { Link, Row } from './description'

/** Where the record with this id of a screen is; null where there is none that this person may see. */
export function recordAt(screen: string, id: unknown): RouteLocationRaw | null {
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') return null
  // Calls have a page of their own.
  if (screen === 'calls') return useSession().may(MAY.calls) ? { name: 'call', params: { id: String(id) } } : null
  return useCatalogue().byName.get(screen)?.detail ? { name: 'record', params: { name: screen, id: String(id) } } : null
}

/** The console's own pages that have a list. */
const OWN: Readonly<Record<string, string | undefined>> = { calls: MAY.calls, inbox: undefined, board: MAY.board }

/** Where the list of a link is, with its filters; null where this person may not see it. `{today}` is when today began. */
export function listAt(link: Link, row: Row = {}): RouteLocationRaw | null {
  const session = useSession()
  const midnight = new Date()
  midnight.setHours(0, 0, 0, 0)
  const known: Row = { agent_no: session.person?.agent_no ?? '', today: midnight.toISOString(), ...row }
  const query = Object.fromEntries(
    Object.entries(link.query ?? {}).map(([key, value]) => [key, value.replace(/\{(\w+)\}/g, (_, name: string) => String(known[name] ?? ''))]),
  )
  if (useCatalogue().byName.has(link.screen)) return { name: 'screen', params: { name: link.screen }, query }
  if (!(link.screen in OWN)) return null
  const needed = OWN[link.screen]
  return needed === undefined || session.may(needed) ? { name: link.screen, query } : null
}
