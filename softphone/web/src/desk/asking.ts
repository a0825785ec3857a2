import { ref } from 'vue'

/**
 * What is asked of the server, one after another. An answer that was overtaken by what is heard live is not taken: it
 * may be the older of the two, and what is newer will be heard.
 */
export function useAsking<What extends string>(take: (answer: unknown) => void, words: (error: unknown) => string) {
  /** What is under way. */
  const pending = ref<What | ''>('')
  /** Why the last one failed. */
  const trouble = ref('')
  let heard = 0
  let underWay: Promise<boolean> = Promise.resolve(true)

  async function tried(action: () => Promise<unknown>): Promise<boolean> {
    trouble.value = ''
    const before = heard
    try {
      const answer = await action()
      if (heard === before) take(answer)
      return true
    } catch (error) {
      trouble.value = words(error)
      return false
    } finally {
      pending.value = ''
    }
  }

  /** False when it failed, or when something else is under way. */
  function ask(what: What, action: () => Promise<unknown>): Promise<boolean> {
    if (pending.value) return Promise.resolve(false)
    pending.value = what
    underWay = tried(action)
    return underWay
  }

  /** The same, after what is under way: only if that did not fail and this still fits then. */
  async function askInTurn(what: What, fits: () => boolean, action: () => Promise<unknown>): Promise<boolean> {
    while (pending.value) if (!(await underWay)) return false
    return fits() && ask(what, action)
  }

  return { pending, trouble, ask, askInTurn, heardLive: () => void (heard += 1) }
}
