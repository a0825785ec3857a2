import type { Action, Screen } from '@/screens/description'
import { initialsOf } from '@/words/initials'
import { type MenuGroup, type MenuItem, pagesOf } from './menu'
import { PAGE_WORDS } from './page-words'

export interface Found {
  item: MenuItem
  group: string
  /** What the page says of it, where its name does not: a button, a field, its help. */
  said?: string
}

/** Every page of the menu, those that are tabs too, with the words of where it stands. */
function all(groups: readonly MenuGroup[]): Found[] {
  return groups.flatMap((group) =>
    group.items.flatMap((entry) => pagesOf(entry).map((item) => ({ item, group: entry.pages ? `${group.title} · ${entry.title}` : group.title }))),
  )
}

/**
 * The pages whose titles have the characters in this order, those that have them together first; by other words for
 * them, by the initials of their pinyin (`rygl` is 人员管理), and by their headings.
 */
export function found(groups: readonly MenuGroup[], text: string): Found[] {
  const wanted = text.trim().toLowerCase()
  if (!wanted) return all(groups)
  const rank = ({ item, group }: Found): number => {
    const title = item.title.toLowerCase()
    const at = title.indexOf(wanted)
    if (at >= 0) return at
    if ((item.also ?? PAGE_WORDS[item.name])?.some((one) => one.toLowerCase().includes(wanted))) return 50
    const initials = /^[a-z0-9]+$/.test(wanted) ? initialsOf(title).indexOf(wanted) : -1
    if (initials >= 0) return 60 + initials
    if (group.toLowerCase().includes(wanted)) return 100
    return inOrder(title, wanted) ? 200 : -1
  }
  return all(groups)
    .map((one) => ({ one, at: rank(one) }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at)
    .map(({ one }) => one)
}

function inOrder(title: string, wanted: string): boolean {
  let from = 0
  for (const sign of wanted) {
    from = title.indexOf(sign, from) + 1
    if (from === 0) return false
  }
  return true
}

/** The pages that say these words of two characters or more: in a button, a field, its help, or what stands in an empty list. */
export function foundInside(groups: readonly MenuGroup[], screens: readonly Screen[], text: string): Found[] {
  const wanted = text.trim().toLowerCase()
  if (wanted.length < 2) return []
  const byName = new Map(screens.map((one) => [one.name, one]))
  return all(groups).flatMap((one) => {
    const screen = byName.get(one.item.name)
    const said = screen && textsOf(screen).find((words) => words.toLowerCase().includes(wanted))
    return said ? [{ ...one, said }] : []
  })
}

/** What a screen says to people: the words of its buttons and forms first, then those of its lists. */
function textsOf(screen: Screen): string[] {
  const lists = [screen.list, ...(screen.detail?.tabs ?? []).map((one) => one.list)].flatMap((one) => (one ? [one] : []))
  const actions: Action[] = [
    ...(screen.create ? [screen.create] : []),
    ...(screen.detail?.actions ?? []),
    ...lists.flatMap((list) => [...(list.actions ?? []), ...(list.bulk ?? []), ...(list.row ?? [])]),
  ]
  return [
    ...actions.flatMap((one) => [one.title, ...(one.form ?? []).flatMap((field) => [field.title, ...(field.help ? [`${field.title}：${field.help}`] : [])])]),
    ...lists.flatMap((list) => [...list.columns.map((one) => one.title), ...(list.empty.text ? [list.empty.text] : [])]),
    ...(screen.charts ?? []).map((one) => one.title),
  ]
}
