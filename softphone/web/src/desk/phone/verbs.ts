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
}

/** Tell the server what the agent does. */
export const tellServer = (path: string, body?: unknown): Promise<unknown> => http.post<unknown>(`/api/agent/${path}`, body)

/** What each verb does, for the call under way and the last one; muting is the phone's alone. */
export function useVerbs(call: ComputedRef<AgentCall | null>, lastCall: ShallowRef<AgentCall | null>) {
  const phone = usePhone()

  /** Whom `put_out` means without a name. */
  const oneToPutOut = computed(() => {
    const found = call.value?.together.filter((one) => one.leg) ?? []
    return found.length === 1 ? found[0] : undefined
  })

  /** Hang up by the server, and at the phone when the server cannot be reached. */
  async function end(): Promise<unknown> {
    if (!call.value) {
      phone.hangUp()
      return undefined
    }
    try {
      return await tellServer('call/hangup')
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

  const actions: Record<Exclude<Verb, 'mute'>, (wish: Wish) => Promise<unknown>> = {
    answer: async () => phone.answer(),
    reject: async () => {
      if (phone.sip === 'incoming') phone.reject()
      else await tellServer('call/hangup')
    },
    hangup: end,
    hold: () => tellServer('call/hold'),
    retrieve: () => tellServer('call/retrieve'),
    digits: async ({ digits = '' }) => {
      phone.tones.key(digits)
      await tellServer('call/digits', { digits })
    },
    pause: pauseRecording,
    transfer: ({ to }) => tellServer('call/transfer', { to }),
    consult: ({ to }) => tellServer('call/consult', { to }),
    to_flow: ({ to }) => tellServer('call/to_flow', { to }),
    survey: () => tellServer('call/survey'),
    complete: () => tellServer('call/consult/complete'),
    cancel: () => tellServer('call/consult/cancel'),
    conference: () => tellServer('call/conference'),
    leave: () => tellServer('call/leave'),
    put_out: ({ to = '' }) => tellServer('call/put_out', { to: to || (oneToPutOut.value?.leg ?? '') }),
    invite: ({ to }) => tellServer('call/invite', { to }),
    emergency: ({ to }) => tellServer('call/emergency', { to }),
    reconnect: () => tellServer('call/reconnect'),
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
