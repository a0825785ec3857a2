/**
 * Places a flow on a plane: ranks from the start, ways as lines with their labels.
 *
 * What leads far away or back to a node that many lead to (a goodbye, a human) is drawn as a short signpost beside its
 * source, so that a flow of sixty nodes is no ball of wool. The arithmetic of ranks and crossings is dagre's.
 */
import { Graph as Plane, layout } from '@dagrejs/dagre'

export type Direction = 'LR' | 'TB'

export interface Way {
  source: string
  target: string
  label: string
  /** Falls back to the flow's default: not named in the text. */
  isDefault: boolean
}

export interface Drawing {
  start: string
  nodes: readonly string[]
  ways: readonly Way[]
}

export interface Spot {
  x: number
  y: number
}

export interface Line extends Way {
  points: Spot[]
  labelAt: Spot | null
}

export interface Signpost extends Way {
  x: number
  y: number
  width: number
  points: Spot[]
}

/** Positions are centres, in pixels at full size. */
export interface Picture {
  width: number
  height: number
  direction: Direction
  nodes: Record<string, Spot>
  lines: Line[]
  signposts: Signpost[]
}

export const NODE = { width: 188, height: 58 }
const SIGNPOST_HEIGHT = 24
const LABEL_HEIGHT = 20
/** A node to which more ways lead than this has signposts for those from afar. */
const MANY = 3
/** Lines over more ranks than this are signposts when their target is reached otherwise, too. */
const FAR = 3
/** Above this many lines crossings are minimised less thoroughly: it must not take seconds. */
const LARGE = 400

/** Pixels that a text takes: Chinese signs are as wide as high. */
export function textWidth(text: string, size = 12): number {
  let width = 0
  for (const sign of text) width += (sign.codePointAt(0) ?? 0) > 0x2e7f ? size : size * 0.58
  return Math.ceil(width)
}

export function arrange(drawing: Drawing, direction: Direction, titles: Readonly<Record<string, string>>): Picture {
  const exist = new Set(drawing.nodes)
  const ways = drawing.ways.filter((way) => exist.has(way.source) && exist.has(way.target))
  const first = place(drawing, ways, [], direction, titles)
  const signs = new Set(distant(drawing, ways, first, direction))
  if (signs.size === 0) return first
  const lines = ways.filter((way) => !signs.has(way))
  return place(drawing, lines, [...signs], direction, titles)
}

/** The ways that become signposts, judged by a first picture in which all are lines. */
function distant(drawing: Drawing, ways: readonly Way[], picture: Picture, direction: Direction): Way[] {
  const rank = ranksOf(picture, direction)
  const span = (way: Way): number => (rank.get(way.target) ?? 0) - (rank.get(way.source) ?? 0)
  const into = new Map<string, Way[]>()
  for (const way of ways) {
    if (way.source !== way.target) into.set(way.target, [...(into.get(way.target) ?? []), way])
  }
  const found: Way[] = []
  for (const [target, all] of into) {
    // The node hangs on its nearest predecessors; the start hangs on nothing.
    const forward = all.filter((way) => span(way) > 0 && !way.isDefault)
    const nearest = Math.min(...forward.map(span))
    const kept = new Set(target === drawing.start ? [] : forward.filter((way) => span(way) === nearest).slice(0, MANY))
    for (const way of all) {
      if (kept.has(way)) continue
      const isBack = span(way) <= 0
      if (way.isDefault || isBack || all.length > MANY || (kept.size > 0 && span(way) > FAR)) found.push(way)
    }
  }
  return found
}

function ranksOf(picture: Picture, direction: Direction): Map<string, number> {
  const along = (spot: Spot): number => Math.round(direction === 'LR' ? spot.x : spot.y)
  const steps = [...new Set(Object.values(picture.nodes).map(along))].sort((a, b) => a - b)
  return new Map(Object.entries(picture.nodes).map(([name, spot]) => [name, steps.indexOf(along(spot))]))
}

function place(
  drawing: Drawing,
  lines: readonly Way[],
  signs: readonly Way[],
  direction: Direction,
  titles: Readonly<Record<string, string>>,
): Picture {
  const plane = new Plane({ multigraph: true })
  plane.setGraph({
    rankdir: direction,
    nodesep: direction === 'LR' ? 16 : 24,
    ranksep: direction === 'LR' ? 34 : 30,
    edgesep: 10,
    marginx: 24,
    marginy: 24,
    ranker: lines.length > LARGE ? 'longest-path' : 'network-simplex',
  })
  plane.setDefaultEdgeLabel(() => ({}))
  // The start first: dagre breaks circles where it begins to walk.
  const names = [drawing.start, ...drawing.nodes.filter((name) => name !== drawing.start)].filter((name) => drawing.nodes.includes(name))
  for (const name of names) plane.setNode(name, { ...NODE })
  lines.forEach((way, index) => {
    const width = way.label ? textWidth(way.label) + 10 : 0
    plane.setEdge(way.source, way.target, { width, height: width ? LABEL_HEIGHT : 0, labelpos: 'c', weight: 2 }, `line ${index}`)
  })
  const signWidths = signs.map((way) => textWidth([way.label, titles[way.target] ?? way.target].filter(Boolean).join(' → ')) + 34)
  signs.forEach((way, index) => {
    plane.setNode(`sign ${index}`, { width: Math.min(signWidths[index] ?? 0, 220), height: SIGNPOST_HEIGHT })
    plane.setEdge(way.source, `sign ${index}`, { weight: 1 }, `sign ${index}`)
  })
  layout(plane)

  const nodes: Record<string, Spot> = {}
  for (const name of names) nodes[name] = spotOf(plane.node(name))
  const size = plane.graph() as { width?: number; height?: number }
  return {
    width: size.width ?? 0,
    height: size.height ?? 0,
    direction,
    nodes,
    lines: lines.map((way, index) => {
      const edge = plane.edge(way.source, way.target, `line ${index}`) as { points?: Spot[]; x?: number; y?: number }
      const labelAt = way.label && edge.x !== undefined && edge.y !== undefined ? { x: edge.x, y: edge.y } : null
      return { ...way, points: ended(edge.points ?? [], nodes[way.source], nodes[way.target], direction), labelAt }
    }),
    signposts: signs.map((way, index) => {
      const spot = plane.node(`sign ${index}`) as Spot & { width: number }
      const edge = plane.edge(way.source, `sign ${index}`, `sign ${index}`) as { points?: Spot[] }
      const near = { x: direction === 'LR' ? spot.x - spot.width / 2 : spot.x, y: direction === 'LR' ? spot.y : spot.y - SIGNPOST_HEIGHT / 2 }
      const points = ended(edge.points ?? [], nodes[way.source], undefined, direction)
      return { ...way, ...spotOf(spot), width: spot.width, points: [...points.slice(0, -1), near] }
    }),
  }
}

function spotOf(at: unknown): Spot {
  const { x, y } = at as Spot
  return { x, y }
}

/** A line begins and ends in the middle of a node's side, whatever corner dagre saw. */
function ended(points: readonly Spot[], source: Spot | undefined, target: Spot | undefined, direction: Direction): Spot[] {
  const found = points.map(spotOf)
  const first = found[0]
  const last = found.at(-1)
  if (!first || !last) return []
  const side = (node: Spot, towards: Spot): Spot =>
    direction === 'LR'
      ? { x: node.x + (towards.x >= node.x ? 1 : -1) * (NODE.width / 2), y: node.y }
      : { x: node.x, y: node.y + (towards.y >= node.y ? 1 : -1) * (NODE.height / 2) }
  if (source) found[0] = side(source, found[1] ?? last)
  if (target) found[found.length - 1] = side(target, found.at(-2) ?? first)
  return found
}

/** An SVG path through the points, leaving and entering along the direction of the picture. */
export function pathOf(points: readonly Spot[], direction: Direction): string {
  const first = points[0]
  if (!first) return ''
  let path = `M${round(first.x)},${round(first.y)}`
  for (let index = 1; index < points.length; index += 1) {
    const from = points[index - 1] as Spot
    const to = points[index] as Spot
    const [a, b] =
      direction === 'LR'
        ? [{ x: (from.x + to.x) / 2, y: from.y }, { x: (from.x + to.x) / 2, y: to.y }]
        : [{ x: from.x, y: (from.y + to.y) / 2 }, { x: to.x, y: (from.y + to.y) / 2 }]
    path += `C${round(a.x)},${round(a.y)} ${round(b.x)},${round(b.y)} ${round(to.x)},${round(to.y)}`
  }
  return path
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
