import { expect, test, vi } from 'vitest'
import type { Action } from '../../src/screens/description'
import { useActions } from '../../src/screens/actions/actions'

vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }))

const TRY = { name: 'try', title: '试拨', kind: 'form', method: 'POST', path: '/api/forbidden_numbers/try' } as unknown as Action

test('an action that is opened again while its last form fades out has a form of its own', async () => {
  const actions = useActions(() => undefined)
  await actions.run(TRY)
  const first = actions.form.value?.opening
  await actions.run(TRY)
  expect(actions.form.value?.opening).not.toBe(first)
  await actions.runMany(TRY, { ids: ['a', 'b'], query: null, count: 2 })
  expect(actions.form.value?.opening).not.toBe(first)
})
