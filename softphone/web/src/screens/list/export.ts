import { onScopeDispose, ref } from 'vue'
import { http, send } from '@/api/http'
import { nameOf, saveBlob } from '@/api/save'
import type { Page } from '@/api/types'
import { timeText } from '@/words/time'
import type { Column, ListScreen, Row } from '../description'
import { textOf } from '../value'
import { asked, type ListState } from './state'
import { type Value, workbook } from './xlsx'

const PAGE = 200
const LIMIT = 20_000
/** So far the server lets pages be turned. */
const MOST_PAGES = 10_000
const PATIENCE = 600_000

export interface Exported {
  saved: number | null
  /** There are more rows than the console itself puts into a file. */
  cut: boolean
}

/** A cell as a spreadsheet can reckon with it. */
export function cellOf(column: Column, row: Row): Value {
  const value = row[column.key]
  if (value === null || value === undefined || value === '') return column.none ?? null
  if (!column.better && (column.kind === 'number' || column.kind === 'duration') && typeof value === 'number') return value
  if (!column.better && column.kind === 'time') {
    const at = new Date(String(value))
    if (!Number.isNaN(at.getTime())) return at
  }
  return textOf(column, row)
}

function fileName(title: string): string {
  return `${title}-${timeText(new Date().toISOString()).slice(0, 16).replace(/[-: ]/g, '')}.xlsx`
}

/** All rows of the present filters as an .xlsx; `progress` counts up to 1 where that can be known. */
export function useExport(screen: ListScreen) {
  const progress = ref<number | null>(null)
  let stop: AbortController | null = null

  async function fromServer(path: string, state: ListState, columns: readonly Column[], signal: AbortSignal): Promise<Exported> {
    const chosen = screen.records ? { columns: columns.map((column) => column.key).join(',') } : {}
    const answer = await send('GET', path, { query: { ...asked(screen, state), ...chosen }, signal, accept: '*/*', timeout: PATIENCE })
    saveBlob(nameOf(answer.headers.get('Content-Disposition')) || fileName(screen.title), await answer.blob())
    return { saved: null, cut: false }
  }

  async function fromPages(state: ListState, columns: readonly Column[], signal: AbortSignal): Promise<Exported> {
    const all: Row[] = []
    let expected = Infinity
    let more = false
    for (let page = 1; all.length < Math.min(expected, LIMIT); page += 1) {
      const answer = await http.get<Page<Row>>(screen.source, { ...asked(screen, state), page, size: PAGE }, { signal })
      all.push(...answer.items)
      expected = answer.total
      more = answer.more === true
      progress.value = Math.min(1, all.length / Math.max(1, more ? MOST_PAGES : expected))
      if (answer.items.length === 0) break
    }
    const titles = columns.map((column) => (column.kind === 'duration' ? `${column.title}（秒）` : column.title))
    const widths = columns.map((column) => Math.max(8, Math.round((column.width ?? 140) / 7)))
    saveBlob(fileName(screen.title), await workbook(screen.title, titles, all.map((row) => columns.map((column) => cellOf(column, row))), widths))
    return { saved: all.length, cut: more || expected > all.length }
  }

  async function run(state: ListState, columns: readonly Column[]): Promise<Exported> {
    stop = new AbortController()
    progress.value = 0
    try {
      return await (screen.export ? fromServer(screen.export, state, columns, stop.signal) : fromPages(state, columns, stop.signal))
    } finally {
      progress.value = null
      stop = null
    }
  }

  onScopeDispose(() => stop?.abort())
  return { progress, run, cancel: () => stop?.abort() }
}
