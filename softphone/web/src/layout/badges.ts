import { shallowRef } from 'vue'
import { http } from '@/api/http'

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
let users = 0

async function load(): Promise<void> {
  try {
    if (document.visibilityState === 'visible') badges.value = new Map((await http.get<Badge[]>('/api/badges')).map((one) => [one.screen, one]))
  } catch {
    // The menu goes without: the next time it is asked again.
  }
}

function later(wait: number): void {
  if (timer !== null) clearTimeout(timer)
  timer = setTimeout(async () => {
    await load()
    if (users > 0) later(EVERY)
  }, wait)
}

/** Count anew soon: something was done. */
export function refreshBadges(): void {
  if (users > 0) later(SETTLE)
}

/** Keep counting while the menu is there; returns the end. */
export function keepBadges(): () => void {
  users += 1
  later(SETTLE)
  return () => {
    users -= 1
    if (users > 0) return
    if (timer !== null) clearTimeout(timer)
    timer = null
    badges.value = new Map()
  }
}

/** What stands beside an entry: nothing for none. */
export function badgeOf(screen: string): string {
  const count = badges.value.get(screen)?.count ?? 0
  return count === 0 ? '' : count >= MOST ? `${MOST - 1}+` : String(count)
}
