import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { now, secondsSince, secondsUntil } from '@/api/clock'
import { http, wordsOf } from '@/api/http'
import { useLink } from '@/api/link'
import type { AgentCall, AgentSnapshot, BreakReason } from '@/api/types'
import { barOf, MicrophoneError, MICROPHONE_WORDS } from '@/phone/microphone'
import { preferences } from '@/phone/preferences'
import { usePhone } from '@/phone/phone'
import { useSession } from '@/session/session'
import { numberText } from '@/words/number'
import { notify } from './notice'
import { useAnsweredHere } from '@/desk/phone/answered-here'
import { useAsking } from './asking'
import { tellInterrupted, useLostSound } from '@/desk/sound/lost-sound'
import { allowed, deskOf, type Verb } from '@/desk/phone/phase'
import { usePhoneHere } from '@/desk/phone/phone-here'
import { whyNotReached } from '@/desk/phone/not-reached'
import { whyNotReady } from './readiness'
import { useRings } from '@/desk/phone/rings'
import { tellServer, useVerbs, type Wish } from '@/desk/phone/verbs'

/** Seconds that this tab's phone may be behind the server before the call must be ringing somewhere else. */
const RING_GRACE = 3
/** Seconds for which the server offers to go on with a talk that broke off. */
const DROPPED_OFFERED = 180

function isSnapshot(value: unknown): value is AgentSnapshot {
  return typeof value === 'object' && value !== null && 'agent' in value && 'state' in value && 'phones' in value
}

function troubleOf(error: unknown): string {
  if (!(error instanceof MicrophoneError)) return wordsOf(error)
  const { title, remedy } = MICROPHONE_WORDS[error.trouble]
  return `${title}。${remedy}`
}

/** The agent's desk: the server's word on the agent and the call, this tab's phone, and the verbs. */
export const useDesk = defineStore('desk', () => {
  const session = useSession()
  const link = useLink()
  const phone = usePhone()

  const snapshot = shallowRef<AgentSnapshot | null>(null)
  const reasons = shallowRef<BreakReason[]>([])
  const synced = ref(false)
  const { pending, trouble, ask, askInTurn, heardLive } = useAsking<Verb | 'state' | 'mode' | 'move'>((answer) => {
    if (isSnapshot(answer)) take(answer)
  }, troubleOf)
  const lastCall = shallowRef<AgentCall | null>(null)
  /** The call whose citizen waits for this phone, until we talk again. */
  let waitsForUs = ''
  /** The call of which was told that it came to nothing. */
  let told = ''
  /** The state that was asked for last. */
  let asked = ''
  let stopHearing: (() => void) | null = null

  const expected = computed(
    () => phone.ready && (secondsSince(snapshot.value?.call?.since, now.value) ?? RING_GRACE) < RING_GRACE,
  )
  /** Another tab or computer has the phone: what was answered in this browser has its sound there. */
  const isElsewhere = computed(() => phone.registration === 'elsewhere' || phone.registration === 'away')
  const { answeredHere, follow, forget, wasHeardIn } = useAnsweredHere(snapshot, isElsewhere)
  const view = computed(() => deskOf(snapshot.value, phone.sip, isElsewhere.value ? '' : answeredHere.value, expected.value))
  const phase = computed(() => view.value.phase)
  const call = computed(() => view.value.call)
  const caller = computed(() => {
    if (call.value) return numberText(call.value.caller)
    const from = phone.call?.from ?? ''
    return /^\d{2,8}$/.test(from) ? `工号 ${from}` : numberText(from)
  })
  const stateSeconds = computed(() => secondsSince(snapshot.value?.since, now.value) ?? 0)
  const callSeconds = computed(() => secondsSince(call.value?.since ?? phone.talkingSince, now.value) ?? 0)
  const wrapupLeft = computed(() => secondsUntil(snapshot.value?.wrapup_until, now.value))
  /** The talk that broke off a moment ago, as long as it is offered to go on with it. */
  const dropped = computed(() => {
    const found = snapshot.value?.dropped
    return found && found.call === lastCall.value?.id && (secondsSince(found.at, now.value) ?? DROPPED_OFFERED) < DROPPED_OFFERED ? found : null
  })
  const breakLimit = computed(() => {
    const current = snapshot.value
    if (current?.state !== 'break') return null
    const minutes = reasons.value.find((item) => item.id === current.reason)?.limit_minutes
    return minutes ? minutes * 60 : null
  })
  /** Why this agent may not become ready now, empty when he may: he must have a phone, and be heard on it. */
  const notReadyBecause = computed(() => {
    const phones = snapshot.value?.phones ?? []
    const here = phone.registration === 'registered'
    return whyNotReady(phones, here ? (phone.settings?.web.endpoint ?? '') : '', here, phone.trouble ?? barOf(phone.access))
  })
  const canBeReady = computed(() => notReadyBecause.value === '')
  const { lookForPhone, mayHavePhone, expectMove, hasMoved } = usePhoneHere()
  const { joined, hear, expectJoin } = useRings({
    isBack: () => {
      const moved = hasMoved()
      return waitsForUs !== '' && (waitsForUs === answeredHere.value || moved)
    },
    isTold: () => Boolean(snapshot.value?.call),
    announce,
    answer: () => void run('answer'),
    over: () => {
      if (snapshot.value?.call == null) forget()
    },
    look: { take, tell: (words) => (trouble.value = words) },
  })
  /** The call that the desk is about: the one under way, or in wrap-up the one before; nothing made for one acts on another. */
  const contact = computed(() => call.value?.id ?? (phase.value === 'wrapup' ? (lastCall.value?.id ?? '') : ''))
  const { actions, oneToPutOut } = useVerbs(call, lastCall)
  useLostSound(phase, call, wasHeardIn, () => void run('reconnect'))

  function take(fresh: AgentSnapshot): void {
    snapshot.value = fresh
    // Nothing of a citizen stays on a desk that somebody has left.
    if (fresh.state === 'signed_out' && !fresh.call) lastCall.value = null
    const current = fresh.call
    if (current) lastCall.value = current
    if (current?.state === 'returning') waitsForUs = current.id
    else if (current?.state !== 'ringing') waitsForUs = ''
    follow()
    lookForPhone(fresh)
  }

  /** Once for each call, on whatever page it was begun. */
  function tellNotReached({ not_reached }: AgentSnapshot): void {
    if (not_reached === null || not_reached.call === told) return
    told = not_reached.call
    const words = whyNotReached(not_reached)
    if (words) void import('@/layout/messages').then(({ ElMessage }) => ElMessage.warning(words))
  }

  async function start(): Promise<void> {
    if (stopHearing) return
    stopHearing = link.live.hear('agent', {
      snapshot: (value) => {
        heardLive()
        synced.value = true
        told = value.not_reached?.call ?? ''
        take(value)
      },
      change: (value) => {
        heardLive()
        take(value)
        tellNotReached(value)
      },
      refused: (_code, detail) => {
        trouble.value = detail
      },
    })
    hear()
    phone.whenAgain(() => waitsForUs !== '')
    phone.whenTaking(mayHavePhone)
    addEventListener('pagehide', leavePage)
    await Promise.allSettled([loadReasons(), phone.start()])
  }

  function stop(): void {
    stopHearing?.()
    stopHearing = null
    removeEventListener('pagehide', leavePage)
    snapshot.value = lastCall.value = null
    synced.value = false
    phone.stop()
  }

  function leavePage(): void {
    if (phone.sip === 'talking' && call.value) tellInterrupted()
  }

  /** Whether the agent's talk has its sound in another tab, and would have to move. */
  const talksInOtherTab = computed(() => isElsewhere.value && call.value?.browser === true)

  /** Use the phone in this tab; a talk in the other one moves along. */
  async function takePhone(): Promise<void> {
    if (talksInOtherTab.value) {
      if (!(await ask('move', () => tellServer('call/move')))) return
      expectMove()
    }
    await phone.takeTab(true)
  }

  async function loadReasons(): Promise<void> {
    reasons.value = await http.get<BreakReason[]>('/api/agent/reasons')
  }

  function announce(): void {
    if (document.visibilityState === 'visible' || !preferences.notify) return
    notify(`来电 ${caller.value}`, call.value?.queue_title ?? '')
  }

  /** Another state, after what is under way: a key may be pressed before the server's answer to the last one is here. */
  async function setState(state: 'ready' | 'break' | 'signed_out', reason = ''): Promise<boolean> {
    const wish = `${state} ${reason}`
    if (pending.value === 'state' && asked === wish) return false
    if (state === 'ready' && !(await canBeHeard())) return false
    return askInTurn(
      'state',
      () => true,
      () => {
        asked = wish
        return http.put('/api/agent/state', { state, reason })
      },
    )
  }

  /** Who has never been asked for his microphone is asked now, not when a citizen is on the line. */
  async function canBeHeard(): Promise<boolean> {
    if (phone.registration === 'registered' && phone.access === 'prompt') await phone.allowMicrophone()
    trouble.value = notReadyBecause.value
    return trouble.value === ''
  }

  const setAutoAnswer = (auto: boolean): Promise<boolean> =>
    ask('mode', async () => {
      await http.put('/api/agent/answer_mode', { auto })
      session.setAutoAnswer(auto)
    })

  /** Whether a verb can be done now: somebody can be called back while his number is known. */
  const may = (verb: Verb): boolean => allowed(phase.value, verb, call.value) && (verb !== 'call_back' || /\d{3}/.test(lastCall.value?.caller ?? ''))

  /**
   * Do a verb if this phase has it; false when it has not, or when it failed (`trouble` says why). A key that is
   * pressed while another verb is under way waits for that; muting waits for nobody.
   */
  async function run(verb: Verb, wish: Wish = {}): Promise<boolean> {
    if (!may(verb)) return false
    if (verb === 'mute') {
      phone.setMuted(!phone.muted)
      return true
    }
    if (pending.value === verb && verb !== 'digits') return false
    const meant = contact.value
    return askInTurn(
      verb,
      () => contact.value === meant && may(verb),
      () => actions[verb]({ ...wish, call: meant }),
    )
  }

  /** Call a number that stands somewhere: one's own phone rings first. From a talk it is asked meanwhile. */
  const dial = (number: string): Promise<boolean> =>
    may('consult') ? ask('consult', () => tellServer('call/consult', { to: `outside:${number}` })) : ask('call_back', () => tellServer('dial', { number }))

  watch(call, (fresh, before) => {
    if (fresh && fresh.id !== before?.id && fresh.state === 'ringing' && phone.sip === 'none') announce()
  })

  return {
    snapshot,
    reasons,
    synced,
    pending,
    trouble,
    view,
    phase,
    call,
    lastCall,
    contact,
    caller,
    joined,
    stateSeconds,
    callSeconds,
    wrapupLeft,
    dropped,
    breakLimit,
    canBeReady,
    notReadyBecause,
    start,
    stop,
    setState,
    setAutoAnswer,
    talksInOtherTab,
    takePhone,
    run,
    dial,
    may,
    oneToPutOut,
    expectJoin,
  }
})
