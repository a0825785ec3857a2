import { expect, it } from 'vitest'
import { useAsking } from '@/desk/asking'

function gate<T>(): { answer: Promise<T>; give: (value: T) => void; fail: (error: Error) => void } {
  let give!: (value: T) => void
  let fail!: (error: Error) => void
  const answer = new Promise<T>((resolve, reject) => ([give, fail] = [resolve, reject]))
  return { answer, give, fail }
}

it('does not take an answer that the live word has overtaken', async () => {
  const taken: unknown[] = []
  const asking = useAsking<'retrieve'>((answer) => taken.push(answer), String)
  const retrieve = gate<string>()
  const done = asking.ask('retrieve', () => retrieve.answer)
  asking.heardLive()
  retrieve.give('held')
  expect(await done).toBe(true)
  expect(taken).toEqual([])
  await asking.ask('retrieve', () => Promise.resolve('talking'))
  expect(taken).toEqual(['talking'])
})

it('does one after another in order, and stops after one that failed', async () => {
  const asking = useAsking<'hold' | 'digits'>(() => undefined, String)
  const done: string[] = []
  const digit = (name: string, fits = true): Promise<boolean> =>
    asking.askInTurn(
      'digits',
      () => fits,
      async () => done.push(name),
    )
  const hold = gate<string>()
  void asking.ask('hold', () => hold.answer)
  expect(await asking.ask('hold', () => Promise.resolve())).toBe(false)
  const digits = [digit('1'), digit('2'), digit('#', false), digit('3')]
  expect(done).toEqual([])
  hold.give('held')
  expect(await Promise.all(digits)).toEqual([true, true, false, true])
  expect(done).toEqual(['1', '2', '3'])

  const refused = gate<string>()
  const failed = asking.ask('hold', () => refused.answer)
  const after = digit('4')
  refused.fail(new Error('409'))
  expect([await failed, await after, done.length]).toEqual([false, false, 3])
  expect(asking.trouble.value).toBe('Error: 409')
})
