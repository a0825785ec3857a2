/** Values of figures in words. */
import type { Value } from './types'

const UNITS: Readonly<Record<string, string>> = { percent: '%', count: '件', items: '条', people: '人', times: '次', characters: '字', seconds: '秒', hours: '小时', score: '分' }
const WHOLE: readonly string[] = ['件', '条', '人', '次', '字']

/** The unit as people read it, whether it comes by its name or in words. */
export function unitOf(unit: string): string {
  return UNITS[unit] ?? unit
}

/** Whether something is counted: where there is nothing it is 0; of a share or an average nothing can be said there. */
export function isNumberOf(unit: string): boolean {
  return WHOLE.includes(unitOf(unit))
}

/** A value with its unit: shares and times with one digit, counts whole. */
export function valueText(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return '—'
  const said = unitOf(unit)
  const digits = WHOLE.includes(said) ? 0 : 1
  const text = value.toLocaleString('zh-CN', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return said === '%' ? `${text}%` : text
}

export interface Change {
  text: string
  /** Whether it is for the better; null when nobody says, or nothing changed. */
  good: boolean | null
}

/** How much a value is more or less than another: of shares in points, of all else in percent. */
export function changeOf(now: Value, before: Value | null | undefined, unit: string, better: '' | 'more' | 'less'): Change {
  if (!before || now.value === null || before.value === null) return { text: '—', good: null }
  const share = unitOf(unit) === '%'
  if (!share && before.value === 0) return { text: '—', good: null }
  const difference = share ? now.value - before.value : ((now.value - before.value) / before.value) * 100
  const text = `${difference > 0 ? '+' : ''}${difference.toFixed(1)}${share ? ' 点' : '%'}`
  return { text, good: better && Math.abs(difference) >= 0.05 ? (better === 'more') === difference > 0 : null }
}

/** Whether a value misses what is aimed at. */
export function misses(value: number | null, target: number | null, better: '' | 'more' | 'less'): boolean {
  if (value === null || target === null || !better) return false
  return better === 'more' ? value < target : value > target
}

/** Whether a value is nothing but rows that were counted: then the number itself leads to them, and is not told twice. */
export function isCounted(value: Value | null | undefined): boolean {
  return !!value && value.denominator === null && value.numerator > 0 && value.value === value.numerator
}
