import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Hush } from '@/screens/form/hush'

describe('hush', () => {
  const asked: string[] = []
  let call: string | null
  let failed: unknown[]
  let refuse: boolean
  let hush: Hush

  beforeEach(() => {
    vi.useFakeTimers()
    asked.length = 0
    call = 'c1'
    failed = []
    refuse = false
    hush = new Hush({
      call: () => call,
      post: async (path, body) => {
        asked.push(`${path.split('/').slice(3).join('/')} ${(body as { reason: string }).reason}`)
        if (refuse) throw new Error('no')
      },
      failed: (error) => failed.push(error),
    })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('pauses while one is in the field, and lets it go on afterwards', async () => {
    await hush.enter('证件号码')
    await hush.enter('证件号码')
    expect(asked).toEqual(['c1/recording/pause 填写证件号码'])
    hush.leave('证件号码')
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked.slice(1)).toEqual(['c1/recording/resume 填写证件号码'])
  })

  it('does not let it go on between two sensitive fields, nor for a look aside', async () => {
    await hush.enter('证件号码')
    hush.leave('证件号码')
    await hush.enter('银行卡号')
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toEqual(['c1/recording/pause 填写证件号码', 'c1/recording/pause 填写银行卡号', 'c1/recording/resume 填写证件号码'])
    hush.leave('银行卡号')
    await hush.enter('银行卡号')
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toHaveLength(3)
  })

  it('goes on with the call in which it began, and asks again before the pause ends by itself', async () => {
    await hush.enter('证件号码')
    call = 'c2'
    await vi.advanceTimersByTimeAsync(300_000)
    hush.close()
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toEqual(['c1/recording/pause 填写证件号码', 'c1/recording/pause 填写证件号码', 'c1/recording/resume 填写证件号码'])
    await vi.advanceTimersByTimeAsync(600_000)
    expect(asked).toHaveLength(3)
  })

  it('tells when it is not paused, and asks nothing without a talk', async () => {
    refuse = true
    await hush.enter('证件号码')
    expect(failed).toHaveLength(1)
    call = null
    refuse = false
    await hush.enter('证件号码')
    hush.leave('证件号码')
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toEqual(['c1/recording/pause 填写证件号码'])
  })
})
