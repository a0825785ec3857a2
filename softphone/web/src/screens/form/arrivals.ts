import { computed, reactive, ref, watch } from 'vue'

/** The files of one field: how much of them has come, in bytes, and which did not come. */
export interface Arrival {
  size: number
  sent: number
  busy: boolean
  /** Name and reason of each that failed. */
  failed: readonly string[]
}

/** Files of a form that are still on the way, by field: who saves waits for them. */
export function useArrivals() {
  const known = reactive(new Map<string, Arrival>())
  const waiting = ref(false)
  let stopped = false
  const coming = (): string[] => [...known].filter(([, one]) => one.busy).map(([key]) => key)
  /** How much has come, 0 to 100. */
  const percent = computed(() => {
    const all = [...known.values()].filter((one) => one.busy)
    const size = all.reduce((sum, one) => sum + one.size, 0)
    return size ? Math.floor((100 * all.reduce((sum, one) => sum + one.sent, 0)) / size) : 0
  })

  function tell(key: string, arrival: Arrival): void {
    known.set(key, arrival)
  }

  function quiet(): Promise<void> {
    return new Promise((resolve) => {
      const end = watch(
        () => !waiting.value || coming().length === 0,
        (over) => {
          if (!over) return
          end()
          resolve()
        },
        { flush: 'sync' },
      )
    })
  }

  /** Wait until all have come or failed: what to say at which field, or null when somebody no longer wants to wait. */
  async function all(): Promise<Readonly<Record<string, string>> | null> {
    const awaited = coming()
    if (awaited.length === 0) return {}
    waiting.value = true
    stopped = false
    await quiet()
    waiting.value = false
    if (stopped) return null
    const failed = awaited.map((key) => [key, known.get(key)?.failed ?? []] as const).filter(([, names]) => names.length)
    return Object.fromEntries(failed.map(([key, names]) => [key, `没有上传成功：${names.join('；')}。请重试，或移除后再保存`]))
  }

  /** No longer wait; what is on the way goes on coming. */
  function stop(): void {
    stopped = true
    waiting.value = false
  }

  return { tell, all, stop, waiting, percent, isComing: (key: string) => known.get(key)?.busy === true }
}
