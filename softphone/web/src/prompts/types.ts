export interface PromptRow {
  key: string
  id: string
  language: string
  application: string
  text: string
  source: Source
  version: number
  seconds: number | null
  used: number
  mine: boolean
  changed_at: string | null
  author: string
}

export type Source = 'shipped' | 'upload' | 'phone' | 'synthesis' | 'text'

export interface PromptVersion {
  version: number
  text: string
  source: Source
  seconds: number
  voice: string
  speed: number
  message: string
  author: string
  at: string | null
  restores: number
  is_current: boolean
  has_sound: boolean
}

export interface PromptUse {
  flow: string
  title: string
  node: string
  note: string
}

export interface PromptDetail {
  prompt: PromptRow
  say: string
  voice: string
  speed: number
  note: string
  came_along: boolean
  versions: PromptVersion[]
  uses: PromptUse[]
}

export interface Take {
  id: string
  source: Source
  state: 'working' | 'ready' | 'failed'
  step: string
  progress: number
  words: string
  seconds: number
  format: string
  rate: number
  /** LUFS before and after levelling, seconds before trimming. */
  loudness: number
  levelled: number
  raw_seconds: number
  warnings: string[]
  text: string
  voice: string
  speed: number
}

export interface Offers {
  applications: string[]
  languages: string[]
  voices: { name: string; title: string }[]
  trouble: string
  phone: boolean
}
