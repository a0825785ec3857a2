import { C, UA, WebSocketInterface } from 'jssip'
import type { IncomingRTCSessionEvent, RTCSessionEvent, UnRegisteredEvent } from 'jssip/lib/UA'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { WebPhone as Settings } from '@/api/types'

/** Candidates of one machine arrive together; waiting longer only delays the caller. */
const ICE_PATIENCE = 120
const REGISTER_AGAIN = [2000, 4000, 8000, 15_000, 30_000]
const EXPIRES = 60

export type Registration = 'off' | 'connecting' | 'registered' | 'failed'

/** A call that rings or talks on this phone. */
export interface PhoneCall {
  from: string
  name: string
  /** Our own id of the call, when the switch sent it. */
  call: string
  /** After how many seconds the switch asks to be answered; null when it does not ask. */
  answerAfter: number | null
}

/** After how many seconds these headers ask to be answered (`answer-after`, `Answer-Mode: Auto` of RFC 5373), or null. */
export function answerAfter(headers: string): number | null {
  const asked = /answer-after\s*=\s*(\d+)/i.exec(headers)
  return asked ? Number(asked[1]) : /auto/i.test(headers) ? 0 : null
}

export interface PhoneEvents {
  registration: (state: Registration, why: string) => void
  incoming: (call: PhoneCall) => void
  connected: (remote: MediaStream) => void
  confirmed: () => void
  over: (why: string) => void
  /** Whether the switch rings us again for a talk whose sound it has lost. */
  again: () => boolean
}

const WHY: Record<string, string> = {
  'Connection Error': '连接不上交换机',
  'Request Timeout': '交换机没有响应',
  'SIP Failure Code': '交换机拒绝了话机注册',
  'Authentication Error': '话机口令不对',
  Rejected: '交换机拒绝了话机注册',
  'Internal Error': '话机内部错误',
  Canceled: '对方已挂断',
  'No Answer': '无人接听',
  Terminated: '通话结束',
  'RTP Timeout': '语音连接中断',
  'WebRTC Error': '语音连接失败',
  'User Denied Media Access': '麦克风打不开',
  'Bad Media Description': '语音协商失败',
}

export function whyText(cause: string | undefined): string {
  return cause === undefined ? '' : (WHY[cause] ?? cause)
}

/** Where the switch listens; a server that listens everywhere says no host, and is where this page came from. */
function socketAddress({ ws_url: url, host, port }: Settings): string {
  if (host !== '' || port === undefined) return url
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.hostname}:${port}/ws`
}

/** A SIP phone in the browser: registers, comes back by itself, and has one call at a time. */
export class WebPhone {
  private ua: UA | null = null
  private session: RTCSession | null = null
  private microphone: MediaStream | null = null
  private again: ReturnType<typeof setTimeout> | null = null
  private attempts = 0
  private stopped = true

  constructor(
    private readonly settings: Settings,
    private readonly events: PhoneEvents,
  ) {}

  start(): void {
    this.stopped = false
    const address = socketAddress(this.settings)
    const host = new URL(address).hostname
    const ua = new UA({
      sockets: [new WebSocketInterface(address)],
      uri: `sip:${this.settings.endpoint}@${host}`,
      authorization_user: this.settings.endpoint,
      realm: this.settings.realm,
      ha1: this.settings.ha1,
      register: true,
      register_expires: EXPIRES,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
      user_agent: 'hotline-console',
    })
    this.ua = ua
    ua.on('connecting', () => this.tell('connecting', ''))
    ua.on('disconnected', () => {
      if (!this.stopped) this.tell('connecting', '与交换机的连接断开，正在重连')
    })
    ua.on('registered', () => {
      this.attempts = 0
      this.tell('registered', '')
    })
    ua.on('unregistered', () => {
      if (!this.stopped) this.tell('connecting', '')
    })
    ua.on('registrationFailed', (event: UnRegisteredEvent) => {
      const why = event.cause as string | undefined
      this.tell('failed', whyText(why))
      this.registerLater(why === 'Request Timeout')
    })
    ua.on('newRTCSession', (event: RTCSessionEvent) => {
      if (String(event.originator) === 'remote') this.ring(event as IncomingRTCSessionEvent)
    })
    ua.start()
  }

  stop(): void {
    this.stopped = true
    if (this.again !== null) clearTimeout(this.again)
    this.again = null
    this.session = null
    this.quiet()
    this.ua?.stop()
    this.ua = null
    this.tell('off', '')
  }

  /** Do not wait for the back-off: the network is back. `sure`: the switch does not know this phone, whatever it believes. */
  nudge(sure = false): void {
    const ua = this.ua
    if (!ua || (ua.isRegistered() && !sure)) return
    this.attempts = 0
    if (ua.isConnected()) ua.register()
  }

  get peer(): RTCPeerConnection | null {
    return this.session ? this.session.connection : null
  }

  get local(): MediaStream | null {
    return this.microphone
  }

  /** Answer with an open microphone, which this phone closes when the call is over. */
  answer(microphone: MediaStream): void {
    const session = this.session
    if (!session?.isInProgress()) {
      for (const track of microphone.getTracks()) track.stop()
      return
    }
    this.microphone = microphone
    session.answer({
      mediaStream: microphone,
      pcConfig: { iceServers: [], bundlePolicy: 'max-bundle' },
    })
  }

  reject(): void {
    const session = this.session
    if (session && !session.isEnded()) session.terminate({ status_code: 603, reason_phrase: 'Decline' })
  }

  hangUp(): void {
    const session = this.session
    if (session && !session.isEnded()) session.terminate()
  }

  setMuted(muted: boolean): void {
    if (muted) this.session?.mute({ audio: true })
    else this.session?.unmute({ audio: true })
  }

  sendKey(digit: string): void {
    this.session?.sendDTMF(digit, { transportType: C.DTMF_TRANSPORT.RFC2833 })
  }

  /** Talk on through another microphone. */
  async replaceMicrophone(microphone: MediaStream): Promise<void> {
    const track = microphone.getAudioTracks()[0]
    const sender = this.peer?.getSenders().find((one) => one.track?.kind === 'audio')
    if (!track || !sender) return
    track.enabled = !this.session?.isMuted().audio
    await sender.replaceTrack(track)
    this.quiet()
    this.microphone = microphone
  }

  private ring(event: IncomingRTCSessionEvent): void {
    const { session, request } = event
    const lost = this.session
    if (lost && !lost.isEnded()) {
      if (!this.events.again()) {
        session.terminate({ status_code: 486, reason_phrase: 'Busy Here' })
        return
      }
      this.session = null
      this.quiet()
      this.events.over('')
      lost.terminate()
    }
    this.session = session
    const over = (why: string): void => {
      if (this.session !== session) return
      this.session = null
      this.quiet()
      this.events.over(why)
    }
    session.on('peerconnection', ({ peerconnection }) => {
      peerconnection.addEventListener('track', (track) => {
        this.events.connected(track.streams[0] ?? new MediaStream([track.track]))
      })
    })
    let waiting: ReturnType<typeof setTimeout> | null = null
    session.on('icecandidate', (candidate) => {
      waiting ??= setTimeout(() => candidate.ready(), ICE_PATIENCE)
    })
    session.on('accepted', () => this.events.confirmed())
    session.on('failed', (end) => over(whyText(end.cause)))
    session.on('ended', (end) => over(whyText(end.cause)))
    const header = (name: string): string => String(request.getHeader(name) ?? '')
    this.events.incoming({
      from: request.from.uri.user,
      name: request.from.display_name,
      call: header('X-Hotline-Call'),
      answerAfter: answerAfter(`${header('Call-Info')} ${header('Alert-Info')} ${header('Answer-Mode')}`),
    })
  }

  private registerLater(restart: boolean): void {
    if (this.stopped || this.again !== null) return
    const wait = REGISTER_AGAIN[Math.min(this.attempts, REGISTER_AGAIN.length - 1)] ?? 30_000
    this.attempts += 1
    this.again = setTimeout(() => {
      this.again = null
      const ua = this.ua
      if (!ua || this.stopped) return
      // A REGISTER without any answer means a dead line that still looks open.
      if (restart && !this.session) {
        ua.stop()
        this.start()
      } else if (ua.isConnected()) {
        ua.register()
      }
    }, wait)
  }

  /** Close the microphone. */
  quiet(): void {
    for (const track of this.microphone?.getTracks() ?? []) track.stop()
    this.microphone = null
  }

  private tell(state: Registration, why: string): void {
    this.events.registration(state, why)
  }
}
