import { computed, shallowRef } from 'vue'
import type { Row } from '../description'

/** The ticked rows of a list, across its pages. */
export function useSelection(idOf: (row: Row) => string) {
  const chosen = shallowRef<ReadonlyMap<string, Row>>(new Map())

  function set(rows: readonly Row[], on: boolean): void {
    const next = new Map(chosen.value)
    for (const row of rows) {
      if (on) next.set(idOf(row), row)
      else next.delete(idOf(row))
    }
    chosen.value = next
  }

  return {
    chosen,
    count: computed(() => chosen.value.size),
    set,
    clear: () => (chosen.value = new Map()),
  }
}
