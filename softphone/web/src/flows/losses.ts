/** Where citizens get lost: the figures of nodes, those first in which most hung up. */
import type { Graph, NodeFigures } from './types'

export interface Losses {
  name: string
  title: string
  kind: string
  entered: number
  hangups: number
  /** Of those who entered, how many hung up here: 0 to 1. */
  share: number
  invalid: number
  /** Seconds of a stay. */
  average: number
  ways: { way: string; count: number }[]
}

/** Rows for all nodes of the picture, and for nodes of older revisions that are gone from it. */
export function lossesOf(graph: Graph, figures: Readonly<Record<string, NodeFigures>>): Losses[] {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]))
  const names = new Set([...nodes.keys(), ...Object.keys(figures)])
  const rows = [...names].map((name): Losses => {
    const node = nodes.get(name)
    const found = figures[name]
    const left = Object.values(found?.ways ?? {}).reduce((sum, count) => sum + count, 0)
    return {
      name,
      title: node ? node.note || name : `${name}（已删除）`,
      kind: node?.kind ?? '',
      entered: found?.entered ?? 0,
      hangups: found?.hangups ?? 0,
      share: found?.entered ? Math.min(1, found.hangups / found.entered) : 0,
      invalid: found?.invalid ?? 0,
      average: left ? (found?.seconds ?? 0) / left : 0,
      ways: Object.entries(found?.ways ?? {}).map(([way, count]) => ({ way, count })).sort((a, b) => b.count - a.count),
    }
  })
  return rows.sort((a, b) => b.hangups - a.hangups || b.entered - a.entered)
}
