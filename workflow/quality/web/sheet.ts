/** A score sheet as it is filled in: what each item was given, what that comes to, and what the keys do. */
import { computed, type ComputedRef, reactive } from 'vue'

export interface Level {
  title: string
  points: number
}

export interface Answer {
  item: string
  /** Null where the item does not count for this talk. */
  points: number | null
  note: string
  second: number | null
}

export interface Item {
  item: string
  title: string
  about: string
  points: number
  levels: readonly Level[]
  optional: boolean
  fatal: boolean
  given: Answer | null
  hit: boolean
}

export interface Mark {
  item: string
  kind: string
  title: string
  words: string
  second: number | null
}

export interface Review {
  id: string
  version: number
  revision: number
  recording: string
  call: string
  agent: string
  name: string
  talk_at: string
  seconds: number
  queue: string
  satisfaction: string
  state: string
  score: number | null
  score_before: number | null
  passed: boolean | null
  fatal: boolean
  good: boolean
  comment: string
  coaching: string
  appeal: string
  opinion: string
  calibration: string
  acts: readonly string[]
  titles: Readonly<Record<string, string>>
}

export interface Desk {
  review: Review
  sheet_title: string
  passing: number
  items: readonly Item[]
  marks: readonly Mark[]
  trouble: string
  next: string
  left: number
}

/** What an item has so far: points, null for what does not count, undefined for nothing yet; a fault was found or not. */
export interface Given {
  points: number | null | undefined
  hit: boolean
  note: string
  second: number | null
}

export interface Filled {
  given: Record<string, Given>
  score: ComputedRef<number | null>
  passed: ComputedRef<boolean>
  missing: ComputedRef<readonly Item[]>
  answers: () => Answer[]
  faults: () => string[]
}

/** The score of 100 as the server reckons it: what does not count is left out of both sides, a fault makes it 0. */
export function scoreOf(items: readonly Item[], given: Readonly<Record<string, Given>>): number {
  const counted = items.filter((one) => !one.fatal && typeof given[one.item]?.points === 'number')
  const possible = counted.reduce((sum, one) => sum + one.points, 0)
  if (items.some((one) => one.fatal && given[one.item]?.hit)) return 0
  if (possible === 0) return 100
  const got = counted.reduce((sum, one) => sum + (given[one.item]?.points ?? 0), 0)
  return Math.round((10000 * got) / possible) / 100
}

/** The sheet of a talk, as it was scored or empty. */
export function useSheet(desk: Desk): Filled {
  const given = reactive<Record<string, Given>>({})
  for (const one of desk.items) {
    given[one.item] = { points: one.given ? one.given.points : undefined, hit: one.hit, note: one.given?.note ?? '', second: one.given?.second ?? null }
  }
  const missing = computed(() => desk.items.filter((one) => !one.fatal && given[one.item]?.points === undefined))
  const score = computed(() => (missing.value.length === desk.items.filter((one) => !one.fatal).length ? null : scoreOf(desk.items, given)))
  const faults = (): string[] => desk.items.filter((one) => one.fatal && given[one.item]?.hit).map((one) => one.item)
  return {
    given,
    missing,
    score,
    passed: computed(() => (score.value ?? 0) >= desk.passing && faults().length === 0),
    answers: () =>
      desk.items
        .filter((one) => !one.fatal)
        .map((one) => ({ item: one.item, points: given[one.item]?.points ?? null, note: given[one.item]?.note ?? '', second: given[one.item]?.second ?? null })),
    faults,
  }
}

/** Give an item its level by a digit as it stands before the level: 1 is the first, 0 what does not count. */
export function giveByDigit(item: Item, given: Given, digit: number): boolean {
  if (item.fatal) {
    if (digit !== 1 && digit !== 2) return false
    given.hit = digit === 2
    return true
  }
  if (digit === 0) {
    if (!item.optional) return false
    given.points = null
    return true
  }
  const level = item.levels[digit - 1]
  if (!level) return false
  given.points = level.points
  return true
}

export const marksOf = (marks: readonly Mark[], item: string): readonly Mark[] => marks.filter((one) => one.item === item)
