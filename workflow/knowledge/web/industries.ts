/** Pages by industry: see `workflow/knowledge/industries.py`. */
export const PAGES = '/api/knowledge/industry_pages'

export interface Counted {
  id: string
  title: string
  count: number
}
export interface Industry extends Counted {
  parent: string
}
export interface IndustryArticle {
  id: string
  title: string
  summary: string
  unit: string
  published_at: string
  times: number
}
export interface IndustryPage extends Counted {
  above: Counted[]
  below: Counted[]
  categories: Counted[]
  units: Counted[]
  newest: IndustryArticle[]
  most_read: IndustryArticle[]
}
export interface Top extends Counted {
  below: Industry[]
}

/** Those at the top with what stands right below each; one whose parent is out of sight is a top, too. */
export function topsOf(every: readonly Industry[]): Top[] {
  const known = new Set(every.map((one) => one.id))
  return every
    .filter((one) => !known.has(one.parent))
    .map((one) => ({ ...one, below: every.filter((below) => below.parent === one.id) }))
}
