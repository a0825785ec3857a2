import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { now, secondsSince, secondsUntil } from '@/api/clock'
import { csrfValue, http, Problem, wordsOf } from '@/api/http'
import { useLink } from '@/api/link'
import type { AgentCall, AgentSnapshot, BreakReason } from '@/api/types'
import { barOf, MicrophoneError, MICROPHONE_WORDS } from '@/phone/microphone'
import { browserName, LEFT_TO_OTHERS, takePlace, UNKNOWN_PATIENCE } from '@/phone/place'
import { preferences } from '@/phone/preferences'
import { usePhone } from '@/phone/phone'
import { useSession } from '@/session/session'
import { numberText } from '@/words/number'
import { notify } from './notice'
import { useAsking } from './asking'
import { allowed, deskOf, type Verb } from './phase'
import { whyNotReached } from './not-reached'
import { whyNotReady } from './readiness'
import { lookForCaller } from './untold-ring'

/** Milliseconds in which the server tells that a talk is over whose sound has ended. */
const WORD_PATIENCE = 8_000
const ANSWERED = 'hotline.answered'
/** How long the phone may talk on after the server says that the call is over, before it is hung up here. */
const STRAY_PATIENCE = 4000
/** Seconds that this tab's phone may be behind the server before the call must be ringing somewhere else. */
const RING_GRACE = 3
/** How long after asking to listen in the phone's next ring is taken as that. */
const JOIN_PATIENCE = 20_000

function isSnapshot(value: unknown): value is AgentSnapshot {
  return typeof value === 'object' && value !== null && 'agent' in value && 'state' in value && 'phones' in value
}

/** Seconds for which the server offers to go on with a talk that broke off. */
const DROPPED_OFFERED = 180
/** The agent's desk: the server's word on the agent and the call, this tab's phone, and the verbs. */
function troubleOf(error: unknown): string {
  if (!(error instanceof MicrophoneError)) return wordsOf(error)
  const { title, remedy } = MICROPHONE_WORDS[error.trouble]
  return `${title}。${remedy}`
}

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
  const answeredHere = ref(localStorage.getItem(ANSWERED) ?? '')
  /** The call whose citizen waits for this phone, until we talk again. */
  let waitsForUs = ''
  let reconnected = ''
  /** The call that this page, since it was loaded, has been heard in. */
  let heardIn = ''
  let lost: ReturnType<typeof setTimeout> | undefined
  /** The call of which was told that it came to nothing. */
  let told = ''
  let joiningUntil = 0
  let joining = ''
  let stopLooking = (): void => undefined
  let moving = false
  /** Since when the phone is in this browser, as the server says. */
  let placed = ''
  let lookAgain: ReturnType<typeof setTimeout> | undefined
  let stopHearing: (() => void) | null = null
  let stray: ReturnType<typeof setTimeout> | null = null
  let answering: ReturnType<typeof setTimeout> | null = null

  const expected = computed(
    () => phone.ready && (secondsSince(snapshot.value?.call?.since, now.value) ?? RING_GRACE) < RING_GRACE,
  )
  /** Another tab or computer has the phone: what was answered in this browser has its sound there. */
  const isElsewhere = computed(() => phone.registration === 'elsewhere' || phone.registration === 'away')
  const view = computed(() => deskOf(snapshot.value, phone.sip, isElsewhere.value ? '' : answeredHere.value, expected.value))
  const phase = computed(() => view.value.phase)
  const call = computed(() => view.value.call)
  /** What this phone joined, in words, when it talks without a call of its own: 监听, or another agent's question. */
  const joined = ref('')
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

  function take(fresh: AgentSnapshot): void {
    snapshot.value = fresh
    // Nothing of a citizen stays on a desk that somebody has left.
    if (fresh.state === 'signed_out' && !fresh.call) lastCall.value = null
    const current = fresh.call
    if (current) lastCall.value = current
    if (current?.state === 'returning') waitsForUs = current.id
    else if (current?.state !== 'ringing') waitsForUs = ''
    if (current && current.state !== 'ringing' && phone.sip === 'talking') remember(current.id)
    if (!current && phone.sip === 'none') remember('')
    watchStray()
    lookForPhone(fresh)
  }

  /** Who has the phone: the newest browser that asked for it; and the switch knows it. */
  function lookForPhone({ phone_at: at, call: current, phones }: AgentSnapshot): void {
    clearTimeout(lookAgain)
    if (phone.registration === 'away') {
      if (at?.browser === browserName()) void phone.takeTab(false)
      else if (at === null || current?.state === 'returning') lookAgain = setTimeout(() => void phone.takeTab(false), LEFT_TO_OTHERS)
    } else if (placed && at && at.browser !== browserName() && at.since > placed) {
      placed = ''
      phone.leave()
    } else if (placed && at === null) {
      placed = ''
      void mayHavePhone()
    } else if (phone.ready && phone.settings && !phones.includes(phone.settings.web.endpoint)) {
      lookAgain = setTimeout(() => phone.registerAnew(), UNKNOWN_PATIENCE)
    }
  }

  async function mayHavePhone(): Promise<boolean> {
    try {
      placed = (await takePlace(moving)) ?? ''
      return true
    } catch {
      return false
    }
  }

  /** Once for each call, on whatever page it was begun. */
  function tellNotReached({ not_reached }: AgentSnapshot): void {
    if (not_reached === null || not_reached.call === told) return
    told = not_reached.call
    const words = whyNotReached(not_reached)
    if (words) void import('@/layout/messages').then(({ ElMessage }) => ElMessage.warning(words))
  }

  function remember(id: string): void {
    if (id) heardIn = id
    if (answeredHere.value === id) return
    answeredHere.value = id
    if (id) localStorage.setItem(ANSWERED, id)
    else localStorage.removeItem(ANSWERED)
  }

  /** A BYE that never came must not leave the agent in a talk that is over. */
  function watchStray(): void {
    const over = snapshot.value !== null && snapshot.value.call === null && answeredHere.value !== ''
    if (!over || phone.sip !== 'talking') {
      if (stray !== null) clearTimeout(stray)
      stray = null
    } else {
      stray ??= setTimeout(() => {
        stray = null
        if (snapshot.value?.call === null && phone.sip === 'talking') phone.hangUp()
        remember('')
      }, STRAY_PATIENCE)
    }
  }

  function answerByItself(): void {
    answering = null
    if (phone.sip !== 'incoming') return
    phone.tones.autoAnswered()
    void run('answer')
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
    phone.whenIncoming((incoming) => {
      const asked = Date.now() < joiningUntil
      joined.value = asked ? joining : '内部来电'
      // Who talked here before his page was loaded anew, or moved his talk here, need not be asked once more.
      const back = waitsForUs !== '' && (waitsForUs === answeredHere.value || moving)
      moving = false
      // By the admin's rule and the agent's choice; the engine asks with the call.
      const after = asked || back ? 0 : incoming.answerAfter
      announce()
      stopLooking = lookForCaller({
        untold: () => phone.sip === 'incoming' && !snapshot.value?.call && !asked,
        take,
        tell: (words) => (trouble.value = words),
      })
      if (after === 0) answerByItself()
      else phone.ring()
      if (after) answering = setTimeout(answerByItself, after * 1000)
    })
    phone.whenOver(() => {
      if (answering !== null) clearTimeout(answering)
      answering = null
      stopLooking()
      if (snapshot.value?.call == null) remember('')
    })
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

  /** The sound ends with the page: the citizen hears why, and waits for us. */
  function leavePage(): void {
    if (phone.sip !== 'talking' || !call.value) return
    const headers = { 'Content-Type': 'application/json', 'X-CSRF': csrfValue() }
    void fetch('/api/agent/call/interrupted', { method: 'POST', headers, body: '{}', credentials: 'same-origin', keepalive: true })
  }

  /** Whether the agent's talk has its sound in another tab, and would have to move. */
  const talksInOtherTab = computed(() => isElsewhere.value && call.value?.browser === true)

  /** Use the phone in this tab; a talk in the other one moves along. */
  async function takePhone(): Promise<void> {
    if (talksInOtherTab.value) {
      if (!(await ask('move', () => post('call/move')))) return
      moving = true
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

  async function setState(state: 'ready' | 'break' | 'signed_out', reason = ''): Promise<boolean> {
    if (state === 'ready' && !(await canBeHeard())) return false
    return ask('state', () => http.put('/api/agent/state', { state, reason }))
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

  const post = (path: string, body?: unknown): Promise<unknown> => http.post<unknown>(`/api/agent/${path}`, body)

  /** Hang up by the server, and at the phone when the server cannot be reached. */
  async function end(): Promise<unknown> {
    if (!call.value) {
      phone.hangUp()
      return undefined
    }
    try {
      return await post('call/hangup')
    } catch (error) {
      if (error instanceof Problem && error.status === 403) throw error
      phone.hangUp()
      if (error instanceof Problem && phone.sip === 'none') throw error
      return undefined
    }
  }

  /** Pause the recording, or let it go on whatever it was paused for. */
  async function pauseRecording(): Promise<void> {
    const found = call.value
    if (!found) return
    const address = `/api/calls/${encodeURIComponent(found.id)}/recording`
    if (!found.paused.length) await http.post(`${address}/pause`, {})
    for (const reason of found.paused) await http.post(`${address}/resume`, { reason })
  }

  interface Wish {
    to?: string
    digits?: string
    seconds?: number
  }

  const actions: Record<Exclude<Verb, 'mute'>, (wish: Wish) => Promise<unknown>> = {
    answer: async () => phone.answer(),
    reject: async () => {
      if (phone.sip === 'incoming') phone.reject()
      else await post('call/hangup')
    },
    hangup: end,
    hold: () => post('call/hold'),
    retrieve: () => post('call/retrieve'),
    digits: async ({ digits = '' }) => {
      phone.tones.key(digits)
      await post('call/digits', { digits })
    },
    pause: pauseRecording,
    transfer: ({ to }) => post('call/transfer', { to }),
    consult: ({ to }) => post('call/consult', { to }),
    to_flow: ({ to }) => post('call/to_flow', { to }),
    survey: () => post('call/survey'),
    complete: () => post('call/consult/complete'),
    cancel: () => post('call/consult/cancel'),
    conference: () => post('call/conference'),
    leave: () => post('call/leave'),
    put_out: ({ to = '' }) => post('call/put_out', { to: to || (oneToPutOut.value?.leg ?? '') }),
    invite: ({ to }) => post('call/invite', { to }),
    emergency: ({ to }) => post('call/emergency', { to }),
    reconnect: () => post('call/reconnect'),
    call_back: async () => {
      const last = lastCall.value
      // Who had talked goes on with that call: the second one knows the first.
      if (last) await post('dial', last.owner && last.state !== 'ringing' ? { follows: last.id } : { number: last.caller })
    },
    end_wrapup: () => post('wrapup/end'),
    extend_wrapup: ({ seconds = 60 }) => post('wrapup/extend', { seconds }),
  }

  /** Whom `put_out` means without a name. */
  const oneToPutOut = computed(() => {
    const found = call.value?.together.filter((one) => one.leg) ?? []
    return found.length === 1 ? found[0] : undefined
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
    return askInTurn(
      verb,
      () => may(verb),
      () => actions[verb](wish),
    )
  }

  /** Call a number that stands somewhere: one's own phone rings first. From a talk it is asked meanwhile. */
  const dial = (number: string): Promise<boolean> =>
    may('consult') ? ask('consult', () => post('call/consult', { to: `outside:${number}` })) : ask('call_back', () => post('dial', { number }))

  /** The next ring of this phone is a talk we asked to join; `title` says how and whose. */
  function expectJoin(title: string): void {
    joining = title
    joiningUntil = Date.now() + JOIN_PATIENCE
  }

  watch(
    () => phone.sip,
    (sip) => {
      if (sip === 'talking' && snapshot.value?.call) remember(snapshot.value.call.id)
      if (sip === 'talking' && Date.now() < joiningUntil) joiningUntil = 0
      watchStray()
    },
  )
  // Another tab of this browser may have answered, and is gone.
  watch(isElsewhere, () => (answeredHere.value = localStorage.getItem(ANSWERED) ?? ''))
  watch([phase, () => phone.ready], () => {
    // A page that was loaded anew in a talk has no sound: the citizen must not wait in silence for a click.
    const id = call.value?.id ?? ''
    clearTimeout(lost)
    if (phase.value !== 'no_audio' || !phone.ready || reconnected === id) return
    const reconnect = (): void => {
      reconnected = id
      void run('reconnect')
    }
    // Where this page was heard until now, somebody has hung up, and the server's word of it is on its way: to ask for
    // the talk again would put a citizen on hold who is to rate it.
    if (heardIn === id) lost = setTimeout(reconnect, WORD_PATIENCE)
    else reconnect()
  })
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
