/** What is told of a search in the knowledge base, and how a page keeps its question in the address. */
import type { LocationQuery } from 'vue-router'
import type { Query } from '@/api/http'

export interface Piece {
  text: string
  hit: boolean
}

export interface FoundArticle {
  id: string
  number: string
  title: readonly Piece[]
  passage: readonly Piece[]
  type: string
  category: string
  unit: string
  region: string
  audience: 'inside' | 'public'
  overdue: boolean
  edition: number
  published_at: string
  score: number
}

export interface Facet {
  key: string
  title: string
  values: readonly { value: string; title: string; count: number }[]
}

export interface IndexState {
  articles: number
  building: boolean
  done: number
  total: number
  why: string
  trouble: string
}

export interface FoundPage {
  items: readonly FoundArticle[]
  total: number
  page: number
  size: number
  facets: readonly Facet[]
  corrected: string
  index: IndexState
}

export interface Suggestions {
  articles: readonly { id: string; title: readonly Piece[] }[]
  questions: readonly string[]
  corrected: string
}

export interface Hot {
  articles: readonly { id: string; title: string; viewed: number; cited: number }[]
  questions: readonly { words: string; times: number }[]
}

export const ORDERS = [
  { value: 'relevance', title: '相关' },
  { value: 'time', title: '最新' },
  { value: 'heat', title: '热度' },
] as const
export const PERIODS = [
  { value: '1', title: '今日' },
  { value: '7', title: '7 天' },
  { value: '30', title: '30 天' },
  { value: '90', title: '90 天' },
  { value: 'board', title: '本期榜单' },
] as const
const FACETS = ['scenario', 'category', 'unit', 'region', 'industry', 'life_event', 'hotline', 'type', 'audience', 'validity'] as const
export const SIZE = 20
/** The server shows so many pages. */
export const LAST_PAGE = 50

/** A question as the address has it. */
export interface Asked {
  words: string
  order: string
  page: number
  narrowed: Readonly<Record<string, string>>
}

export function askedOf(query: LocationQuery): Asked {
  const text = (key: string): string => (typeof query[key] === 'string' ? query[key] : '')
  const narrowed: Record<string, string> = {}
  for (const key of FACETS) if (text(key)) narrowed[key] = text(key)
  const order = ORDERS.find((one) => one.value === text('order'))?.value ?? 'relevance'
  const page = Math.min(LAST_PAGE, Math.max(1, Math.trunc(Number(text('page'))) || 1))
  return { words: text('words').slice(0, 500), order, page, narrowed }
}

/** The other way round; what is usual stands in no address. */
export function queryOf(asked: Asked): Record<string, string> {
  const found: Record<string, string> = { ...asked.narrowed }
  if (asked.words.trim()) found.words = asked.words.trim()
  if (asked.order !== 'relevance') found.order = asked.order
  if (asked.page > 1) found.page = String(asked.page)
  return found
}

export function requestOf(asked: Asked): Query {
  return { words: asked.words.trim(), order: asked.order, page: asked.page, size: SIZE, ...asked.narrowed }
}

/** Narrowed by one value more; the same value again takes it away. */
export function narrowedBy(asked: Asked, key: string, value: string): Asked {
  const { [key]: now, ...others } = asked.narrowed
  return { ...asked, page: 1, narrowed: now === value ? others : { ...others, [key]: value } }
}

export function textOf(pieces: readonly Piece[]): string {
  return pieces.map((one) => one.text).join('')
}
