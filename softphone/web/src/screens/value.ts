import { numberText } from '@/words/number'
import { durationWords, timeText } from '@/words/time'
import type { Column, Option, Row, Tone } from './description'

export interface Shown {
  text: string
  tone?: Tone
}

function optionOf(options: readonly Option[] | undefined, value: unknown): Option | undefined {
  return options?.find((one) => one.value === String(value))
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A cell in words, with its colour where the column gives one; lists give several. */
export function shownOf(column: Column, row: Row): Shown[] {
  const better = column.better ? plain(row[column.better]) : ''
  if (better) return [{ text: better }]
  const value = row[column.key]
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) {
    return [{ text: column.none ?? '—' }]
  }
  switch (column.kind) {
    case 'time':
      return [{ text: timeText(plain(value)) }]
    case 'duration':
      return [{ text: durationWords(Number(value)) }]
    case 'phone':
      return [{ text: numberText(plain(value)) }]
    case 'tags':
      return (Array.isArray(value) ? value : [value]).map((one) => {
        const option = optionOf(column.options, one)
        return { text: option?.title ?? plain(one), ...(option?.tone && { tone: option.tone }) }
      })
    case 'choice':
    case 'flag': {
      const option = optionOf(column.options, value)
      return [{ text: option?.title ?? plain(value), ...(option?.tone && { tone: option.tone }) }]
    }
    default:
      return [{ text: plain(value) }]
  }
}

export function textOf(column: Column, row: Row): string {
  return shownOf(column, row)
    .map((one) => one.text)
    .join('、')
}
