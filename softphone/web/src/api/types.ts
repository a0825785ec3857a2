/** What the server sends: times are ISO 8601 text, durations are seconds. */

export interface Person {
  id: string
  login: string
  name: string
  agent_no: string | null
  organisation: string
  organisation_title: string
  roles: string[]
  permissions: string[]
  auto_answer: boolean
  /** What comes before anything else: `password`, `second_factor`. */
  must: string[]
}

export interface SessionAnswer {
  person: Person
  csrf: string
}

export interface WebPhone {
  endpoint: string
  /** What stands for the password (RFC 2617 3.2.2.2), good in this realm only. */
  ha1: string
  realm: string
  host?: string
  port?: number
  ws_url: string
  ice_servers?: RTCIceServer[]
}

export interface PhoneSettings {
  endpoint: string
  server: string
  server6: string | null
  web: WebPhone
}

export const AGENT_STATES = [
  'talking',
  'ringing',
  'reserved',
  'wrapup',
  'ready',
  'break',
  'offline',
  'signed_out',
] as const
export type AgentState = (typeof AGENT_STATES)[number]

export type TalkState = 'ringing' | 'talking' | 'held' | 'consulting' | 'conference'

/** The agent's call. `path` is what the caller did in the menus before; `waited` counts the queue. */
export interface AgentCall {
  id: string
  caller: string
  caller_raw?: string
  called: string
  queue: string
  queue_title: string
  state: TalkState
  since: string
  waited: number
  path?: string[]
  /** What the flow has handed along. */
  told?: { title: string; value: string }[]
  /** What came of the flow through which the agent sent the caller. */
  returned?: { flow: string; title: string; outcome: string; results: { title: string; value: string }[] } | null
  consulted?: string
  consulted_answered?: boolean
  recording?: string
  /** What is known of the caller before the answer; empty when nothing is. */
  known?: KnownCaller
}

export interface KnownCaller {
  /** The id of his record. */
  citizen?: string
  vip?: boolean
  /** On the white list. */
  listed?: boolean
  tags?: string[]
  name?: string
  gender?: string
  address?: string
  notes?: string
  calls?: number
  /** How many more records have this number. */
  others?: number
}

export interface AgentToday {
  answered: number
  talk_seconds: number
  [figure: string]: number
}

export interface AgentSnapshot {
  agent: string
  name: string
  state: AgentState
  reason: string
  requested: string
  since: string
  call: AgentCall | null
  phones: string[]
  wrapup_until: string | null
  today: AgentToday
}

export interface BreakReason {
  id: string
  title: string
  limit_minutes: number | null
}

export interface BoardAgent {
  agent: string
  name: string
  state: AgentState
  reason: string
  requested?: string
  reachable?: boolean
  since: string
  call: OpenCall | null
}

/** An open call, from its first ring to its end; `state` as in the call log. */
export interface OpenCall {
  id: string
  caller: string
  called: string
  state: string
  queue: string
  agent: string
  arrived_at: string
}

export interface BoardQueue {
  queue: string
  title: string
  waiting: number
  longest_wait_since: string | null
  ready: number
  talking: number
  estimate: number | null
  answered_today: number
  abandoned_today: number
  service_level: number | null
}

export interface Alarm {
  name: string
  text: string
  at?: string
  cleared?: boolean
}

export interface SwitchHealth {
  name: string
  up: boolean
}

export interface CallsToday {
  arrived: number
  ended: number
  answered: number
  rated: number
}

export interface BoardSnapshot {
  agents: BoardAgent[]
  queues: BoardQueue[]
  calls: { open: OpenCall[]; today: CallsToday }
  switch: SwitchHealth
  alarms: Alarm[]
}

export interface BoardChange {
  agent?: BoardAgent
  queue?: BoardQueue
  call?: OpenCall | { id: string; ended: true }
  switch?: SwitchHealth
  alarm?: Alarm
}

export interface CallRow {
  id: string
  arrived_at: string
  caller: string
  called: string
  state: string
  queue: string
  agents: string[]
  answered_at: string | null
  ended_at: string | null
  wait_seconds: number | null
  talk_seconds: number | null
  reason: string
  satisfaction: string
  recordings: string[]
}

export interface StoryEvent {
  sequence: number
  at: string
  type: string
  /** Only on the live topic, where events of all calls come. */
  call?: string
  details: Record<string, unknown>
}

/** A line of the switch's own record of one leg. */
export interface CdrLine {
  leg: string
  started_at: string
  answered_at: string | null
  ended_at: string
  seconds: number
  disposition: string
}

export interface CallStory extends CallRow {
  events: StoryEvent[]
  cdr: CdrLine[]
}

export interface Recording {
  id: string
  call: string
  agent: string
  started_at: string
  seconds: number | null
  bytes: number | null
  channels: number
  state: 'recording' | 'stored' | 'failed' | 'lost'
  repaired: boolean
}

export interface Page<Row> {
  items: Row[]
  total: number
  page: number
  size: number
}
