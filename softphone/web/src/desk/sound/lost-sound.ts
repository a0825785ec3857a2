import { watch, type ComputedRef } from 'vue'
import { csrfValue } from '@/api/http'
import type { AgentCall } from '@/api/types'
import { usePhone } from '@/phone/phone'
import type { Phase } from '@/desk/phone/phase'

/** Milliseconds in which the server tells that a talk is over whose sound has ended. */
const WORD_PATIENCE = 8_000

/** The sound ends with the page: the citizen hears why, and waits for us. */
export function tellInterrupted(): void {
  const headers = { 'Content-Type': 'application/json', 'X-CSRF': csrfValue() }
  void fetch('/api/agent/call/interrupted', { method: 'POST', headers, body: '{}', credentials: 'same-origin', keepalive: true })
}

/** A talk that has no sound here any more is asked for again, once. */
export function useLostSound(
  phase: ComputedRef<Phase>,
  call: ComputedRef<AgentCall | null>,
  wasHeardIn: (id: string) => boolean,
  askAgain: () => void,
): void {
  const phone = usePhone()
  let reconnected = ''
  let lost: ReturnType<typeof setTimeout> | undefined
  watch([phase, () => phone.ready], () => {
    // A page that was loaded anew in a talk has no sound: the citizen must not wait in silence for a click.
    const id = call.value?.id ?? ''
    clearTimeout(lost)
    if (phase.value !== 'no_audio' || !phone.ready || reconnected === id) return
    const reconnect = (): void => {
      reconnected = id
      askAgain()
    }
    // Where this page was heard until now, somebody has hung up, and the server's word of it is on its way: to ask for
    // the talk again would put a citizen on hold who is to rate it.
    if (wasHeardIn(id)) lost = setTimeout(reconnect, WORD_PATIENCE)
    else reconnect()
  })
}
