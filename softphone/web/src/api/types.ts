/** What the server sends: times are ISO 8601 text, durations are seconds. */

export interface Person {
  id: string
  login: string
  name: string
  agent_no: string | null
  organisation: string
  roles: string[]
  permissions: string[]
  auto_answer: boolean
}

export interface SessionAnswer {
  person: Person
  csrf: string
}

export interface WebPhone {
  endpoint: string
  secret: string
  ws_url: string
  ice_servers?: RTCIceServer[]
}

export interface PhoneSettings {
  endpoint: string
  secret: string
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
  consulted?: string
  consult_state?: 'ringing' | 'talking'
  recording?: boolean
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
  since: string
  call: BoardCall | null
}

export interface BoardCall {
  id: string
  caller?: string
  queue?: string
  queue_title?: string
  state?: TalkState
  since?: string
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

export interface BoardSnapshot {
  agents: BoardAgent[]
  queues: BoardQueue[]
  calls: { open: number; today: number }
  switch: SwitchHealth
  alarms: Alarm[]
}

export interface BoardChange {
  agent?: BoardAgent
  queue?: BoardQueue
  calls?: { open: number; today: number }
  call?: { open?: number; today?: number }
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
  queue_title?: string
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
  [field: string]: unknown
}

export interface CallStory extends CallRow {
  events: StoryEvent[]
  cdr: Record<string, unknown>[]
}

export interface Recording {
  id: string
  call: string
  agent: string
  started_at: string
  seconds: number
  bytes: number
  channels: number
  state: string
}

export interface Page<Row> {
  items: Row[]
  total: number
  page: number
  size: number
}
