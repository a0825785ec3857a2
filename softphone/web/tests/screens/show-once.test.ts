import { expect, test, vi } from 'vitest'
import { showOnce, shownOf } from '../../src/screens/actions/show-once'
import type { Action } from '../../src/screens/description'

const prompt = vi.fn<(...given: unknown[]) => Promise<void>>(() => Promise.resolve())
vi.mock('@/layout/messages', () => ({ ElMessage: { success: vi.fn(), warning: vi.fn() }, ElMessageBox: { prompt: (...given: unknown[]) => prompt(...given) } }))
const ADD = { name: 'create', title: '新增人员', done: '已新增，初始密码', kind: 'form', method: 'POST', path: '/api/people', shows: 'password' } as unknown as Action

test('a password that was made is shown once, and copying it does not close it', async () => {
  expect(shownOf(ADD, { id: '1', password: 'Kx7-made' })).toBe('Kx7-made')
  expect(shownOf(ADD, { id: '1', password: null })).toBeNull()
  const write = vi.fn<(text: string) => Promise<void>>(() => Promise.resolve())
  vi.stubGlobal('navigator', { clipboard: { writeText: write } })
  await showOnce(ADD, 'Kx7-made')
  const box = prompt.mock.calls[0]?.[2] as { inputValue: string; beforeClose: (pressed: string, box: object, close: () => void) => void }
  const close = vi.fn()
  box.beforeClose('cancel', {}, close)
  expect([write.mock.calls, close.mock.calls.length, box.inputValue]).toEqual([[['Kx7-made']], 0, 'Kx7-made'])
  box.beforeClose('confirm', {}, close)
  expect(close).toHaveBeenCalledOnce()
})
