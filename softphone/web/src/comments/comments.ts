/** A comment on a record (`cti/office/comments`). */
export interface Comment {
  id: string
  text: string
  by: string
  at: string
  edited: boolean
  removed: boolean
  /** One's own, and not too old to be changed. */
  mine: boolean
  mentions: readonly Person[]
}

export interface Person {
  value: string
  title: string
}

export interface CommentPage {
  items: Comment[]
  next: string
}

/** What stands behind the last `@` before the cursor; null when nobody is being named. */
export function asked(text: string, cursor: number): string | null {
  const found = /(?:^|[^A-Za-z0-9._-])@([^\s@，。；：、]{0,20})$/u.exec(text.slice(0, cursor))
  return found ? (found[1] ?? '') : null
}

/** The text with a chosen name in the place of what was typed of it, and where the cursor goes. */
export function named(text: string, cursor: number, person: Person): { text: string; cursor: number } {
  const typed = asked(text, cursor) ?? ''
  const start = cursor - typed.length
  const put = `${person.title} `
  return { text: text.slice(0, start) + put + text.slice(cursor), cursor: start + put.length }
}

/** Those of the chosen people whose `@name` still stands in the text. */
export function stillNamed(text: string, people: readonly Person[]): string[] {
  return [...new Set(people.filter((one) => text.includes(`@${one.title}`)).map((one) => one.value))]
}

/** The text in pieces, mentions apart. */
export function pieces(text: string, people: readonly Person[]): { text: string; mention: boolean }[] {
  const names = people.map((one) => `@${one.title}`).sort((a, b) => b.length - a.length)
  if (names.length === 0) return [{ text, mention: false }]
  const escaped = names.map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return text
    .split(new RegExp(`(${escaped.join('|')})`, 'u'))
    .filter(Boolean)
    .map((part) => ({ text: part, mention: names.includes(part) }))
}
