import type { MenuGroup, MenuItem } from './menu'

export interface Found {
  item: MenuItem
  group: string
}

/** The pages whose titles have the characters in this order; those that have them together come first. */
export function found(groups: readonly MenuGroup[], text: string): Found[] {
  const wanted = text.trim().toLowerCase()
  const all = groups.flatMap((group) => group.items.map((item) => ({ item, group: group.title })))
  if (!wanted) return all
  const rank = ({ item, group }: Found): number => {
    const title = item.title.toLowerCase()
    const at = title.indexOf(wanted)
    if (at >= 0) return at
    if (group.toLowerCase().includes(wanted)) return 100
    let from = 0
    for (const sign of wanted) {
      from = title.indexOf(sign, from) + 1
      if (from === 0) return -1
    }
    return 200
  }
  return all
    .map((one) => ({ one, at: rank(one) }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at)
    .map(({ one }) => one)
}
