import { numberText } from '@/words/number'
import { durationWords, timeText } from '@/words/time'
import { plainOf } from './rich/word'
import type { Column, Option, Row, Tone } from './description'

export interface Shown {
  text: string
  tone?: Tone
  /** Where a file is. */
  url?: string
}

const YES_NO: readonly Option[] = [
  { value: 'true', title: '是' },
  { value: 'false', title: '否' },
]

function optionOf(options: readonly Option[] | undefined, value: unknown): Option | undefined {
  return options?.find((one) => one.value === String(value))
}

/** Some answers name a thing by an object of it: its name stands for it. */
function plain(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'object') return String(value)
  const named = value as { title?: unknown; name?: unknown }
  const name = named.title ?? named.name
  return typeof name === 'string' ? name : JSON.stringify(value)
}

function many(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value]
}

function empty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

/** A file's address, as long as it is one of ours. */
function addressOf(value: unknown): string {
  const url = typeof value === 'object' && value !== null ? (value as { url?: unknown }).url : ''
  return typeof url === 'string' && /^\/(?!\/)/.test(url) ? url : ''
}

const PAIR = /^([+-]?\d{1,3}(?:\.\d+)?)\s*[,，\s]\s*([+-]?\d{1,3}(?:\.\d+)?)$/u

/** Latitude and longitude as somebody wrote them; the longitude first where the first can be no latitude. */
export function pairOf(value: string): { north: number; east: number } | null {
  const found = PAIR.exec(value.trim())
  if (!found) return null
  const [first, second] = [Number(found[1]), Number(found[2])]
  const [north, east] = Math.abs(first) > 90 ? [second, first] : [first, second]
  return Math.abs(north) <= 90 && Math.abs(east) <= 180 ? { north, east } : null
}

/** A place (`latitude,longitude`) as people read it, and as a link by which the map programme of a telephone opens. */
export function pointOf(value: string): Shown | null {
  const pair = pairOf(value)
  if (!pair) return null
  const { north, east } = pair
  return { text: `${north < 0 ? '南' : '北'}纬 ${Math.abs(north)}°，${east < 0 ? '西' : '东'}经 ${Math.abs(east)}°`, url: `geo:${north},${east}` }
}

/** The words of what the key of a record points to: the server tells them with it. */
export function titleOf(row: Row, key: string): string {
  const titles = row.titles
  return typeof titles === 'object' && titles !== null ? plain((titles as Record<string, unknown>)[key]) : ''
}

/** A cell in words, with its colour where the column gives one; lists give several. */
export function shownOf(column: Column, row: Row): Shown[] {
  const better = column.better ? plain(row[column.better]) : ''
  if (better) return [{ text: better }]
  const title = titleOf(row, column.key)
  // Names of people and units have no commas of this kind: each is a tag of its own.
  if (title) return (column.kind === 'tags' ? title.split('、') : [title]).map((text) => ({ text }))
  const value = row[column.key]
  if (empty(value)) return [{ text: column.none ?? '—' }]
  switch (column.kind) {
    case 'number':
      return [{ text: typeof value === 'number' ? value.toLocaleString('zh-CN') : plain(value) }]
    case 'time':
      return [{ text: timeText(plain(value)) }]
    case 'duration':
      return [{ text: durationWords(Number(value)) }]
    case 'rich':
      return [{ text: plainOf(plain(value)) }]
    case 'point':
      // Who may not know it is shown that there is one.
      return [pointOf(plain(value)) ?? { text: plain(value) }]
    case 'phone':
      return many(value).map((one) => ({ text: numberText(plain(one)) }))
    case 'file':
    case 'sound':
      return many(value).map((one) => ({ text: plain(one), url: addressOf(one) }))
    case 'tags':
    case 'choice':
    case 'flag':
      return many(value).map((one) => {
        // Tags come with their own words and colour.
        const own = typeof one === 'object' && one !== null ? (one as Partial<Option>) : undefined
        const option = own ?? optionOf(column.options ?? (column.kind === 'flag' ? YES_NO : []), one)
        return { text: option?.title ?? plain(one), ...(option?.tone && { tone: option.tone }) }
      })
    default:
      return many(value).map((one) => ({ text: plain(one) }))
  }
}

export function textOf(column: Column, row: Row): string {
  return shownOf(column, row)
    .map((one) => one.text)
    .join('、')
}
