/** Scenarios that a request belongs to: see `workflow/knowledge/scenarios/views.py`. */
export interface MatchedScenario {
  id: string
  path: string
  score: number
  reasons: readonly string[]
  articles: readonly { id: string; title: string; summary: string; audience: string }[]
}

export interface TriedScenarios {
  texts: readonly { text: string; times: number; matches: readonly MatchedScenario[] }[]
  missed: number
}

export const SCENARIOS = '/api/knowledge/scenarios'
/** Characters of a request that are sent. */
export const LONGEST = 4_000

/** What a form beside a call says of a request, by the keys that forms of requests have. */
export function requestOf(values: Readonly<Record<string, unknown>>): { text: string; category: string } {
  const said = (key: string): string => (typeof values[key] === 'string' ? values[key] : '')
  const text = [said('title'), said('content')].filter(Boolean).join('\n').replaceAll(/<[^>]*>/g, ' ')
  return { text: text.slice(0, LONGEST), category: said('category') }
}

export function sureText(score: number): string {
  return score >= 0.8 ? '很像' : score >= 0.5 ? '像' : '可能'
}
