import type { Field, Row } from '../description'

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|([-+*/()]))/uy

/** What a formula of numbers comes to, such as `price * count`; null while a number lacks, or for what it cannot reckon. */
export function reckoned(text: string, row: Row): number | null {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const found = TOKEN.exec(text)
    if (!found) return null
    tokens.push(found[0].trim())
  }
  let at = 0
  const sum = (): number => {
    let value = product()
    while (tokens[at] === '+' || tokens[at] === '-') value = tokens[at++] === '+' ? value + product() : value - product()
    return value
  }
  const product = (): number => {
    let value = one()
    while (tokens[at] === '*' || tokens[at] === '/') value = tokens[at++] === '*' ? value * one() : value / one()
    return value
  }
  const one = (): number => {
    const token = tokens[at++]
    if (token === '(') {
      const inner = sum()
      return tokens[at++] === ')' ? inner : NaN
    }
    if (token === undefined) return NaN
    if (/^\d/.test(token)) return Number(token)
    const value = row[token]
    return typeof value === 'number' ? value : NaN
  }
  const value = sum()
  return at === tokens.length && Number.isFinite(value) ? Number(value.toFixed(6)) : null
}

/** The values with what formulas come to in its place. */
export function withFormulas(fields: readonly Field[], values: Row): Row {
  const changed = fields.filter((field) => field.formula).map((field) => [field.key, reckoned(field.formula ?? '', values)])
  return changed.length ? { ...values, ...Object.fromEntries(changed) } : values
}
