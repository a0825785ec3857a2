import { shallowRef } from 'vue'
import { http } from '@/api/http'
import { type MenuItem, pagesOf } from './menu'

/** How many rows wait behind entries of the menu: counted by the server with the query of each list. */
const EVERY = 60_000
const SETTLE = 800
/** From here on the server counts no further. */
const MOST = 100

interface Badge {
  screen: string
  title: string
  count: number
}

const badges = shallowRef<ReadonlyMap<string, Badge>>(new Map())
let timer: ReturnType<typeof setTimeout> | null = null
/** The menus that are there: each says which of its entries are seen. */
const menus = new Set<() => readonly string[]>()

async function load(): Promise<void> {
  const seen = new Set([...menus].flatMap((one) => [...one()]))
  if (seen.size === 0 || document.visibilityState !== 'visible') return
  try {
    const counted = await http.get<Badge[]>('/api/badges', { screens: [...seen].sort().join(',') })
    const others = [...badges.value].filter(([screen]) => !seen.has(screen))
    badges.value = new Map([...others, ...counted.map((one) => [one.screen, one] as const)])
  } catch {
    // The menu goes without: the next time it is asked again.
  }
}

function later(wait: number): void {
  if (timer !== null) clearTimeout(timer)
  timer = setTimeout(async () => {
    await load()
    if (menus.size > 0) later(EVERY)
  }, wait)
}

/** Count anew soon: something was done. */
export function refreshBadges(): void {
  if (menus.size > 0) later(SETTLE)
}

/** Keep counting what a menu shows while it is there; returns the end. What is folded away is not counted. */
export function keepBadges(seen: () => readonly string[]): () => void {
  menus.add(seen)
  later(SETTLE)
  return () => {
    menus.delete(seen)
    if (menus.size > 0) return
    if (timer !== null) clearTimeout(timer)
    timer = null
    badges.value = new Map()
  }
}

/** What stands beside an entry, or a page of one: all that waits behind its pages, nothing for none. */
export function badgeOf(item: MenuItem): string {
  const count = pagesOf(item).reduce((sum, one) => sum + (badges.value.get(one.name)?.count ?? 0), 0)
  return count === 0 ? '' : count >= MOST ? `${MOST - 1}+` : String(count)
}
