/** Lines of a table in another order: by the value of one of its figures. */
import type { Line } from './types'

export interface Sorting {
  /** Which of the figures. */
  at: number
  up: boolean
}

/** After a click on a figure's head: the largest first, then the smallest first, then as the table came. */
export function turned(now: Sorting | null, at: number): Sorting | null {
  if (now?.at !== at) return { at, up: false }
  return now.up ? null : { at, up: true }
}

/** The lines in this order; those without a value stand last either way, and equal ones stay as they came. */
export function sorted(lines: readonly Line[], by: Sorting | null): readonly Line[] {
  if (!by) return lines
  const value = (line: Line): number | null => line.now[by.at]?.value ?? null
  return [...lines].sort((one, other) => {
    const [a, b] = [value(one), value(other)]
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return by.up ? a - b : b - a
  })
}
