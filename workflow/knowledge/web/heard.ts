import { computed, type ComputedRef, onBeforeUnmount, watch } from 'vue'
import { saidIn } from '@/desk/said'

/** Fewer characters say nothing that one could look for. */
const FEWEST = 6
const PAUSE = 900

/** What the citizen of a call just said, if anybody writes it down; `look` is called now and then while he speaks. */
export function useHeard(call: () => string, look: () => void): ComputedRef<string> {
  const heard = computed(() => {
    const said = call() ? saidIn(call()) : ''
    return said.length < FEWEST ? '' : said
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(heard, () => {
    // Somebody may go on speaking for long: nobody waits for his last word.
    timer ??= setTimeout(() => {
      timer = undefined
      look()
    }, PAUSE)
  })
  onBeforeUnmount(() => clearTimeout(timer))
  return heard
}
