import { http, wordsOf } from '@/api/http'

/** A pause ends by itself after five minutes on the server: whoever is still there asks again before. */
const AGAIN = 240_000
/** From one sensitive field to the next the recording stays paused. */
const LINGERS = 300

interface Means {
  /** The call whose recording goes on now, if there is one. */
  call: () => string | null
  post: (path: string, body: object) => Promise<unknown>
  /** Tells that it could not be done: what is said is recorded. */
  failed: (error: unknown) => void
}

/** Pauses the recording of one's talk while one is in a sensitive field, each field for a reason of its own. */
export class Hush {
  private readonly open = new Map<string, { call: string; again: ReturnType<typeof setInterval> }>()
  private readonly ends = new Map<string, ReturnType<typeof setTimeout>>()
  private turn: Promise<void> = Promise.resolve()

  constructor(private readonly means: Means) {}

  enter(title: string): Promise<void> {
    clearTimeout(this.ends.get(title))
    this.ends.delete(title)
    return this.then(async () => {
      const call = this.means.call()
      if (call === null || this.open.has(title)) return
      const pause = (): Promise<unknown> => this.ask(call, 'pause', title)
      await pause()
      const again = setInterval(() => void pause().catch(this.means.failed), AGAIN)
      this.open.set(title, { call, again })
    })
  }

  leave(title: string): void {
    clearTimeout(this.ends.get(title))
    this.ends.set(title, setTimeout(() => void this.end(title), LINGERS))
  }

  /** The form is no longer there. */
  close(): void {
    for (const title of [...this.open.keys(), ...this.ends.keys()]) void this.end(title)
  }

  private end(title: string): Promise<void> {
    clearTimeout(this.ends.get(title))
    this.ends.delete(title)
    return this.then(async () => {
      const one = this.open.get(title)
      if (!one) return
      clearInterval(one.again)
      this.open.delete(title)
      await this.ask(one.call, 'resume', title)
    })
  }

  private ask(call: string, verb: 'pause' | 'resume', title: string): Promise<unknown> {
    return this.means.post(`/api/calls/${encodeURIComponent(call)}/recording/${verb}`, { reason: `填写${title}`.slice(0, 40) })
  }

  /** One after the other: a pause that is on its way is not overtaken by its end. */
  private then(work: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(work).catch(this.means.failed)
    return this.turn
  }
}

/** For the talk at this person's desk. */
export async function hushOfDesk(): Promise<Hush> {
  const [{ useDesk }, { ElMessage }] = await Promise.all([import('@/desk/desk'), import('@/layout/messages')])
  const desk = useDesk()
  return new Hush({
    call: () => (desk.call?.recording && desk.may('pause') ? desk.call.id : null),
    post: (path, body) => http.post(path, body),
    failed: (error) => void ElMessage.warning(`录音没有暂停或恢复：${wordsOf(error)}`),
  })
}
