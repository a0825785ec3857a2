/** Whether an article helped: see `workflow/knowledge/helpful/`. */
export interface Counted {
  edition: number
  helped: number
  unhelped: number
  said: number
}

export interface Helped {
  mine: boolean | null
  explained: boolean
  counted: readonly Counted[] | null
}

/** Of all who said something, in whole percent. */
export function shareOf(one: Counted): number {
  const votes = one.helped + one.unhelped
  return votes ? Math.round((100 * one.helped) / votes) : 0
}
