/** The nodes of a flow's text (or the parts of another file) by their lines: readable while the rest is not. */
export interface NodeLines {
  name: string
  note: string
  kind: string
  /** Lines from 1, both included. */
  first: number
  last: number
}

const KIND = /(?:^|[\s{,])(say|menu|collect|ask|when|hours|lookup|set|queue|transfer|record|message|http|call|callback|rate|end)\s*:(?=\s|$)/g
/** Keys that are kinds of their own, and ways or words of these. */
const ALSO: Record<string, readonly string[]> = { say: ['end'], message: ['queue'], callback: ['queue'] }

export function nodesIn(text: string, section = 'nodes'): NodeLines[] {
  const lines = text.split('\n')
  const begin = lines.findIndex((line) => line.startsWith(`${section}:`))
  if (begin < 0) return []
  const found: NodeLines[] = []
  let indent = 0
  let end = lines.length
  for (let index = begin + 1; index < lines.length; index += 1) {
    const line = lines[index] as string
    const bare = line.trim()
    if (!bare || bare.startsWith('#')) continue
    const deep = line.length - line.trimStart().length
    if (deep === 0) {
      end = index
      break
    }
    if (indent === 0) indent = deep
    const key = deep === indent ? /^["']?([\w-]+)["']?\s*:(\s|$)/.exec(bare) : null
    if (key) found.push({ name: key[1] as string, note: '', kind: '', first: index + 1, last: index + 1 })
  }
  found.forEach((node, index) => {
    node.last = (found[index + 1]?.first ?? end + 1) - 1
    while (node.last > node.first && /^\s*(#.*)?$/.test(lines[node.last - 1] ?? '')) node.last -= 1
    const body = lines.slice(node.first - 1, node.last).join('\n')
    node.note = /(?:^|[\s{,])note\s*:\s*["']?([^"'\n,}]*)/.exec(body)?.[1]?.trim() ?? ''
    node.kind = kindOf(body)
  })
  return found
}

function kindOf(body: string): string {
  const seen = [...body.matchAll(KIND)].map((match) => match[1] as string)
  const first = seen[0] ?? ''
  return (ALSO[first] ?? []).find((other) => seen.includes(other)) ?? first
}
