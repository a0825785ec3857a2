import { computed, type ComputedRef, type ShallowRef } from 'vue'
import { http, Problem } from '@/api/http'
import type { AgentCall } from '@/api/types'
import { usePhone } from '@/phone/phone'
import type { Verb } from './phase'

/** What a verb is done with: whom, which digits, how long. */
export interface Wish {
  to?: string
  digits?: string
  seconds?: number
  /** The call that was on the desk when it was asked for: the server refuses it for another. */
  call?: string
}

/** Tell the server what the agent does. */
export const tellServer = (path: string, body?: unknown): Promise<unknown> => http.post<unknown>(`/api/agent/${path}`, body)

/** A verb of the call that it names. */
const tellCall = (verb: string, { call = '' }: Wish, more: object = {}): Promise<unknown> => tellServer(verb, { ...more, ...(call && { call }) })

/** What each verb does, for the call under way and the last one; muting is the phone's alone. */
export function useVerbs(call: ComputedRef<AgentCall | null>, lastCall: ShallowRef<AgentCall | null>) {
  const phone = usePhone()

  /** Whom `put_out` means without a name. */
  const oneToPutOut = computed(() => {
    const found = call.value?.together.filter((one) => one.leg) ?? []
    return found.length === 1 ? found[0] : undefined
  })

  /** Hang up by the server, and at the phone when the server cannot be reached. */
  async function end(wish: Wish): Promise<unknown> {
    if (!call.value) {
      phone.hangUp()
      return undefined
    }
    try {
      return await tellCall('call/hangup', wish)
    } catch (error) {
      // Not permitted, or meant for a call that is over: the one on the phone now goes on.
      if (error instanceof Problem && (error.status === 403 || error.code === 'other_call')) throw error
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

  const actions: Record<Exclude<Verb, 'mute'>, (wish: Wish) => Promise<unknown>> = {
    answer: async () => phone.answer(),
    reject: async (wish) => {
      if (phone.sip === 'incoming') phone.reject()
      else await tellCall('call/hangup', wish)
    },
    hangup: end,
    hold: (wish) => tellCall('call/hold', wish),
    retrieve: (wish) => tellCall('call/retrieve', wish),
    digits: async (wish) => {
      const { digits = '' } = wish
      phone.tones.key(digits)
      await tellCall('call/digits', wish, { digits })
    },
    pause: pauseRecording,
    transfer: (wish) => tellCall('call/transfer', wish, { to: wish.to }),
    consult: (wish) => tellCall('call/consult', wish, { to: wish.to }),
    to_flow: (wish) => tellCall('call/to_flow', wish, { to: wish.to }),
    survey: (wish) => tellCall('call/survey', wish),
    complete: (wish) => tellCall('call/consult/complete', wish),
    cancel: (wish) => tellCall('call/consult/cancel', wish),
    conference: (wish) => tellCall('call/conference', wish),
    leave: (wish) => tellCall('call/leave', wish),
    put_out: (wish) => tellCall('call/put_out', wish, { to: wish.to || (oneToPutOut.value?.leg ?? '') }),
    invite: (wish) => tellCall('call/invite', wish, { to: wish.to }),
    emergency: (wish) => tellCall('call/emergency', wish, { to: wish.to }),
    reconnect: (wish) => tellCall('call/reconnect', wish),
    call_back: async () => {
      const last = lastCall.value
      // Who had talked goes on with that call: the second one knows the first.
      if (last) await tellServer('dial', last.owner && last.state !== 'ringing' ? { follows: last.id } : { number: last.caller })
    },
    end_wrapup: () => tellServer('wrapup/end'),
    extend_wrapup: ({ seconds = 60 }) => tellServer('wrapup/extend', { seconds }),
  }

  return { actions, oneToPutOut }
}
