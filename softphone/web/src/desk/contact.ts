import { watch } from 'vue'
import { useDesk } from './desk'

/** Another contact is on the desk, or none: what was opened for the one before closes, and acts on nobody else. */
export function useContactEnd(close: () => void): void {
  const desk = useDesk()
  watch(
    () => desk.contact,
    (_now, before) => before && close(),
    { flush: 'sync' },
  )
}
