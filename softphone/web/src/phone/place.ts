import { http, Problem } from '@/api/http'
import type { PhoneAt } from '@/api/types'

const BROWSER = 'hotline.browser'
/** How long a talk whose sound is lost is left to the browser that had it, which may just load its page anew. */
export const LEFT_TO_OTHERS = 8000
/** How long the switch may not know a phone that believes to be registered. */
export const UNKNOWN_PATIENCE = 3000

/** The name of this browser, for as long as it keeps its storage: its tabs have one phone. */
export function browserName(): string {
  const found = localStorage.getItem(BROWSER)
  if (found) return found
  const name = Array.from(crypto.getRandomValues(new Uint8Array(12)), (one) => one.toString(16).padStart(2, '0')).join('')
  localStorage.setItem(BROWSER, name)
  return name
}

/** Have the phone in this browser: since when it is; null when the server cannot be asked. A talk with its sound in another browser raises a Problem, unless it is `moving`. */
export async function takePlace(moving: boolean): Promise<string | null> {
  try {
    return (await http.put<PhoneAt>('/api/phone/place', { browser: browserName(), moving })).since
  } catch (error) {
    if (error instanceof Problem && error.status === 409) throw error
    return null
  }
}
