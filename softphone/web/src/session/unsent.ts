/**
 * What somebody has typed and no server has taken yet: it stays in this browser while the network is away, for him
 * alone, and goes when it was sent, when he signs out, when somebody else signs in, and after a week.
 */
const PREFIX = 'hotline.unsent.'
const DAY = 86_400_000
const DAYS = 7
let person = ''

/** A form's values, and when they were typed. */
interface Unsent {
  values: Record<string, unknown>
  at: number
}

const nameOf = (form: string, subject: string): string => `${PREFIX}${person}.${form}.${subject}`

function drop(gone: (key: string) => boolean): void {
  const keys = Array.from({ length: localStorage.length }, (_, place) => localStorage.key(place) ?? '')
  for (const key of keys) if (key.startsWith(PREFIX) && gone(key)) localStorage.removeItem(key)
}

/** Who sits here now: what others have left is let go of. */
export function unsentOf(now: string): void {
  person = now
  drop((key) => !key.startsWith(`${PREFIX}${person}.`))
}

/** He signs out: nothing of his stays. */
export function forgetUnsent(): void {
  drop(() => true)
}

export function keepUnsent(form: string, subject: string, values: Record<string, unknown>): void {
  if (!person) return
  try {
    localStorage.setItem(nameOf(form, subject), JSON.stringify({ values, at: Date.now() } satisfies Unsent))
  } catch {
    // There is no room: it stays in the form as long as that is open.
  }
}

export function takeUnsent(form: string, subject: string): Record<string, unknown> | null {
  const found = localStorage.getItem(nameOf(form, subject))
  if (!person || found === null) return null
  try {
    const kept = JSON.parse(found) as Unsent
    if (Date.now() - kept.at < DAYS * DAY) return kept.values
  } catch {
    // It is none of ours.
  }
  dropUnsent(form, subject)
  return null
}

export function dropUnsent(form: string, subject: string): void {
  localStorage.removeItem(nameOf(form, subject))
}
