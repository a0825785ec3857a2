import { reactive, watch } from 'vue'

/** What an agent chose on this computer. */
export interface Preferences {
  microphone: string
  speaker: string
  ringer: string
  ringVolume: number
  notify: boolean
}

const KEY = 'hotline.phone'
const DEFAULTS: Preferences = { microphone: '', speaker: '', ringer: '', ringVolume: 0.6, notify: false }

function load(): Preferences {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return { ...DEFAULTS, ...(typeof found === 'object' && found !== null ? found : {}) }
  } catch {
    return { ...DEFAULTS }
  }
}

export const preferences = reactive(load())

watch(preferences, (value) => localStorage.setItem(KEY, JSON.stringify(value)))
