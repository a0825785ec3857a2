import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Problem } from '@/api/http'
import { Autosave, type Draft, type SaveState } from '@/screens/form/autosave'
import type { Row } from '@/screens/description'

const draft = (values: Row, version: number): Draft => ({
  form: 'outcome', subject: 'C', title: '', values, version, opened_at: '', updated_at: '',
})
/** A server that keeps one draft, and what the page was told. */
class Server {
  values: Row = {}
  version = 0
  failing: Error | null = null
  puts: number[] = []
  states: SaveState[] = []
  theirs: { values: Row; version: number } | null = null

  put = async (values: Row, seen: number): Promise<Draft> => {
    this.puts.push(seen)
    if (this.failing) throw this.failing
    if (seen !== this.version) throw new Problem(409, 'draft_changed', '')
    this.values = values
    return draft(values, ++this.version)
  }
  autosave(): Autosave {
    return new Autosave(
      { put: this.put, settle: async () => this.theirs, told: (state) => this.states.push(state), pause: 100, retry: 1000 },
      0,
      {},
    )
  }
}
let server: Server
beforeEach(() => {
  vi.useFakeTimers()
  server = new Server()
})
afterEach(() => vi.useRealTimers())

it('sends once with each pause in typing, one after the other', async () => {
  const saving = server.autosave()
  for (const note of ['水', '水管', '水管爆']) saving.typed({ note })
  expect(server.puts).toEqual([])
  await vi.advanceTimersByTimeAsync(100)
  expect(server.values).toEqual({ note: '水管爆' })
  saving.typed({ note: '水管爆裂' })
  await vi.advanceTimersByTimeAsync(100)
  expect(server.puts).toEqual([0, 1])
  expect(server.states.at(-1)).toBe('saved')
})

it('is not saved before the server says so, and tries until it does', async () => {
  const saving = server.autosave()
  server.failing = new Problem(0, 'network', '连接不上')
  saving.typed({ note: '一' })
  await vi.advanceTimersByTimeAsync(100)
  expect(server.states).toEqual(['waiting', 'saving', 'failed'])
  server.failing = null
  await vi.advanceTimersByTimeAsync(1000)
  expect(server.values).toEqual({ note: '一' })
  expect(server.states.at(-1)).toBe('saved')
})

it('goes on with what another window wrote', async () => {
  const saving = server.autosave()
  server.version = 5
  server.theirs = { values: { note: '我的', place: '他们的' }, version: 5 }
  saving.typed({ note: '我的' })
  await vi.advanceTimersByTimeAsync(100)
  expect([server.values, saving.version]).toEqual([{ note: '我的', place: '他们的' }, 6])
  server.theirs = null
  server.version = 9
  saving.typed({ note: '再写' })
  await vi.advanceTimersByTimeAsync(100)
  expect(server.states.at(-1)).toBe('gone')
})

it('sends nothing while the form itself is sent', async () => {
  const saving = server.autosave()
  saving.typed({ note: '一' })
  await saving.hold()
  saving.typed({ note: '一二' })
  await vi.advanceTimersByTimeAsync(5000)
  expect(server.puts).toEqual([])
  saving.goOn()
  await vi.advanceTimersByTimeAsync(0)
  expect(server.values).toEqual({ note: '一二' })
})

it('says when there is not much room left', async () => {
  const words: string[] = []
  const saving = new Autosave(
    { put: async (values) => ({ ...draft(values, 1), full: 0.853 }), settle: async () => null, told: (state, said) => void (state === 'saved' && words.push(said)), pause: 100 },
    0,
    {},
  )
  saving.typed({ note: '很长' })
  await vi.advanceTimersByTimeAsync(100)
  expect(words).toEqual(['内容已占暂存上限的 85%，请尽快提交或减少文字'])
})
