import { describe, expect, it } from 'vitest'
import type { AgentCall, AgentSnapshot, AgentState, EmergencyLine, TalkState } from '@/api/types'
import { allowed, deskOf, PHASES, type Phase, type SipState, VERBS } from '@/desk/phone/phase'

function call(state: TalkState): AgentCall {
  return {
    id: 'C1',
    caller: '+8613800000001',
    called: '12345',
    queue: 'general',
    home: '', queue_title: '综合受理',
    state,
    since: '2026-03-01T01:00:00Z',
    waited: 4,
    known: {},
    owner: true,
    follows: '',
    browser: true,
    other: '',
    consulted: '',
    consulted_answered: false,
    recording: '',
    paused: [],
    emergency: null,
    together: [],
    told: [],
    returned: null,
  }
}

function snapshot(state: AgentState, talk?: TalkState): AgentSnapshot {
  return {
    agent: '1001',
    name: '张晓燕',
    state,
    reason: '',
    requested: '',
    since: '2026-03-01T01:00:00Z',
    reachable: true,
    engaged: '',
    call: talk ? call(talk) : null,
    phones: ['1001-web'],
    phone_at: null,
    wrapup_until: null,
    not_reached: null,
    answering: { mode: 'chosen', delay: 0, queues: [] },
    dropped: null,
    today: { answered: 0, talk_seconds: 0 },
  }
}

describe('one phase from the server and this phone', () => {
  const cases: [string, AgentSnapshot | null, SipState, string, Phase][] = [
    ['nothing known yet', null, 'none', '', 'away'],
    ['rings before the server said anything', null, 'incoming', '', 'ringing'],
    ['signed out', snapshot('signed_out'), 'none', '', 'away'],
    ['ready', snapshot('ready'), 'none', '', 'idle'],
    ['break', snapshot('break'), 'none', '', 'idle'],
    ['reserved, no phone rings yet', snapshot('reserved'), 'none', '', 'announced'],
    ['rings here', snapshot('ringing', 'ringing'), 'incoming', '', 'ringing'],
    ['the phone is ahead of the server', snapshot('ready'), 'incoming', '', 'ringing'],
    ['rings at another phone', snapshot('ringing', 'ringing'), 'none', '', 'ringing_elsewhere'],
    ['picked up here, audio not up', snapshot('ringing', 'ringing'), 'answering', '', 'answering'],
    ['picked up here, server not told yet', snapshot('ringing', 'ringing'), 'talking', '', 'talking'],
    ['talks here', snapshot('talking', 'talking'), 'talking', 'C1', 'talking'],
    ['the server is ahead of the phone', snapshot('talking', 'talking'), 'answering', '', 'talking'],
    ['held', snapshot('talking', 'held'), 'talking', 'C1', 'held'],
    ['consulting', snapshot('talking', 'consulting'), 'talking', 'C1', 'consulting'],
    ['asked by a colleague', snapshot('talking', 'consulted'), 'talking', 'C1', 'consulted'],
    ['in a conference of ours', snapshot('talking', 'conference'), 'talking', 'C1', 'conference'],
    ['the citizen waits for our phone', snapshot('talking', 'returning'), 'none', 'C1', 'returning'],
    ['the server has lost our sound', snapshot('talking', 'returning'), 'talking', 'C1', 'returning'],
    ['our phone rings again for him', snapshot('talking', 'returning'), 'incoming', 'C1', 'ringing'],
    ['page loaded anew during the talk', snapshot('talking', 'talking'), 'none', 'C1', 'no_audio'],
    ['loaded anew while held', snapshot('talking', 'held'), 'none', 'C1', 'no_audio'],
    ['rings again to restore the sound', snapshot('talking', 'ringing'), 'incoming', 'C1', 'ringing'],
    ['talks at a desk phone', snapshot('talking', 'talking'), 'none', '', 'talking'],
    ['talks of an older call answered here', snapshot('talking', 'talking'), 'none', 'C0', 'talking'],
    ['listens in', snapshot('ready'), 'talking', '', 'supervising'],
    ['wrap-up', snapshot('wrapup'), 'none', '', 'wrapup'],
    ['wrap-up, the phone not yet down', snapshot('wrapup'), 'talking', 'C1', 'wrapup'],
    ['listens in during a break', snapshot('break'), 'talking', '', 'supervising'],
  ]
  it.each(cases)('%s', (_name, server, sip, answeredHere, phase) => {
    expect(deskOf(server, sip, answeredHere).phase).toBe(phase)
  })

  it('knows a talk at another phone, which has no sound here', () => {
    expect(deskOf(snapshot('talking', 'talking'), 'none', '').elsewhere).toBe(true)
    expect(deskOf(snapshot('talking', 'talking'), 'talking', 'C1').elsewhere).toBe(false)
  })

  it('expects its own phone to ring for a moment before it says another rings', () => {
    expect(deskOf(snapshot('ringing', 'ringing'), 'none', '', true).phase).toBe('announced')
    expect(deskOf(snapshot('ringing', 'ringing'), 'none', '', false).phase).toBe('ringing_elsewhere')
  })

  it('keeps the call on the screen in every phase that has one', () => {
    for (const sip of ['none', 'incoming', 'answering', 'talking'] as const) {
      for (const talk of ['ringing', 'talking', 'held', 'consulting'] as const) {
        expect(deskOf(snapshot('talking', talk), sip, '').call?.id).toBe('C1')
      }
    }
  })
})

describe('110 in a talk', () => {
  const asked = (state: EmergencyLine['state'], talk: TalkState = 'talking'): AgentSnapshot => {
    const told = snapshot('talking', talk)
    return { ...told, call: { ...call(talk), emergency: { to: '110', title: '', state, result: state === 'not_reached' ? 'busy' : null } } }
  }

  it('is a phase of its own, from the dial to the end: the citizen is not taken away meanwhile', () => {
    for (const state of ['dialling', 'connected'] as const) {
      const { phase, call } = deskOf(asked(state), 'talking', 'C1')
      expect(phase).toBe('emergency')
      for (const verb of ['hold', 'transfer', 'consult', 'emergency'] as const) expect(allowed(phase, verb, call), verb).toBe(false)
      expect(allowed(phase, 'leave', call)).toBe(state === 'connected')
      expect(allowed(phase, 'hangup', call)).toBe(true)
    }
  })

  it('can be called again when it was not reached, and from a talk on hold', () => {
    expect(deskOf(asked('not_reached'), 'talking', 'C1').phase).toBe('talking')
    for (const phase of ['talking', 'held'] as const) expect(allowed(phase, 'emergency')).toBe(true)
  })

  it('hides no lost sound', () => {
    expect(deskOf(asked('connected'), 'none', 'C1').phase).toBe('no_audio')
  })
})

describe('verbs', () => {
  it('can leave every phase with a call by hanging up or rejecting', () => {
    const without: readonly Phase[] = ['away', 'idle', 'wrapup']
    for (const phase of PHASES.filter((one) => !without.includes(one))) {
      expect(allowed(phase, 'hangup') || allowed(phase, 'reject'), phase).toBe(true)
    }
  })

  it('never offers both sides of a pair', () => {
    for (const phase of PHASES) {
      expect(VERBS[phase].includes('hold') && VERBS[phase].includes('retrieve'), phase).toBe(false)
      expect(VERBS[phase].includes('answer') && VERBS[phase].includes('hangup'), phase).toBe(false)
    }
  })
})
