/** From the server's graph to what is drawn: ways between the same two nodes are one line. */
import type { Drawing, Way } from './layout'
import type { Graph, GraphEdge } from '@/flows/types'
import { edgeLabel } from '@/flows/words'

/** A line of the picture with the ways that it stands for. */
export interface Bundle extends Way {
  edges: GraphEdge[]
  count: number
}

export function bundles(graph: Graph, withDefaults: boolean, withCounts: boolean): Bundle[] {
  const kinds = new Map(graph.nodes.map((node) => [node.name, node.kind]))
  const found = new Map<string, GraphEdge[]>()
  for (const edge of graph.edges) {
    if (edge.is_default && !withDefaults && !(withCounts && edge.count > 0)) continue
    const key = `${edge.source}\n${edge.target}\n${edge.is_default ? 'default' : ''}`
    found.set(key, [...(found.get(key) ?? []), edge])
  }
  return [...found.values()].flatMap((edges) => {
    const [one] = edges
    if (!one) return []
    const count = edges.reduce((sum, edge) => sum + edge.count, 0)
    const words = edgeLabel(kinds.get(one.source) ?? '', edges)
    const label = [words, withCounts && count > 0 ? String(count) : ''].filter(Boolean).join(' · ')
    return [{ source: one.source, target: one.target, label, isDefault: one.is_default, edges, count }]
  })
}

/** Labels of lines are cut: the whole words stand in the hint. */
export function drawingOf(graph: Graph, lines: readonly Bundle[]): Drawing {
  return {
    start: graph.start,
    nodes: graph.nodes.map((node) => node.name),
    ways: lines.map(({ source, target, label, isDefault }) => ({ source, target, label: cut(label), isDefault })),
  }
}

export function titlesOf(graph: Graph): Record<string, string> {
  return Object.fromEntries(graph.nodes.map((node) => [node.name, node.note || node.name]))
}

function cut(text: string): string {
  return text.length > 12 ? `${text.slice(0, 11)}…` : text
}
