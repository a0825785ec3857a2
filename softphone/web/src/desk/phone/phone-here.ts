import type { AgentSnapshot } from '@/api/types'
import { usePhone } from '@/phone/phone'
import { browserName, LEFT_TO_OTHERS, takePlace, UNKNOWN_PATIENCE } from '@/phone/place'

/** Whether this browser has the agent's phone: the newest one that asked for it has. */
export function usePhoneHere() {
  const phone = usePhone()
  /** Since when the phone is in this browser, as the server says. */
  let placed = ''
  /** A talk was asked to move here, and has not rung yet. */
  let moving = false
  let lookAgain: ReturnType<typeof setTimeout> | undefined

  /** Follow the server's word of who has the phone; and the switch knows it. */
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

  /** The talk of the other browser, or tab, comes here. */
  function expectMove(): void {
    moving = true
  }

  /** Whether this ring is the talk that was asked to come; asked once. */
  function hasMoved(): boolean {
    const was = moving
    moving = false
    return was
  }

  return { lookForPhone, mayHavePhone, expectMove, hasMoved }
}
