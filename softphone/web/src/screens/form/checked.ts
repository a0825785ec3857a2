/** What the server says of a text: `position` is the character (from 0) at which it is wrong. */
export interface Checked {
  ok: boolean
  /** Right as it is written, and yet hardly what is meant. */
  warning?: boolean
  message: string
  position?: number | null
}

/** How the server's word looks: a warning is no green tick. */
export function toneOf(found: Checked): 'good' | 'doubtful' | 'bad' {
  if (!found.ok) return 'bad'
  return found.warning ? 'doubtful' : 'good'
}

/** The text around the place where it is wrong; at its end a mark stands for what is missing. */
export function marked(text: string, position: number | null | undefined): { before: string; at: string; after: string } | null {
  if (position === null || position === undefined || position < 0) return null
  const letters = [...text]
  if (position >= letters.length) return { before: text, at: '▁', after: '' }
  let end = position + 1
  // A word is marked as a whole.
  while (end < letters.length && /[\p{L}\p{N}_-]/u.test(letters[position] ?? '') && /[\p{L}\p{N}_-]/u.test(letters[end] ?? '')) end += 1
  return { before: letters.slice(0, position).join(''), at: letters.slice(position, end).join(''), after: letters.slice(end).join('') }
}
