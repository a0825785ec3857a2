import { ref, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { AgentSnapshot } from '@/api/types'
import { usePhone } from '@/phone/phone'

const ANSWERED = 'hotline.answered'
/** How long the phone may talk on after the server says that the call is over, before it is hung up here. */
const STRAY_PATIENCE = 4000

/** Which call was answered in this browser, kept over a reload until that call is over. */
export function useAnsweredHere(snapshot: ShallowRef<AgentSnapshot | null>, isElsewhere: ComputedRef<boolean>) {
  const phone = usePhone()
  const answeredHere = ref(localStorage.getItem(ANSWERED) ?? '')
  /** The call that this page, since it was loaded, has been heard in. */
  let heardIn = ''
  let stray: ReturnType<typeof setTimeout> | null = null

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

  /** What the server says of the call, and what this phone does, make it answered here. */
  function follow(): void {
    const current = snapshot.value?.call
    if (current && current.state !== 'ringing' && phone.sip === 'talking') remember(current.id)
    if (!current && phone.sip === 'none') remember('')
    watchStray()
  }

  watch(
    () => phone.sip,
    (sip) => {
      if (sip === 'talking' && snapshot.value?.call) remember(snapshot.value.call.id)
      watchStray()
    },
  )
  // Another tab of this browser may have answered, and is gone.
  watch(isElsewhere, () => (answeredHere.value = localStorage.getItem(ANSWERED) ?? ''))

  return { answeredHere, follow, forget: () => remember(''), wasHeardIn: (id: string) => heardIn === id }
}
