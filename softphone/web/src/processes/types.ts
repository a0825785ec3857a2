/** What the server says of processes and forms. Times are ISO 8601 text, durations are seconds. */
import type { FileDetail, FileSummary, Finding, Proof } from '@/flows/types'
import type { Field, Row } from '@/screens/description'

export interface ProcessSummary extends FileSummary {
  about: string
  steps: number
  /** The process in whose place it goes, in these regions. */
  replaces: string
  regions: string[]
  /** Open cases, and those of them that go by an older revision. */
  now: number
  older: number
}

export type ProcessDetail = ProcessSummary & FileDetail

export interface StepFigures {
  now: number
  entered: number
  median: number | null
  p90: number | null
  longest_now: number | null
  actions: Record<string, number>
}

export interface ProcessFigures {
  steps: Record<string, StepFigures>
  actions: Record<string, number>
  titles: Record<string, string>
}

export interface Misfit {
  case: string
  record: string
  step: string
  why: string[]
}

export interface Moving {
  revision: number
  moved: number
  misfits: Misfit[]
  unfit: number
}

export interface Move {
  wait?: string
  who?: string
  task?: string
  does?: string
  form?: Row
  step?: string
  outcome?: string
}

export interface PlayLine {
  at: string
  what: string
  who: string
  text: string
}

export interface ClockNow {
  name: string
  title: string
  state: 'none' | 'running' | 'near' | 'missed' | 'paused' | 'ended'
  due: string
}

export interface CaseNow {
  id: string
  process: string
  role: string
  step: string
  step_title: string
  public: string
  holder: string
  person: string
  outcome: string
  values: Row
  clocks: ClockNow[]
}

export interface OfferNow {
  who: string
  case: string
  task: string
  action: string
  title: string
  form: string
  refused: string
}

export interface PlayReport {
  lines: PlayLine[]
  cases: CaseNow[]
  offers: OfferNow[]
  steps: string[]
  failures: string[]
  now: string
}

export interface FormPreview {
  findings: Finding[]
  fields: Field[]
  errors: Record<string, string>
  /** What the record must have before conditions can be worked out. */
  lacking: string
}

export type { Proof }
