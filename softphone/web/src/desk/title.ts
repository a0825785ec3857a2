import { onBeforeUnmount, watch } from 'vue'
import { useRoute } from 'vue-router'
import { useDesk } from './desk'

/** The tab's title blinks with the caller's number while the phone rings. */
export function useIncomingTitle(): void {
  const desk = useDesk()
  const route = useRoute()
  let blinking: ReturnType<typeof setInterval> | null = null
  let shown = false

  const plain = (): string => (route.meta.title ? `${route.meta.title} · 12345 热线` : '12345 热线')
  const stop = (): void => {
    if (blinking !== null) clearInterval(blinking)
    blinking = null
    document.title = plain()
  }

  watch(
    () => desk.phase === 'ringing',
    (ringing) => {
      stop()
      if (!ringing) return
      const blink = (): void => {
        shown = !shown
        document.title = shown ? `【来电】${desk.caller}` : plain()
      }
      blink()
      blinking = setInterval(blink, 900)
    },
    { immediate: true },
  )
  onBeforeUnmount(stop)
}
