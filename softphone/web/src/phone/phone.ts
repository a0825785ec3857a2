import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { serverNow } from '@/api/clock'
import { http, Problem } from '@/api/http'
import type { PhoneSettings } from '@/api/types'
import type { SipState } from '@/desk/phone/phase'
import { LevelMeter } from './level'
import {
  listDevices,
  type AudioDevices,
  microphoneAccess,
  type MicrophoneAccess,
  MicrophoneError,
  type MicrophoneTrouble,
  openMicrophone,
} from './microphone'
import { useSession } from '@/session/session'
import { isDenoised, preferences } from './preferences'
import { type Quality, qualityOf, type Sample, sampleOf } from './quality'
import { PhoneTab } from './tab'
import { Tones } from './tones'
import type { PhoneCall, Registration, WebPhone } from './webphone'

const QUALITY_EVERY = 2000
const ASK_AGAIN_AFTER = 3

/** This tab's phone: registration, the call on it, sound, devices. It knows nothing of agents and queues. */
export const usePhone = defineStore('phone', () => {
  const session = useSession()
  const settings = shallowRef<PhoneSettings | null>(null)
  const registration = ref<Registration | 'elsewhere' | 'away' | 'none'>('off')
  const registrationWhy = ref('')
  const sip = ref<SipState>('none')
  const call = shallowRef<PhoneCall | null>(null)
  const muted = ref(false)
  const talkingSince = ref<string | null>(null)
  const trouble = ref<MicrophoneTrouble | null>(null)
  const access = ref<MicrophoneAccess>('unknown')
  const devices = shallowRef<AudioDevices>({ inputs: [], outputs: [] })
  const quality = shallowRef<Quality | null>(null)
  const lastEnd = ref('')
  const toneBlocked = ref(false)

  const tones = new Tones()
  const speaker = new Audio()
  speaker.autoplay = true

  let phone: WebPhone | null = null
  let meters: { context: AudioContext; mine: LevelMeter | null; theirs: LevelMeter | null } | null = null
  let report: ((stats: RTCStatsReport) => void) | null = null
  let sampling: ReturnType<typeof setInterval> | null = null
  let before: Sample | null = null
  let failures = 0
  let unwatch: (() => void) | null = null
  let waitingForTab: AbortController | null = null
  let onIncoming: ((call: PhoneCall) => void) | null = null
  let onOver: (() => void) | null = null
  let isAgain: () => boolean = () => false
  let mayTake: () => Promise<boolean> = () => Promise.resolve(true)

  const tab = new PhoneTab(() => {
    stopPhone()
    registration.value = 'elsewhere'
    void waitForTab()
  })

  const ready = computed(() => registration.value === 'registered')

  /** Begin: get the settings, become the tab that has the phone, register. */
  async function start(): Promise<void> {
    tones.volume = preferences.ringVolume
    await tones.useDevice(preferences.ringer)
    await refreshDevices()
    try {
      settings.value = await http.get<PhoneSettings>('/api/phone')
    } catch (error) {
      if (error instanceof Problem && (error.status === 404 || error.status === 403)) {
        registration.value = 'none'
        return
      }
      registration.value = 'failed'
      registrationWhy.value = error instanceof Problem ? error.words : ''
      throw error
    }
    await takeTab(false)
  }

  async function takeTab(force: boolean): Promise<void> {
    if (await tab.take(force)) {
      waitingForTab?.abort()
      waitingForTab = null
      await startPhone()
    } else {
      registration.value = 'elsewhere'
      void waitForTab()
    }
  }

  async function waitForTab(): Promise<void> {
    waitingForTab?.abort()
    const waiting = new AbortController()
    waitingForTab = waiting
    if ((await tab.wait(waiting.signal)) && !waiting.signal.aborted) {
      waitingForTab = null
      await startPhone()
    }
  }

  async function startPhone(): Promise<void> {
    const web = settings.value?.web
    if (!web) return
    stopPhone()
    registration.value = 'connecting'
    if (!(await mayTake())) return leave()
    const { WebPhone } = await import('./webphone')
    phone = new WebPhone(web, {
      registration: (state, why) => {
        registration.value = state
        registrationWhy.value = why
        if (state === 'registered') failures = 0
        if (state === 'failed' && ++failures % ASK_AGAIN_AFTER === 0) void renewSettings()
      },
      incoming: (incoming) => {
        call.value = incoming
        sip.value = 'incoming'
        lastEnd.value = ''
        onIncoming?.(incoming)
      },
      connected: (remote) => void hear(remote),
      confirmed: () => {
        sip.value = 'talking'
        talkingSince.value = new Date(serverNow()).toISOString()
        tones.stopRinging()
      },
      over: (why) => {
        const talked = sip.value === 'talking'
        tones.stopRinging()
        silence()
        sip.value = 'none'
        call.value = null
        muted.value = false
        talkingSince.value = null
        lastEnd.value = why
        if (talked) tones.ended()
        onOver?.()
      },
      again: () => isAgain(),
    })
    phone.start()
  }

  /** The phone is on another computer: this one has none until it is taken back. */
  function leave(): void {
    stopPhone()
    registration.value = 'away'
  }

  /** A changed secret or address shows as refused registrations: ask the server for the present ones. */
  async function renewSettings(): Promise<void> {
    try {
      const fresh = await http.get<PhoneSettings>('/api/phone')
      if (JSON.stringify(fresh) === JSON.stringify(settings.value) || sip.value !== 'none') return
      settings.value = fresh
      await startPhone()
    } catch {
      // The socket's own recovery goes on; the next refusal asks again.
    }
  }

  function stopPhone(): void {
    tones.stopRinging()
    silence()
    phone?.stop()
    phone = null
    sip.value = 'none'
    call.value = null
  }

  function stop(): void {
    stopPhone()
    waitingForTab?.abort()
    waitingForTab = null
    tab.give()
    settings.value = null
    registration.value = 'off'
    tones.close()
  }

  async function hear(remote: MediaStream): Promise<void> {
    speaker.srcObject = remote
    if (preferences.speaker) await speaker.setSinkId(preferences.speaker).catch(() => undefined)
    await speaker.play().catch(() => undefined)
    const context = new AudioContext()
    const local = phone?.local ?? null
    meters = {
      context,
      mine: local ? new LevelMeter(context, local) : null,
      theirs: new LevelMeter(context, remote),
    }
    before = null
    sampling = setInterval(() => void sample(), QUALITY_EVERY)
    const [{ watchMicrophone }, { reporter }] = await Promise.all([import('./microphone-watch'), import('./quality-report')])
    if (sampling === null) return
    report = reporter()
    unwatch?.()
    unwatch = watchMicrophone({ stream: () => phone?.local ?? null, chosen: () => preferences.microphone, change: (gone) => void changeMicrophone(gone) })
  }

  /** Another microphone in the middle of a talk; without any, it is told, and looked for again when one is plugged in. */
  async function changeMicrophone(gone: boolean): Promise<void> {
    await refreshDevices()
    try {
      await useDevices()
      trouble.value = null
      if (gone) {
        const name = phone?.local?.getAudioTracks()[0]?.label
        const { ElMessage } = await import('@/layout/messages')
        ElMessage.warning(`麦克风已断开，已改用${name ? `“${name}”` : '系统默认的麦克风'}`)
      }
    } catch (error) {
      if (gone) trouble.value = error instanceof MicrophoneError ? error.trouble : 'other'
    }
  }

  function silence(): void {
    unwatch?.()
    unwatch = null
    if (sampling !== null) clearInterval(sampling)
    sampling = null
    report = null
    meters?.mine?.close()
    meters?.theirs?.close()
    void meters?.context.close()
    meters = null
    speaker.srcObject = null
    quality.value = null
    before = null
  }

  async function sample(): Promise<void> {
    const peer = phone?.peer
    if (!peer) return
    const stats = await peer.getStats()
    const after = sampleOf(stats, Date.now())
    report?.(stats)
    if (!after) return
    if (before) quality.value = qualityOf(before, after)
    before = after
  }

  /** Loudness of both sides now, 0 to 1; read by the meters on every frame and never stored. */
  function levels(): { mine: number; theirs: number } {
    return { mine: muted.value ? 0 : (meters?.mine?.read() ?? 0), theirs: meters?.theirs?.read() ?? 0 }
  }

  async function answer(): Promise<void> {
    if (!phone || sip.value !== 'incoming') return
    tones.stopRinging()
    sip.value = 'answering'
    try {
      const microphone = await openMicrophone(preferences.microphone, isDenoised(session.person?.login ?? ''))
      trouble.value = null
      access.value = 'granted'
      phone.answer(microphone)
    } catch (error) {
      // The caller keeps ringing, so that the agent can allow the microphone and answer after all.
      sip.value = 'incoming'
      trouble.value = error instanceof MicrophoneError ? error.trouble : 'other'
      throw error
    }
  }

  function reject(): void {
    phone?.reject()
  }

  function hangUp(): void {
    phone?.hangUp()
  }

  function setMuted(value: boolean): void {
    phone?.setMuted(value)
    muted.value = value
  }

  function ring(): void {
    tones.volume = preferences.ringVolume
    tones.startRinging()
    toneBlocked.value = tones.blocked
  }

  /** Use a touch of the page to be allowed to ring. */
  async function wakeTones(): Promise<void> {
    await tones.wake().catch(() => undefined)
    toneBlocked.value = tones.blocked
  }

  async function refreshDevices(): Promise<void> {
    access.value = await microphoneAccess()
    devices.value = await listDevices()
  }

  /** Ask for the microphone outside of a call. */
  async function allowMicrophone(): Promise<boolean> {
    try {
      const stream = await openMicrophone(preferences.microphone, isDenoised(session.person?.login ?? ''))
      for (const track of stream.getTracks()) track.stop()
      trouble.value = null
      await refreshDevices()
      access.value = 'granted'
      return true
    } catch (error) {
      trouble.value = error instanceof MicrophoneError ? error.trouble : 'other'
      return false
    }
  }

  /** Use what was chosen, in a talk at once. `anew`: the same microphone with other settings, which a browser only takes when nobody has it open. */
  async function useDevices(anew = false): Promise<void> {
    await tones.useDevice(preferences.ringer)
    if (speaker.srcObject) await speaker.setSinkId(preferences.speaker).catch(() => undefined)
    if (sip.value === 'talking' && phone) {
      if (anew) {
        meters?.mine?.close()
        phone.quiet()
      }
      const microphone = await openMicrophone(preferences.microphone, isDenoised(session.person?.login ?? ''))
      await phone.replaceMicrophone(microphone)
      if (meters) {
        meters.mine?.close()
        meters.mine = new LevelMeter(meters.context, microphone)
      }
    }
  }

  function whenIncoming(action: (call: PhoneCall) => void): void {
    onIncoming = action
  }

  function whenOver(action: () => void): void {
    onOver = action
  }

  function whenTaking(ask: () => Promise<boolean>): void {
    mayTake = ask
  }

  function whenAgain(ask: () => boolean): void {
    isAgain = ask
  }

  return {
    settings,
    registration,
    registrationWhy,
    ready,
    sip,
    call,
    muted,
    talkingSince,
    trouble,
    access,
    devices,
    quality,
    lastEnd,
    toneBlocked,
    tones,
    start,
    stop,
    takeTab,
    nudge: () => phone?.nudge(),
    registerAnew: () => phone?.nudge(true),
    answer,
    reject,
    hangUp,
    setMuted,
    ring,
    wakeTones,
    refreshDevices,
    allowMicrophone,
    useDevices,
    levels,
    whenIncoming,
    whenOver,
    whenAgain,
    whenTaking,
    leave,
  }
})
