import type { AgentCall, AgentSnapshot } from '@/api/types'

/** What this tab's own phone does. `incoming` rings, `answering` waits for microphone and connection. */
export type SipState = 'none' | 'incoming' | 'answering' | 'talking'

/**
 * Where the desk is: the server's word about the agent's call, and this tab's phone, as one.
 *
 * `announced`: reserved for us, no phone rings yet. `ringing`: rings here. `ringing_elsewhere`: at a desk phone or in
 * another tab. `no_audio`: this tab had answered the call and was loaded anew, so that nobody hears anybody.
 * `supervising`: a leg without a call of our own (listening, whispering, barging in). `consulted`: a colleague asks us.
 * `joined`: in a colleague's conference. `returning`: our phone was lost, and the citizen waits on hold for us.
 * `emergency`: 110 or its like is called into our talk, or is in it.
 */
export const PHASES = [
  'away',
  'idle',
  'announced',
  'ringing',
  'ringing_elsewhere',
  'answering',
  'talking',
  'held',
  'consulting',
  'consulted',
  'conference',
  'joined',
  'emergency',
  'returning',
  'no_audio',
  'supervising',
  'wrapup',
] as const
export type Phase = (typeof PHASES)[number]

export type Verb =
  | 'answer'
  | 'reject'
  | 'hangup'
  | 'hold'
  | 'retrieve'
  | 'mute'
  | 'digits'
  | 'pause'
  | 'transfer'
  | 'consult'
  | 'to_flow'
  | 'survey'
  | 'invite'
  | 'complete'
  | 'cancel'
  | 'conference'
  | 'leave'
  | 'put_out'
  | 'emergency'
  | 'reconnect'
  | 'end_wrapup'
  | 'extend_wrapup'
  | 'call_back'

/** What can be done in each phase: a verb that is not here is not offered and not sent. */
export const VERBS: Record<Phase, readonly Verb[]> = {
  away: [],
  idle: ['call_back'],
  announced: ['reject'],
  ringing: ['answer', 'reject'],
  ringing_elsewhere: ['reject'],
  answering: ['hangup'],
  talking: ['hangup', 'hold', 'mute', 'digits', 'pause', 'put_out', 'transfer', 'consult', 'to_flow', 'survey', 'invite', 'emergency'],
  held: ['hangup', 'retrieve', 'transfer', 'consult', 'survey', 'emergency'],
  consulting: ['hangup', 'mute', 'digits', 'complete', 'cancel', 'conference'],
  consulted: ['hangup', 'mute'],
  conference: ['hangup', 'mute', 'digits', 'pause', 'leave', 'put_out', 'invite'],
  joined: ['hangup', 'mute', 'leave'],
  emergency: ['hangup', 'mute', 'digits', 'pause', 'leave'],
  returning: ['hangup'],
  no_audio: ['hangup', 'reconnect', 'transfer'],
  supervising: ['hangup', 'mute'],
  wrapup: ['end_wrapup', 'extend_wrapup', 'call_back'],
}

/** With a `call`: the citizen is left with an emergency line only when that has answered. */
export function allowed(phase: Phase, verb: Verb, call: AgentCall | null = null): boolean {
  if (phase === 'emergency' && verb === 'leave' && call?.emergency?.state !== 'connected') return false
  if (verb === 'pause' && call && !call.recording) return false
  return VERBS[phase].includes(verb)
}

export interface Desk {
  phase: Phase
  call: AgentCall | null
  /** The talk is at another phone or tab of the same agent: this tab shows and steers it, and has no sound. */
  elsewhere: boolean
}

/**
 * One phase from both sides. `answeredHere` is the id of the call that this tab answered last, kept over a reload;
 * `expected`: this tab's phone is about to ring, as the server's word comes a moment before the phone's.
 *
 * The server is right about the call; the phone is right about sound. Their words cross on the wire, so a phone that
 * is ahead (picked up, not told yet) wins for `ringing`, and one that is behind does not end a talk.
 */
export function deskOf(snapshot: AgentSnapshot | null, sip: SipState, answeredHere: string, expected = false): Desk {
  const call = snapshot?.call ?? null
  if (!snapshot) return { phase: sip === 'none' ? 'away' : phaseOfSip(sip), call: null, elsewhere: false }
  // The server has lost our sound, whatever this phone believes.
  if (call?.state === 'returning' && (sip === 'none' || sip === 'talking')) return { phase: 'returning', call, elsewhere: false }
  if (call && call.state !== 'ringing' && call.state !== 'returning') {
    const elsewhere = sip === 'none' && call.id !== answeredHere
    if (sip === 'none' && !elsewhere) return { phase: 'no_audio', call, elsewhere: false }
    if (call.state === 'conference' && !call.owner) return { phase: 'joined', call, elsewhere }
    const called = call.state === 'talking' && call.emergency !== null && call.emergency.state !== 'not_reached'
    return { phase: called ? 'emergency' : call.state, call, elsewhere }
  }
  if (sip === 'incoming') return { phase: 'ringing', call, elsewhere: false }
  if (sip === 'answering') return { phase: 'answering', call, elsewhere: false }
  if (sip === 'talking' && call) return { phase: 'talking', call, elsewhere: false }
  // A leg left over from a call that is over is on its way down; any other one is not of a call of ours.
  if (sip === 'talking' && !answeredHere) return { phase: 'supervising', call, elsewhere: false }
  if (call || snapshot.state === 'ringing') {
    return expected ? { phase: 'announced', call, elsewhere: false } : { phase: 'ringing_elsewhere', call, elsewhere: true }
  }
  if (snapshot.state === 'reserved') return { phase: 'announced', call, elsewhere: false }
  if (snapshot.state === 'wrapup') return { phase: 'wrapup', call, elsewhere: false }
  if (snapshot.state === 'signed_out') return { phase: 'away', call, elsewhere: false }
  return { phase: 'idle', call, elsewhere: false }
}

function phaseOfSip(sip: Exclude<SipState, 'none'>): Phase {
  return sip === 'incoming' ? 'ringing' : sip === 'answering' ? 'answering' : 'supervising'
}
