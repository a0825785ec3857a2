import { onBeforeUnmount, watch } from 'vue'
import { useLink } from '@/api/link'

/** Changes come in bursts: the rows are asked for anew at most once in so many milliseconds. */
const EVERY = 1000

/** Load anew when the topic tells a change, or one that `concerns` what is looked at. */
export function useReloading(topic: () => string | undefined, load: () => unknown, concerns: (change: unknown) => boolean = () => true): void {
  const link = useLink()
  let stop: (() => void) | null = null
  let timer: ReturnType<typeof setTimeout> | null = null

  function soon(): void {
    timer ??= setTimeout(() => {
      timer = null
      load()
    }, EVERY)
  }

  function end(): void {
    stop?.()
    stop = null
    if (timer !== null) clearTimeout(timer)
    timer = null
  }

  watch(
    topic,
    (name) => {
      end()
      // A snapshot after a lost line is a change too: what came meanwhile was not told.
      if (name) stop = link.live.hear<unknown, unknown>(name, { snapshot: soon, change: (one) => concerns(one) && soon() })
    },
    { immediate: true },
  )
  onBeforeUnmount(end)
}
