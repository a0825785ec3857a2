import { ref } from 'vue'
import { Problem } from '@/api/http'

/** Keeps answers at the server: the last one of each question, again until it is there, in the order of the questions. */
export class Saving {
  /** Questions whose last answer is not at the server yet. */
  readonly waiting = ref(0)
  readonly trouble = ref('')
  private readonly last = new Map<number, string>()
  private running: Promise<void> | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly send: (place: number, said: string) => Promise<void>,
    private readonly refused: (problem: Problem, place: number) => void,
    private readonly pause = 2000,
  ) {}

  put(place: number, said: string): void {
    this.last.set(place, said)
    this.waiting.value = this.last.size
    void this.work()
  }

  /** Wait until all is there, or say that it is not. */
  async all(): Promise<boolean> {
    while (this.running) await this.running
    await this.work()
    return this.last.size === 0
  }

  stop(): void {
    clearTimeout(this.timer)
    this.last.clear()
  }

  /** One at a time; who asks while some are on their way waits for those, and for what was put meanwhile. */
  private work(): Promise<void> {
    this.running ??= this.sendAll().finally(() => (this.running = null))
    return this.running
  }

  private async sendAll(): Promise<void> {
    clearTimeout(this.timer)
    for (let next = this.first(); next; next = this.first()) {
      const [place, said] = next
      try {
        await this.send(place, said)
        this.trouble.value = ''
      } catch (error) {
        if (!(error instanceof Problem) || error.status === 0 || error.status >= 500) {
          this.trouble.value = '网络不通，作答暂存在本页，正在重试'
          this.timer = setTimeout(() => void this.work(), this.pause)
          return
        }
        this.refused(error, place)
      }
      // What was answered meanwhile goes next.
      if (this.last.get(place) === said) this.last.delete(place)
      this.waiting.value = this.last.size
    }
  }

  private first(): [number, string] | undefined {
    return [...this.last.entries()][0]
  }
}
