import { reactive, watch } from 'vue'

/** What an agent chose on this computer. */
export interface Preferences {
  microphone: string
  speaker: string
  ringer: string
  ringVolume: number
  notify: boolean
  /** The people at this computer who want their surroundings heard: noise is taken out for all others. */
  noisy: string[]
}

const KEY = 'hotline.phone'
const DEFAULTS: Preferences = { microphone: '', speaker: '', ringer: '', ringVolume: 0.6, notify: false, noisy: [] }

function load(): Preferences {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return { ...DEFAULTS, ...(typeof found === 'object' && found !== null ? found : {}) }
  } catch {
    return { ...DEFAULTS }
  }
}

export const preferences = reactive(load())

/** Whether noise is taken out of what a person says at this computer. */
export const isDenoised = (login: string): boolean => !preferences.noisy.includes(login)

export function setDenoised(login: string, wanted: boolean): void {
  preferences.noisy = [...preferences.noisy.filter((one) => one !== login), ...(wanted ? [] : [login])]
}

watch(preferences, (value) => localStorage.setItem(KEY, JSON.stringify(value)))
