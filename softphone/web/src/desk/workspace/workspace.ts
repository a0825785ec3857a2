import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { http, wordsOf } from '@/api/http'
import { useCatalogue } from '@/screens/catalogue'
import { arranged, type Column, folded, put, resized, type Step, stepped, widgetsOf } from './arrangement'

const PATH = '/api/agent/workspace'
/** Milliseconds without a change after which an arrangement is kept. */
const PAUSE = 600

/** How the person who sits here has arranged his desk. */
export const useWorkspace = defineStore('workspace', () => {
  const catalogue = useCatalogue()
  const kept = shallowRef<readonly Column[]>([])
  const known = ref(false)
  const trouble = ref('')
  /** Whether he arranges now. */
  const arranging = ref(false)
  const widgets = computed(() => widgetsOf(catalogue.deskCards))
  const columns = computed(() => arranged(kept.value, widgets.value))
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Once for a session; without an answer the desk is as it comes. */
  async function load(): Promise<void> {
    if (known.value) return
    try {
      kept.value = (await http.get<{ columns: Column[] }>(PATH)).columns
    } catch (error) {
      trouble.value = wordsOf(error)
    }
    known.value = true
  }

  function change(fresh: readonly Column[]): void {
    kept.value = fresh
    clearTimeout(timer)
    timer = setTimeout(() => void keep(), PAUSE)
  }

  async function keep(): Promise<void> {
    try {
      await http.put(PATH, { columns: kept.value })
      trouble.value = ''
    } catch (error) {
      trouble.value = wordsOf(error)
    }
  }

  watch(
    () => catalogue.known,
    (there) => {
      // Nothing of one person stays for the next.
      if (there) return
      clearTimeout(timer)
      kept.value = []
      known.value = arranging.value = false
    },
  )

  return {
    widgets,
    columns,
    known,
    trouble,
    arranging,
    load,
    put: (name: string, column: number, row: number) => change(put(columns.value, name, column, row)),
    step: (name: string, step: Step) => change(stepped(columns.value, name, step)),
    fold: (name: string, value: boolean) => change(folded(columns.value, name, value)),
    resize: (at: number, by: number) => change(resized(columns.value, at, by)),
    reset: () => change([]),
  }
})
