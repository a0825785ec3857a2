import { Problem, wordsOf } from '@/api/http'
import type { Row } from '@/screens/description'

/** A draft as the server keeps it. */
export interface Draft {
  form: string
  subject: string
  title: string
  values: Row
  version: number
  opened_at: string
  updated_at: string
  /** How much of the room of a draft it takes, 0 to 1. */
  full?: number
}

/** `gone`: it was sent or given up in another window. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'gone'

export interface Keeping {
  /** Keep the values of a draft read at version `seen`. */
  put(values: Row, seen: number): Promise<Draft>
  /** Another window was quicker: the values that hold now, with its version; null when the draft is gone. */
  settle(mine: Row, base: Row): Promise<{ values: Row; version: number } | null>
  told(state: SaveState, words: string): void
  pause?: number
  retry?: number
}

const PAUSE = 600
const RETRY = 3000
const QUICKER = 'draft_changed'
const GONE = 'draft_gone'
/** From here on somebody is told that there is not much room left. */
const NEARLY_FULL = 0.8

function roomWords(draft: Draft): string {
  return (draft.full ?? 0) < NEARLY_FULL ? '' : `内容已占暂存上限的 ${Math.floor((draft.full ?? 0) * 100)}%，请尽快提交或减少文字`
}

/** Sends what somebody types with each pause, one after the other, and again until it is acknowledged. */
export class Autosave {
  /** The values that the server has acknowledged. */
  base: Row
  private waiting: Row | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private sending: Promise<void> | null = null
  private held = false
  private room = ''

  constructor(
    private readonly keeping: Keeping,
    public version: number,
    values: Row,
  ) {
    this.base = { ...values }
  }

  typed(values: Row): void {
    this.waiting = { ...values }
    if (this.held) return
    this.keeping.told('waiting', '')
    this.again(this.keeping.pause ?? PAUSE)
  }

  /** Send at once what waits; true when all is acknowledged. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer)
    while (this.sending) await this.sending
    if (this.waiting && !this.held) await this.send()
    return this.waiting === null
  }

  /** Send nothing while the form itself is sent. */
  async hold(): Promise<void> {
    this.held = true
    clearTimeout(this.timer)
    while (this.sending) await this.sending
  }

  goOn(): void {
    this.held = false
    if (this.waiting) this.again(0)
  }

  stop(): void {
    this.held = true
    this.waiting = null
    clearTimeout(this.timer)
  }

  private again(seconds: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.flush(), seconds)
  }

  private send(): Promise<void> {
    this.sending = this.sendAll().finally(() => {
      this.sending = null
    })
    return this.sending
  }

  private async sendAll(): Promise<void> {
    while (this.waiting && !this.held) {
      const values = this.waiting
      this.waiting = null
      this.keeping.told('saving', '')
      try {
        const draft = await this.keeping.put(values, this.version)
        this.version = draft.version
        this.base = values
        this.room = roomWords(draft)
      } catch (error) {
        this.waiting ??= values
        if (!(await this.settled(error))) return
      }
    }
    if (!this.waiting) this.keeping.told('saved', this.room)
  }

  /** Whether to go on at once. */
  private async settled(error: unknown): Promise<boolean> {
    const code = error instanceof Problem ? error.code : ''
    try {
      if (code === QUICKER) {
        const found = await this.keeping.settle(this.waiting ?? {}, this.base)
        if (found) {
          this.version = found.version
          this.waiting = found.values
          return true
        }
      }
      if (code === GONE || code === QUICKER) {
        this.stop()
        this.keeping.told('gone', wordsOf(error))
        return false
      }
    } catch (second) {
      error = second
    }
    this.keeping.told('failed', wordsOf(error))
    this.again(this.keeping.retry ?? RETRY)
    return false
  }
}
