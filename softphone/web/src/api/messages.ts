// Made by scripts/console_types.py from the engine's models: change those, and run it again.

/** The agent's own call. */
export interface AgentCall {
  id: string
  caller: string
  called: string
  known: KnownCaller
  /** Where the caller's number is at home (归属地); empty where nobody knows. */
  home: string
  queue: string
  queue_title: string
  state: 'ringing' | 'talking' | 'held' | 'consulting' | 'consulted' | 'conference' | 'returning'
  since: string
  /** Seconds before it was offered. */
  waited: number
  /** Whether the talk is his; else he was asked, or is in a colleague's conference. */
  owner: boolean
  /** The call that broke off and is gone on with in this one. */
  follows: string
  /** Whether he has it on a browser's phone, which ends with its page. */
  browser: boolean
  /** The colleague with whom he consults or confers: an agent number, or `outside`. */
  other: string
  consulted: string
  consulted_answered: boolean
  recording: string
  /** Why its recording is paused now; empty when it goes on. */
  paused: string[]
  /** The emergency line that was called last; None also when it has left the talk. */
  emergency: EmergencyLine | null
  /** Everybody who is in the talk, the citizen first; empty while they are two. */
  together: InTalk[]
  told: Told[]
  returned: ReturnedFlow | null
}

/** An agent's own desk: topic `agent`, and the answer to each of his verbs. */
export interface AgentSnapshot {
  agent: string
  name: string
  state: AgentState
  reason: string
  requested: string
  since: string
  reachable: boolean
  engaged: Role | ''
  call: AgentCall | null
  phones: string[]
  /** Where his browser's phone is; None when no page has said so. */
  phone_at: PhoneAt | null
  wrapup_until: string | null
  not_reached: NotReached | null
  answering: OwnAnswering
  dropped: DroppedTalk | null
  today: AgentToday
}

/** Where an agent is. */
export type AgentState = 'signed_out' | 'offline' | 'ready' | 'break' | 'reserved' | 'ringing' | 'talking' | 'wrapup'

/** An agent's figures of today. */
export interface AgentToday {
  answered: number
  talk_seconds: number
}

/** An alarm that stands. */
export interface Alarm {
  name: string
  text: string
  at: string
}

/** An alarm that is over. */
export interface AlarmOver {
  name: string
  cleared: true
}

/** What readers see of an article is another `edition` now; 0 when they see it no more. No word of what it says. Without an `article` there is another board of hot ones. */
export interface ArticleChanged {
  article: string
  edition: number
}

/** A chat that the agent is asked to take, until so many seconds from now; `first` is what it begins with. */
export interface AskedChat {
  id: string
  name: string
  queue_title: string
  waited: number
  seconds: number
  first: string
}

/** An agent as everybody on the board sees him. */
export interface BoardAgent {
  agent: string
  name: string
  state: AgentState
  reason: string
  requested: string
  since: string
  reachable: boolean
  engaged: Role | ''
  call: OpenCall | null
  /** The title of the organisation in which he works. */
  unit: string
  /** The titles of his groups (班组). */
  groups: string[]
}

/** Calls on the board. */
export interface BoardCalls {
  open: OpenCall[]
  today: CallsToday
}

/** A change of the board: one of these. */
export interface BoardChange {
  agent?: BoardAgent
  queue?: BoardQueue
  call?: OpenCall | CallOver
  switch?: SwitchHealth
  alarm?: Alarm | AlarmOver
}

/** A queue on the board. */
export interface BoardQueue {
  queue: string
  title: string
  waiting: number
  longest_wait_since: string | null
  ready: number
  talking: number
  signed_in: number
  estimate: number | null
  answered_today: number
  abandoned_today: number
  service_level: number | null
}

/** The whole board: the snapshot of topic `board`. */
export interface BoardSnapshot {
  agents: BoardAgent[]
  queues: BoardQueue[]
  calls: BoardCalls
  switch: SwitchHealth
  alarms: Alarm[]
}

/** A type of break. */
export interface BreakReason {
  id: string
  title: string
  limit_minutes: number | null
}

/** A page of the list. */
export interface CallList {
  items: CallView[]
  total: number
  page: number
  size: number
  more?: boolean
}

/** An open call that is not open any more. */
export interface CallOver {
  id: string
  ended: true
  /** Whether its caller gave up waiting. */
  abandoned: boolean
}

/** Where a call is. */
export type CallState = 'arrived' | 'in_flow' | 'queued' | 'talking' | 'held' | 'ended'

/** A call with all that happened. */
export interface CallStory {
  id: string
  arrived_at: string
  answered_at: string | null
  ended_at: string | null
  caller: string
  called: string
  state: string
  queue: string
  agents: string[]
  wait_seconds: number
  talk_seconds: number
  reason: string
  satisfaction: string
  score: number | null
  recordings: string[]
  organisation: string
  region: string
  events: EventView[]
  cdr: CdrView[]
}

/** A call in the list. */
export interface CallView {
  id: string
  arrived_at: string
  answered_at: string | null
  ended_at: string | null
  caller: string
  called: string
  state: string
  queue: string
  agents: string[]
  wait_seconds: number
  talk_seconds: number
  reason: string
  satisfaction: string
  score: number | null
  recordings: string[]
  organisation: string
  region: string
}

/** Today's figures of the calls within the looker's reach, each call counted once. `answered`: an agent talked with the caller; `abandoned`: he hung up while he waited in a queue, as the queues' own counts and the call log have it. A call that was handed on to a queue and given up there is both. */
export interface CallsToday {
  arrived: number
  ended: number
  answered: number
  abandoned: number
  rated: number
}

/** A line of the switch's own CDR. */
export interface CdrView {
  leg: string
  started_at: string
  answered_at: string | null
  ended_at: string | null
  seconds: number
  disposition: string
}

/** Something of a chat is another now: ask for what comes after the messages that are here; `last` is the newest. Without a `chat` there is another list of what the agent has and is asked. */
export interface ChatChanged {
  chat: string
  last: number
}

/** A chat of who works on it. `unanswered_since`: since when the citizen waits for an answer. */
export interface DeskChat {
  id: string
  channel: string
  name: string
  number: string
  state: 'bot' | 'waiting' | 'talking' | 'ended'
  queue: string
  queue_title: string
  agent: string
  began_at: string
  answered_at: string | null
  last: number
  unread: number
  citizen_read: number
  here: boolean
  typing: boolean
  unanswered_since: string | null
  handed: Record<string, string>
  entrance: string
}

/** How a dialled leg ended. */
export type DialResult = 'answered' | 'busy' | 'rejected' | 'no_answer' | 'unreachable' | 'failed' | 'cancelled'

/** A talk of the agent that broke off a moment ago; `call` can be gone on with by `follows` of a dial. */
export interface DroppedTalk {
  call: string
  /** The citizen's line was cut, he was gone after some seconds, or the agent's phone was lost. */
  why: 'line' | 'caller' | 'agent'
  at: string
}

/** Somebody of an organisation began or ended work. */
export interface DutyChanged {
  organisation: string
  region: string
}

/** An earlier call of the same number. `within_reach`: its story may be opened. */
export interface EarlierCall {
  id: string
  arrived_at: string
  answered_at: string | null
  ended_at: string | null
  caller: string
  called: string
  state: string
  queue: string
  agents: string[]
  wait_seconds: number
  talk_seconds: number
  reason: string
  satisfaction: string
  score: number | null
  recordings: string[]
  organisation: string
  region: string
  within_reach: boolean
}

/** The newest of them, and how many there are. */
export interface EarlierCalls {
  items: EarlierCall[]
  total: number
}

/** 110, 119, 120, 122 or a department's line, which the agent called into his talk. */
export interface EmergencyLine {
  to: string
  /** The department's name; empty for the four. */
  title: string
  state: NeedState
  /** Why it was not reached. */
  result: DialResult | null
}

/** A known event was opened, changed, called about or closed. No word of what it says. */
export interface EventChanged {
  event: string
}

/** An event of the story; `details` are its own fields, numbers masked by right. */
export interface EventView {
  sequence: number
  at: string
  type: string
  details: Record<string, unknown>
}

/** An alarm; `ended` when it is over. `subject` is `queue:NAME`, `agent:NUMBER` or `trunk:NAME`. */
export interface FloorAlarm {
  id: string
  kind: string
  subject: string
  text: string
  level: 'yellow' | 'red'
  sound: boolean
  at: string
  ended: boolean
}

/** A hand or an alarm that is another now. */
export interface FloorChange {
  hand?: FloorHand
  alarm?: FloorAlarm
}

/** Something of a chat within reach is another now: ask again. */
export interface FloorChanged {
  chat: string
  last: number
  organisation: string
  region: string
}

/** A raised hand; `ended` when it is down. */
export interface FloorHand {
  id: string
  agent: string
  name: string
  note: string
  call: string
  at: string
  ended: boolean
}

/** What stands within reach. */
export interface FloorSnapshot {
  hands: FloorHand[]
  alarms: FloorAlarm[]
}

/** A node of a flow: calls that are in it now, and today's that entered it, hung up in it or were not understood. */
export interface FlowNodeNow {
  flow: string
  node: string
  now: number
  entered: number
  hangups: number
  invalid: number
}

/** All nodes that somebody is in now or was in today. */
export interface FlowNodesNow {
  nodes: FlowNodeNow[]
}

/** A part that is silent because the recording was paused, in seconds of the sound. */
export interface GapView {
  since: number
  until: number | null
  reason: string
  by: string
}

/** Somebody who is in a talk of more than two, or is rung for it. */
export interface InTalk {
  /** What `put_out` takes; empty for who cannot be put out. */
  leg: string
  who: 'citizen' | 'agent' | 'outside' | 'emergency' | 'supervisor'
  /** An agent's number, or digits; empty for the citizen, whose number stands in the call. */
  number: string
  name: string
  /** Whose talk it is. */
  owner: boolean
  state: 'ringing' | 'talking' | 'not_reached'
  /** Why he was not reached. */
  result: DialResult | null
}

/** What keepers at the door know of a caller; empty when nothing is. Those of other plugins may say more. */
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
  [more: string]: unknown
}

/** A stored event, as topic `story` brings those of all calls; `details` are the event's own fields. */
export interface LiveEvent {
  sequence: number
  at: string
  type: string
  call: string
  details: Record<string, unknown>
}

/** The person who is signed in, as the console needs it. `must` names what comes before anything else: `password` (change it), `second_factor` (turn it on). */
export interface Me {
  id: string
  login: string
  name: string
  agent_no: string | null
  organisation: string
  organisation_title: string
  roles: string[]
  permissions: string[]
  auto_answer: boolean
  must: string[]
}

/** What an agent has and is asked. */
export interface MyChats {
  asked: AskedChat[]
  mine: DeskChat[]
}

/** How far an emergency line is. */
export type NeedState = 'dialling' | 'connected' | 'not_reached'

/** A call that an agent began by one click and that came to nothing, until he begins another. */
export interface NotReached {
  call: string
  /** Whose phone it was: his own rings first. */
  who: 'agent' | 'other'
  result: DialResult
}

/** Says only that there is something new. */
export type Nothing = Record<string, never>

/** An open call, from its first ring to its end. */
export interface OpenCall {
  id: string
  caller: string
  called: string
  state: CallState
  queue: string
  agent: string
  /** Whether an agent has talked with the caller by now. */
  answered: boolean
  arrived_at: string
  /** What it is about, as far as somebody has said: a category, a title. */
  about: string
}

/** Whether the agent's phones answer by themselves: by his own rule or his groups', and where queues differ. */
export interface OwnAnswering {
  mode: 'never' | 'chosen' | 'always'
  delay: number
  queues: QueueAnswering[]
}

/** One's own hand: since when it is up, else empty, and how the last one ended. */
export interface OwnHand {
  up: string
  how: string
  by: string
}

/** A telephone outside that somebody has confirmed as his own, masked also to him. */
export interface OwnPhone {
  number: string
  confirmed_at: string
}

/** The call that somebody makes from his own telephone, or made last; `stage` says where it is. `who` was not reached, `result` says why. `title` and `link` are of the record that the call is about. */
export interface OwnPhoneCall {
  call: string
  title: string
  link: string
  stage: 'own' | 'citizen' | 'talking' | 'over'
  since: string
  who: 'own' | 'citizen' | null
  result: DialResult | null
  seconds: number
}

/** Somebody's own telephone: topic `own_phone`. */
export interface OwnPhoneSnapshot {
  phone: OwnPhone | null
  confirmation: PhoneConfirmation | null
  call: OwnPhoneCall | null
}

/** The browser that has an agent's phone, by the name it gave itself, and its IP address. */
export interface PhoneAt {
  browser: string
  address: string
  since: string
}

/** A number that somebody confirms as his: it rings, he answers and types `code`, which is empty once it is over. */
export interface PhoneConfirmation {
  number: string
  code: string
  state: 'ringing' | 'typing' | 'confirmed' | 'wrong' | 'unreached'
}

/** How one's phones register; the second endpoint and server are those of the other family of addresses. */
export interface PhoneSettings {
  endpoint: string
  server: string
  endpoint6: string | null
  server6: string | null
  web: WebPhone
}

/** A queue's own rule for calls that a phone answers by itself; `delay` is in seconds of ringing. */
export interface QueueAnswering {
  title: string
  mode: 'never' | 'chosen' | 'always'
  delay: number
}

/** A recording; `state` is recording, stored, failed or lost, `title` says whose it is and when it began. */
export interface RecordingView {
  id: string
  title?: string
  call: string
  agent: string
  started_at: string
  seconds: number | null
  bytes: number | null
  channels: number
  state: string
  repaired: boolean
  kind: string
  fault?: string
  held?: string
  is_held?: boolean
  caller?: string
  handler?: string
  queue?: string
  organisation_title?: string
  satisfaction?: string
  source?: string
  old?: string
  gaps?: GapView[]
}

/** What came of the flow through which the agent sent the caller. */
export interface ReturnedFlow {
  flow: string
  title: string
  outcome: string
  results: Told[]
}

/** Something was said, or somebody is on the line or no longer: ask again. It says of nobody which. */
export interface RevisitsChanged {
  new: boolean
}

/** What an agent does with a call or chat. */
export type Role = 'offered' | 'ringing' | 'waiting' | 'talking' | 'consulting' | 'consulted' | 'conference' | 'returning' | 'supervising' | 'wrapup' | 'chat'

/** A session; `csrf` goes into `X-CSRF` of every change. */
export interface SessionAnswer {
  person: Me
  csrf: string
}

/** Whether the switch is there, for the board. */
export interface SwitchHealth {
  name: string
  up: boolean
}

/** An agent to whom a call can be handed. */
export interface TargetAgent {
  agent: string
  name: string
  state: AgentState
  reachable: boolean
  engaged: Role | ''
}

/** A flow to which a call can be handed. */
export interface TargetFlow {
  flow: string
  title: string
}

/** A queue to which a call can be handed. */
export interface TargetQueue {
  queue: string
  title: string
  waiting: number
  ready: number
}

/** Whom and what a call can be handed to. */
export interface Targets {
  agents: TargetAgent[]
  queues: TargetQueue[]
  flows: TargetFlow[]
}

/** Something with its title, as a flow handed it along. */
export interface Told {
  title: string
  value: string
}

/** A transcript is another now; whoever reads it asks for it. */
export interface TranscriptChange {
  call: string
  /** Counts up with each change of this transcript. */
  version: number
  /** The call is over, and it is closed. */
  over: boolean
}

/** How the browser's phone registers. */
export interface WebPhone {
  endpoint: string
  realm: string
  /** What stands for the password (RFC 2617 3.2.2.2), good in this realm only. */
  ha1: string
  host: string
  port: number
  ws_url: string
}

/** The events of which a call's story is made. */
export type CallEventName =
  | 'AgentEngaged'
  | 'AgentReleased'
  | 'CallAnswered'
  | 'CallArrived'
  | 'CallDialled'
  | 'CallEnded'
  | 'CallHeld'
  | 'CallLeftQueue'
  | 'CallOffered'
  | 'CallQueued'
  | 'CallRefused'
  | 'CallResumed'
  | 'CallRetrieved'
  | 'CallReturned'
  | 'CallTransferred'
  | 'CallerRecognised'
  | 'DigitsEntered'
  | 'EmergencyCalled'
  | 'EmergencyHandedOver'
  | 'EmergencyNotReached'
  | 'FlowReturned'
  | 'GuestNotReached'
  | 'LegAnswered'
  | 'LegEnded'
  | 'LegMeasured'
  | 'LegRinging'
  | 'LegStarted'
  | 'MessageLeft'
  | 'NodeEntered'
  | 'NodeLeft'
  | 'OfferFailed'
  | 'PieceLeftOut'
  | 'PositionTold'
  | 'RecordingFailed'
  | 'RecordingFinished'
  | 'RecordingPaused'
  | 'RecordingResumed'
  | 'RecordingStarted'
  | 'SatisfactionGiven'
  | 'SupervisorJoined'
  | 'TalkEnded'
  | 'TalkInterrupted'
  | 'TalkStarted'

/** What each live topic of a plugin sends: the whole first, then changes. */
export interface LiveTopics {
  agent: { snapshot: AgentSnapshot; change: AgentSnapshot }
  board: { snapshot: BoardSnapshot; change: BoardChange }
  chat_floor: { snapshot: Nothing; change: FloorChanged }
  chats: { snapshot: MyChats; change: ChatChanged }
  duty: { snapshot: Nothing; change: DutyChanged }
  floor: { snapshot: FloorSnapshot; change: FloorChange }
  flows: { snapshot: FlowNodesNow; change: FlowNodeNow }
  knowledge: { snapshot: Nothing; change: ArticleChanged }
  known_events: { snapshot: Nothing; change: EventChanged }
  own_hand: { snapshot: OwnHand; change: OwnHand }
  own_phone: { snapshot: OwnPhoneSnapshot; change: OwnPhoneSnapshot }
  revisits: { snapshot: Nothing; change: RevisitsChanged }
  story: { snapshot: Nothing; change: LiveEvent }
  transcript: { snapshot: Nothing; change: TranscriptChange }
  waiting: { snapshot: Nothing; change: Nothing }
}
