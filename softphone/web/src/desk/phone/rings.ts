import { ref, watch } from 'vue'
import { usePhone } from '@/phone/phone'
import { lookForCaller } from './untold-ring'

/** How long after asking to listen in the phone's next ring is taken as that. */
const JOIN_PATIENCE = 20_000

interface Desk {
  /** Whether it rings for the citizen whose talk had its sound here, or is moving here. */
  isBack: () => boolean
  /** Whether the server has said who calls. */
  isTold: () => boolean
  announce: () => void
  answer: () => void
  /** The phone rings no longer, or its talk is over. */
  over: () => void
  look: Pick<Parameters<typeof lookForCaller>[0], 'take' | 'tell'>
}

/** What this tab's phone does when it rings: it answers by itself, or rings until the agent answers. */
export function useRings(desk: Desk) {
  const phone = usePhone()
  /** What this phone joined, in words, when it talks without a call of its own: 监听, or another agent's question. */
  const joined = ref('')
  let joiningUntil = 0
  let joining = ''
  let stopLooking = (): void => undefined
  let answering: ReturnType<typeof setTimeout> | null = null

  function answerByItself(): void {
    answering = null
    if (phone.sip !== 'incoming') return
    phone.tones.autoAnswered()
    desk.answer()
  }

  /** Hear the phone from now on. */
  function hear(): void {
    phone.whenIncoming((incoming) => {
      const asked = Date.now() < joiningUntil
      joined.value = asked ? joining : '内部来电'
      // Who talked here before his page was loaded anew, or moved his talk here, need not be asked once more.
      const back = desk.isBack()
      // By the admin's rule and the agent's choice; the engine asks with the call.
      const after = asked || back ? 0 : incoming.answerAfter
      desk.announce()
      stopLooking = lookForCaller({ untold: () => phone.sip === 'incoming' && !desk.isTold() && !asked, ...desk.look })
      if (after === 0) answerByItself()
      else phone.ring()
      if (after) answering = setTimeout(answerByItself, after * 1000)
    })
    phone.whenOver(() => {
      if (answering !== null) clearTimeout(answering)
      answering = null
      stopLooking()
      desk.over()
    })
  }

  /** The next ring of this phone is a talk we asked to join; `title` says how and whose. */
  function expectJoin(title: string): void {
    joining = title
    joiningUntil = Date.now() + JOIN_PATIENCE
  }

  watch(
    () => phone.sip,
    (sip) => {
      if (sip === 'talking' && Date.now() < joiningUntil) joiningUntil = 0
    },
  )

  return { joined, hear, expectJoin }
}
