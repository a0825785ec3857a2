import { computed, ref, watch } from 'vue'
import type { Column, ListScreen } from '../description'

/** Which columns a list shows, remembered for this list on this computer. */
export function useColumns(screen: ListScreen) {
  const key = `hotline.columns.${screen.name}`
  const known = screen.columns.map((column) => column.key)
  const byDefault = screen.columns.filter((column) => !column.hidden).map((column) => column.key)

  function stored(): string[] {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
      if (!Array.isArray(found)) return byDefault
      const kept = found.filter((one): one is string => typeof one === 'string' && known.includes(one))
      return kept.length ? kept : byDefault
    } catch {
      return byDefault
    }
  }

  const chosen = ref(stored())
  watch(chosen, (value) => localStorage.setItem(key, JSON.stringify(value)))
  const columns = computed<Column[]>(() => screen.columns.filter((column) => chosen.value.includes(column.key)))
  return { chosen, columns, reset: () => (chosen.value = byDefault) }
}
