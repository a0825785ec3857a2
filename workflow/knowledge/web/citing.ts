import type { Form } from '@/screens/form/useForm'
import { type Article, spoken } from './article'

/** Where a form asks what an answer rests on: `cti/office/citing/api.py`. */
const CITATIONS = '/api/options/citations'

/** Whether a form asks now what its answer rests on. */
export function asksWhatIsCited(form: Form): boolean {
  return form.visible.value.some((one) => one.options_from === CITATIONS)
}

/** Let the answer of a form rest on an article; who has not written anything yet gets its text. False where none is asked. */
export function citeInto(form: Form, article: Article): boolean {
  const fields = form.visible.value
  const at = fields.findIndex((one) => one.options_from === CITATIONS)
  const cited = fields[at]
  if (!cited) return false
  const value = `knowledge:${article.id}`
  const there = Array.isArray(form.values[cited.key]) ? (form.values[cited.key] as string[]) : []
  if (!there.includes(value)) form.set(cited.key, [...there, value])
  // The answer stands before what it rests on.
  const answer = fields[at - 1]
  if (answer?.kind === 'long' && !String(form.values[answer.key] ?? '').trim()) form.set(answer.key, spoken(article))
  return true
}
