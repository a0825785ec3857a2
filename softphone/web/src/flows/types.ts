/** What the server says of flows. Times are ISO 8601 text, durations are seconds. */

export interface Finding {
  file: string
  line: number
  column: number
  message: string
  severity: string
  suggestion: string
  /** The same over versions and languages (ivr/lint/CODES.md), and its arguments. */
  code: string
  values: Record<string, string>
}

/** A file of any kind in a list; `revision` is 0 while it is a draft only. */
export interface FileSummary {
  name: string
  title: string
  organisation: string
  revision: number
  published_at: string
  author: string
  message: string
  draft_by: string
  draft_at: string
  problems: Finding[]
  /** One's own to change, as far as one's permissions go. */
  mine: boolean
  /** Since when it is in force no more, until it is published again; empty: it is. */
  withdrawn_at: string
  withdrawn_by: string
  withdrawn_why: string
}

export interface FlowSummary extends FileSummary {
  type: string
  note: string
  nodes: number
  now: number
  today: number
  lost: number
}

export interface Draft {
  text: string
  author: string
  at: string
  base: number
  digest: string
}

export interface FileDetail extends FileSummary {
  text: string
  draft: Draft | null
}

export type FlowDetail = FlowSummary & FileDetail

export interface GraphNode {
  name: string
  kind: string
  note: string
  about: string
  line: number
  entered: number
  hangups: number
  invalid: number
  seconds: number
  now: number
}

export interface GraphEdge {
  source: string
  target: string
  way: string
  count: number
  is_default: boolean
  hint: string
}

export interface Graph {
  flow: string
  revision: number
  start: string
  nodes: GraphNode[]
  edges: GraphEdge[]
}

export interface Inspection {
  findings: Finding[]
  graph: Graph | null
}

export interface Proof {
  name: string
  line: number
  failures: string[]
  nodes: string[]
  outcome: string
  seconds: number
}

export interface Revision {
  revision: number
  at: string
  author: string
  message: string
  digest: string
  restores: number
}

export interface TrialLine {
  at: number
  what: string
  text: string
  prompts: string[]
}

export interface TrialReport {
  outcome: string
  waits: string
  seconds: number
  nodes: string[]
  ways: { node: string; way: string }[]
  variables: Record<string, unknown>
  rated: number[]
  unused: string[]
  lines: TrialLine[]
}

/** Something to fill in of a node: where it stands in the text, and in which group of the form. */
export interface NodeField {
  path: (string | number)[]
  title: string
  kind: 'words' | 'list' | 'target' | 'number' | 'piece' | 'flow' | 'queue' | 'calendar'
  value: string | number | string[]
  group: string
  /** What is taken out with it; null: it stays. */
  gone: (string | number)[] | null
}

export interface NodeForm {
  name: string
  kind: string
  is_jump: boolean
  fields: NodeField[]
  /** Nodes with a way to it. */
  leads_here: string[]
  /** It has more than the form shows. */
  in_text: boolean
}

export interface NodeFigures {
  entered: number
  ways: Record<string, number>
  seconds: number
  invalid: number
  hangups: number
}

export interface DayFigures {
  day: string
  entered: number
  hangups: number
  invalid: number
}

export interface Figures {
  since: string
  until: string
  nodes: Record<string, NodeFigures>
  days: DayFigures[]
}

/** A node on the live topic: calls of now, figures of today. */
export type { FlowNodeNow as LiveNode } from '@/api/messages'

export interface Choice {
  flow: string
  arguments?: Record<string, string | number | boolean>
  calendar: string | null
  during: 'open' | 'closed' | 'holiday'
}

export interface Route {
  number: string[]
  choose: Choice[]
}

export interface Table {
  digest: string
  routes: Route[]
  findings: Finding[]
  answering: { number: string; organisation: string; planned: string; flow: string }[]
  flows: Record<string, string>
  calendars: Record<string, string>
  states: Record<string, boolean>
}

export interface CalendarView {
  name: string
  title: string
  is_open: boolean
  week: string[][]
  holidays: string[]
  makeup: string[] | null
  regions: string[]
  organisations: string[]
  uses: string[]
}

export interface Holiday {
  name: string
  first: string
  last: string
  makeup: string[]
  provisional: boolean
}

export interface CalendarBook {
  calendars: CalendarView[]
  holidays: Holiday[]
  years: number[]
  text: string
  digest: string
  own: boolean
}

/** A text with a year's holidays from a table, and rows that were left out. */
export interface HolidaysTaken {
  text: string
  holidays: Holiday[]
  faults: { row: number; words: string }[]
}

export interface DayView {
  day: string
  hours: string[]
  holiday: string
  is_makeup: boolean
  differs: boolean
}

export type Schema = Record<string, unknown>

export interface Vocabulary {
  schema: Schema
  prompts: Record<string, string>
  queues: string[]
  skills: Record<string, string>
  groups: string[]
  calendars: string[]
  services: Record<string, { takes: Record<string, unknown>; requires: string[]; gives: unknown }>
  flows: Record<string, { title: string; arguments: Record<string, string>; results: Record<string, string>; outcomes: string[] }>
  functions: Record<string, string>
}
