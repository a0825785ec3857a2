/**
 * Where a position is in a YAML text that may be half-written: the path of keys to it, and whether a key or a value is
 * being typed. Reads indentation and brackets, as the text need not be valid yet.
 */
export interface Place {
  /** Keys from the root; an item of a list is `[]`. For a value, its own key is the last. */
  path: string[]
  kind: 'key' | 'value'
  /** What has been typed of the word, and where it begins. */
  word: string
  from: number
}

interface Bracket {
  at: number
  sign: '{' | '['
}

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s:#{}[\],&*!|>'"%@`-][^:#{}[\],]*?)\s*:(?=\s|$)/

export function placeAt(text: string, position: number): Place | null {
  const scanned = scan(text, position)
  if (scanned === 'quiet') return null
  const lineStart = text.lastIndexOf('\n', position - 1) + 1
  if (scanned.length === 0) {
    const { path, isItem, rest, restAt } = linePath(text, lineStart, position)
    const word = rest.trimStart()
    const isValue = isItem || (path.length > 0 && rest.startsWith(' '))
    return { path, kind: isValue ? 'value' : 'key', word, from: restAt + rest.length - word.length }
  }
  const outer = scanned[0] as Bracket
  const outerLine = text.lastIndexOf('\n', outer.at - 1) + 1
  const { path } = linePath(text, outerLine, outer.at)
  return inBrackets(text, position, scanned, path)
}

/** The open brackets at a position; `quiet` inside a comment. */
function scan(text: string, position: number): Bracket[] | 'quiet' {
  const open: Bracket[] = []
  let quote = ''
  for (let at = 0; at < position; at += 1) {
    const sign = text[at] as string
    if (quote) {
      if (sign === '\\' && quote === '"') at += 1
      else if (sign === quote) quote = ''
      continue
    }
    const before = at === 0 ? '\n' : (text[at - 1] as string)
    if (sign === '#' && /\s/.test(before)) {
      const end = text.indexOf('\n', at)
      if (end < 0 || end >= position) return 'quiet'
      at = end
    } else if ((sign === '"' || sign === "'") && /[\s{[,:]/.test(before)) quote = sign
    else if ((sign === '{' || sign === '[') && (open.length > 0 || /[\s[{-]/.test(before))) open.push({ at, sign })
    else if (sign === '}' || sign === ']') open.pop()
  }
  return open
}

function unquoted(key: string): string {
  return /^["'].*["']$/s.test(key) ? key.slice(1, -1) : key.trim()
}

interface LinePath {
  path: string[]
  /** The rest begins an item of a list. */
  isItem: boolean
  rest: string
  restAt: number
}

/** The path of the mapping in which a line stands, by indentation, and what of the line is not yet part of it. */
function linePath(text: string, lineStart: number, position: number): LinePath {
  const path: string[] = []
  let rest = text.slice(lineStart, position)
  let restAt = lineStart
  const indentOf = (line: string): number => line.length - line.trimStart().length
  let indent = indentOf(rest)
  const inner: string[] = []
  const skip = (count: number): void => {
    rest = rest.slice(count)
    restAt += count
  }
  skip(indent)
  while (/^-\s/.test(rest)) {
    inner.push('[]')
    skip(2 + indentOf(rest.slice(2)))
  }
  const key = KEY.exec(rest)
  if (key) {
    inner.push(unquoted(key[1] as string))
    skip(key[0].length)
  }
  // A list may stand at its key's own indentation.
  let mayEqual = inner[0] === '[]'
  const above = text.slice(0, lineStart).split('\n').slice(0, -1)
  for (let index = above.length - 1; index >= 0 && (indent > 0 || mayEqual); index -= 1) {
    const line = above[index] as string
    const bare = line.trim()
    if (!bare || bare.startsWith('#')) continue
    const deep = indentOf(line)
    const isItem = /^-(\s|$)/.test(bare)
    if (deep > indent || (deep === indent && !(mayEqual && !isItem))) continue
    const found: string[] = []
    let words = bare
    while (/^-(\s|$)/.test(words)) {
      found.push('[]')
      words = words.slice(1).trimStart()
    }
    const parent = KEY.exec(words)
    // A key on an item's own line is a sibling when the cursor stands at its column.
    const column = deep + bare.length - words.length
    if (parent && column < indent + (mayEqual ? 1 : 0)) found.push(unquoted(parent[1] as string))
    if (found.length === 0) continue
    path.unshift(...found)
    indent = deep
    mayEqual = found[0] === '[]'
  }
  return { path: [...path, ...inner], isItem: inner.at(-1) === '[]', rest, restAt }
}

function inBrackets(text: string, position: number, open: readonly Bracket[], base: readonly string[]): Place {
  const path = [...base]
  for (let level = 0; level < open.length; level += 1) {
    const { at, sign } = open[level] as Bracket
    const end = open[level + 1]?.at ?? position
    const isLast = level === open.length - 1
    const entry = lastEntry(text.slice(at + 1, end))
    if (sign === '[') path.push('[]')
    const key = KEY.exec(entry.text)
    if (sign === '{' && key) path.push(unquoted(key[1] as string))
    if (!isLast) continue
    const start = at + 1 + entry.at
    if (sign === '{' && !key) return { path, kind: 'key', word: entry.text, from: start }
    const value = key ? entry.text.slice(key[0].length) : entry.text
    const word = value.trimStart()
    return { path, kind: 'value', word, from: start + entry.text.length - word.length }
  }
  return { path, kind: 'key', word: '', from: position }
}

/** What stands after the last comma of this level; nested brackets that are closed are skipped. */
function lastEntry(text: string): { text: string; at: number } {
  let depth = 0
  let begin = 0
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] as string
    if (quote) {
      if (sign === quote) quote = ''
    } else if (sign === '"' || sign === "'") quote = sign
    else if (sign === '{' || sign === '[') depth += 1
    else if (sign === '}' || sign === ']') depth -= 1
    else if (sign === ',' && depth === 0) begin = at + 1
  }
  const entry = text.slice(begin)
  const trimmed = entry.trimStart()
  return { text: trimmed, at: begin + entry.length - trimmed.length }
}
