/**
 * Places a flow on a plane: ranks from the start, ways as lines with their labels.
 *
 * What leads far away, back, or to a node that many lead to (a goodbye, a human) is no line but a row in its source's
 * box, so that a flow of sixty nodes is no ball of wool. The arithmetic of ranks and crossings is dagre's.
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

export interface Box extends Spot {
  height: number
  /** Ways that are written in the box. */
  exits: Way[]
}

/** Positions are centres, in pixels at full size. */
export interface Picture {
  width: number
  height: number
  direction: Direction
  nodes: Record<string, Box>
  lines: Line[]
}

export const NODE = { width: 184, height: 54, row: 18, rest: 5 }
const LABEL_HEIGHT = 18
/** A node to which more ways lead than this is named in rows by those from afar. */
const MANY = 3
/** Lines over more ranks than this become rows when their target is reached otherwise, too. */
const FAR = 3
/** Above this many lines crossings are minimised less thoroughly: it must not take seconds. */
const LARGE = 400

/** Pixels that a text takes: Chinese signs are as wide as high. */
export function textWidth(text: string, size = 12): number {
  let width = 0
  for (const sign of text) width += (sign.codePointAt(0) ?? 0) > 0x2e7f ? size : size * 0.58
  return Math.ceil(width)
}

/** Place a drawing in the direction in which it is seen largest in a box of this shape (width through height). */
export function arrange(drawing: Drawing, shape: number): Picture {
  const [wide, high] = [arrangeTowards(drawing, 'LR'), arrangeTowards(drawing, 'TB')]
  const scale = (picture: Picture): number => Math.min(shape / picture.width, 1 / picture.height)
  return scale(wide) >= scale(high) ? wide : high
}

export function arrangeTowards(drawing: Drawing, direction: Direction): Picture {
  const exist = new Set(drawing.nodes)
  const ways = drawing.ways.filter((way) => exist.has(way.source) && exist.has(way.target))
  const first = place(drawing, ways, [], direction)
  const rows = new Set(distant(drawing, ways, first))
  const lines = ways.filter((way) => !rows.has(way))
  return inOrder(rows.size ? place(drawing, lines, [...rows], direction) : first)
}

/** Of two mirror images the one in which the first key of a menu tends to come first. */
function inOrder(picture: Picture): Picture {
  const across = (box: Spot): number => (picture.direction === 'LR' ? box.y : box.x)
  const before = new Map<string, Line>()
  let votes = 0
  for (const line of picture.lines) {
    const earlier = before.get(line.source)
    const [a, b] = [picture.nodes[earlier?.target ?? ''], picture.nodes[line.target]]
    if (a && b) votes += Math.sign(across(b) - across(a))
    before.set(line.source, line)
  }
  if (votes >= 0) return picture
  const mirrored = <T extends Spot>(spot: T): T =>
    picture.direction === 'LR' ? { ...spot, y: picture.height - spot.y } : { ...spot, x: picture.width - spot.x }
  return {
    ...picture,
    nodes: Object.fromEntries(Object.entries(picture.nodes).map(([name, box]) => [name, mirrored(box)])),
    lines: picture.lines.map((line) => ({ ...line, points: line.points.map(mirrored), labelAt: line.labelAt && mirrored(line.labelAt) })),
  }
}

/** The ways that become rows, judged by a first picture in which all are lines. */
function distant(drawing: Drawing, ways: readonly Way[], picture: Picture): Way[] {
  const rank = ranksOf(picture)
  const span = (way: Way): number => (rank.get(way.target) ?? 0) - (rank.get(way.source) ?? 0)
  const into = new Map<string, Way[]>()
  for (const way of ways) into.set(way.target, [...(into.get(way.target) ?? []), way])
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

function ranksOf(picture: Picture): Map<string, number> {
  const along = (box: Box): number => (picture.direction === 'LR' ? Math.round(box.x) : Math.round(box.y - box.height / 2))
  const steps = [...new Set(Object.values(picture.nodes).map(along))].sort((a, b) => a - b)
  return new Map(Object.entries(picture.nodes).map(([name, box]) => [name, steps.indexOf(along(box))]))
}

function place(drawing: Drawing, lines: readonly Way[], rows: readonly Way[], direction: Direction): Picture {
  const plane = new Plane({ multigraph: true })
  plane.setGraph({
    rankdir: direction,
    nodesep: direction === 'LR' ? 14 : 22,
    ranksep: direction === 'LR' ? 36 : 34,
    edgesep: 10,
    marginx: 20,
    marginy: 20,
    ranker: lines.length > LARGE ? 'longest-path' : 'network-simplex',
  })
  plane.setDefaultEdgeLabel(() => ({}))
  // The start first: dagre breaks circles where it begins to walk.
  const names = [drawing.start, ...drawing.nodes.filter((name) => name !== drawing.start)].filter((name) => drawing.nodes.includes(name))
  const exits = new Map<string, Way[]>()
  for (const way of rows) exits.set(way.source, [...(exits.get(way.source) ?? []), way])
  const heightOf = (name: string): number => {
    const count = exits.get(name)?.length ?? 0
    return NODE.height + (count ? count * NODE.row + NODE.rest : 0)
  }
  for (const name of names) plane.setNode(name, { width: NODE.width, height: heightOf(name) })
  lines.forEach((way, index) => {
    const width = way.label ? textWidth(way.label) + 8 : 0
    plane.setEdge(way.source, way.target, { width, height: width ? LABEL_HEIGHT : 0, labelpos: 'c', weight: 2 }, `line ${index}`)
  })
  layout(plane)

  const nodes: Record<string, Box> = {}
  for (const name of names) nodes[name] = { ...spotOf(plane.node(name)), height: heightOf(name), exits: exits.get(name) ?? [] }
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
  }
}

function spotOf(at: unknown): Spot {
  const { x, y } = at as Spot
  return { x, y }
}

/** A line begins and ends in the middle of a box's side, whatever corner dagre saw. */
function ended(points: readonly Spot[], source: Box | undefined, target: Box | undefined, direction: Direction): Spot[] {
  const found = points.map(spotOf)
  const first = found[0]
  const last = found.at(-1)
  if (!first || !last) return []
  const side = (box: Box, towards: Spot): Spot =>
    direction === 'LR'
      ? { x: box.x + (towards.x >= box.x ? 1 : -1) * (NODE.width / 2), y: box.y }
      : { x: box.x, y: box.y + (towards.y >= box.y ? 1 : -1) * (box.height / 2) }
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
