import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { AgentSnapshot } from '@/api/types'
import { lookForCaller, WORD_OF_RING } from '@/desk/phone/untold-ring'

const SNAPSHOT = { state: 'ringing' } as AgentSnapshot

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function desk(untold = true) {
  return { untold: vi.fn(() => untold), take: vi.fn(), tell: vi.fn() }
}

it('asks the server for a caller whom nobody has told of', async () => {
  const one = desk()
  lookForCaller(one, () => Promise.resolve(SNAPSHOT))
  await vi.advanceTimersByTimeAsync(WORD_OF_RING - 1)
  expect(one.take).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(one.take).toHaveBeenCalledWith(SNAPSHOT)
})

it('asks nothing when it was told, or the ring is over', async () => {
  const told = desk(false)
  const ask = vi.fn(() => Promise.resolve(SNAPSHOT))
  lookForCaller(told, ask)
  lookForCaller(desk(), ask)()
  await vi.advanceTimersByTimeAsync(WORD_OF_RING)
  expect(ask).not.toHaveBeenCalled()
})

it('says that a ring has no caller when the server does not answer', async () => {
  const one = desk()
  lookForCaller(one, () => Promise.reject(new Error('no network')))
  await vi.advanceTimersByTimeAsync(WORD_OF_RING)
  expect(one.tell.mock.calls[0]?.[0]).toContain('没有收到来电信息')
})
