/**
 * What the server sends: times are ISO 8601 text, durations are seconds. The shapes are made from the engine's models
 * (`messages.ts`); here are the console's names for them, and what only the console says.
 */
import type { AgentCall, AgentState, EventView } from './messages'

export type {
  AgentCall,
  AgentSnapshot,
  AgentState,
  AgentToday,
  Alarm,
  AlarmOver,
  BoardAgent,
  BoardChange,
  BoardQueue,
  BoardSnapshot,
  BreakReason,
  CallOver,
  CallsToday,
  CallStory,
  CallView as CallRow,
  CdrView as CdrLine,
  EarlierCall,
  EarlierCalls,
  EmergencyLine,
  KnownCaller,
  LiveEvent,
  Me as Person,
  NotReached,
  OwnPhoneCall,
  OwnPhoneSnapshot,
  OpenCall,
  PhoneAt,
  PhoneSettings,
  RecordingView as Recording,
  SessionAnswer,
  SwitchHealth,
  Targets,
  WebPhone,
} from './messages'

export type TalkState = AgentCall['state']

/** An event in a call's story. */
export type StoryEvent = EventView

/** All states, busiest first: the order of the board. */
export const AGENT_STATES = [
  'talking',
  'ringing',
  'reserved',
  'wrapup',
  'ready',
  'break',
  'offline',
  'signed_out',
] as const satisfies readonly AgentState[]

/** Fails to compile when the engine has a state that the order above lacks. */
export const EVERY_STATE: Exclude<AgentState, (typeof AGENT_STATES)[number]> extends never ? true : never = true

export interface Page<Row> {
  items: Row[]
  total: number
  page: number
  size: number
  /** There are more than `total`, which were counted. */
  more?: boolean
}
