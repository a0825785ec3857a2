import type { Row } from '@/screens/description'

/** An article as readers have it: see `workflow/knowledge/views.py`. */
export interface Article {
  id: string
  number: string
  type_title: string
  title: string
  summary: string
  body: string
  lines: { title: string; text: string }[]
  audience: string
  category: string | null
  contact: string
  keywords: string[]
  questions: string[]
  valid_until: string | null
  edition: number
  hotline: string
  origin: string
  published_at: string
  overdue: boolean
  favourite: boolean
  file_count?: number
  titles: Record<string, string>
}

export interface Surroundings {
  related: { id: string; title: string; summary: string }[]
  cited: { id: string; at: string; by: string; unit: string; version: string; holds: boolean }[]
  scenarios: Record<string, string>
  views: number
  confirmed_at: string | null
  confirm_by: string | null
  citations: number
}

/** Classes of what is wrong in an article: see `workflow/knowledge/asking/views.py`. */
export const WRONG: Readonly<Record<string, string>> = { outdated: '内容过期', wrong: '内容有误', missing: '内容不全', unclear: '表述不清', other: '其他' }
export const ARTICLES = '/api/knowledge/articles'
export const PUBLISHED = '/api/knowledge/published'

export function articleOf(row: Row): Article {
  return row as unknown as Article
}

/** The files that a text shows as its pictures. */
export function picturesIn(body: string): string[] {
  return [...new Set([...body.matchAll(/\/files\/([0-9A-Z]{26})\/content/g)].map((one) => one[1] ?? ''))]
}

/** What an agent reads out: what the type asks for, then the text without its marks. */
export function spoken(article: Article): string {
  const marks: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&nbsp;': ' ', '&amp;': '&' }
  const plain = article.body.replaceAll(/<\/(p|li|tr|h[1-6])>|<br\s*\/?>/g, '\n').replaceAll(/<[^>]*>/g, '')
  const said = plain.replaceAll(/&(lt|gt|quot|nbsp|amp);/g, (one) => marks[one] ?? one)
  const text = said.split('\n').map((one) => one.trim()).filter(Boolean).join('\n')
  return [...article.lines.map((one) => `${one.title}：${one.text}`), text].filter(Boolean).join('\n')
}
