import { onBeforeUnmount, watch } from 'vue'
import { titleUrgently } from '@/layout/title'
import { useDesk } from './desk'

/** The tab's title blinks with the caller's number while the phone rings. */
export function useIncomingTitle(): void {
  const desk = useDesk()
  let blinking: ReturnType<typeof setInterval> | null = null
  let shown = false

  const stop = (): void => {
    if (blinking !== null) clearInterval(blinking)
    blinking = null
    shown = false
    titleUrgently('')
  }

  watch(
    () => desk.phase === 'ringing',
    (ringing) => {
      stop()
      if (!ringing) return
      const blink = (): void => {
        shown = !shown
        titleUrgently(shown ? `【来电】${desk.caller}` : '')
      }
      blink()
      blinking = setInterval(blink, 900)
    },
    { immediate: true },
  )
  onBeforeUnmount(stop)
}
