import { afterEach, describe, expect, it, vi } from 'vitest'
import { learnServerTime, secondsSince, secondsUntil, serverNow } from '@/api/clock'
import { http, Problem, problemOf, withQuery, wordsOf } from '@/api/http'
import { allows } from '@/session/permissions'

const answer = (status: number, body: string): Response => new Response(body, { status })

describe('problems', () => {
  it('keep the server’s words, code and field', async () => {
    const problem = await problemOf(
      answer(409, JSON.stringify({ title: '与现有数据冲突', code: 'login_taken', detail: '账号已存在', field: 'login' })),
    )
    expect(problem).toMatchObject({ status: 409, code: 'login_taken', field: 'login' })
    expect(problem.words).toBe('账号已存在')
  })

  it('have Chinese words even when a proxy answers', async () => {
    expect((await problemOf(answer(502, '<html>'))).words).toBe('服务器暂时不可用')
    expect((await problemOf(answer(418, 'null'))).words).toBe('服务器返回错误（418）')
    expect(wordsOf(new Problem(0, 'network', '连接不上服务器'))).toBe('连接不上服务器')
  })
})

describe('an answer that does not come, or not whole', () => {
  afterEach(() => vi.unstubAllGlobals())

  const half = (error: unknown): Response =>
    new Response(new ReadableStream({ pull: controller => controller.error(error) }), { status: 200 })

  it.each([
    [new DOMException('signal timed out', 'TimeoutError'), '服务器没有及时响应，请稍候再试'],
    [new TypeError('Failed to fetch'), '连接不上服务器，请检查网络'],
  ])('is told in Chinese: %s', async (error, words) => {
    vi.stubGlobal('fetch', () => Promise.reject(error))
    await expect(http.get('/api/tickets')).rejects.toMatchObject({ words })
    vi.stubGlobal('fetch', () => Promise.resolve(half(error)))
    await expect(http.post('/api/tickets')).rejects.toMatchObject({ words })
  })
})

describe('addresses', () => {
  it('leave empty filters out and escape the others', () => {
    expect(withQuery('/api/calls', { number: '', agent: null, page: 1, queue: 'a&b' })).toBe('/api/calls?page=1&queue=a%26b')
    expect(withQuery('/api/lists/hits?entry=1', { page: 2 })).toBe('/api/lists/hits?entry=1&page=2')
  })
})

describe('the server’s clock', () => {
  it('is followed when the desk’s is off, and not for the parts of a second', () => {
    const local = Date.parse('2026-03-01T01:00:00Z')
    learnServerTime('Sun, 01 Mar 2026 01:05:00 GMT', local)
    expect(serverNow(local) - local).toBe(300_000)
    learnServerTime('Sun, 01 Mar 2026 01:00:01 GMT', local)
    expect(serverNow(local)).toBe(local)
    learnServerTime('nonsense', local)
    expect(serverNow(local)).toBe(local)
  })

  it('never counts below zero', () => {
    const now = Date.parse('2026-03-01T01:00:00Z')
    expect(secondsSince('2026-03-01T01:00:09Z', now)).toBe(0)
    expect(secondsUntil('2026-03-01T00:59:00Z', now)).toBe(0)
    expect(secondsUntil('2026-03-01T01:00:30Z', now)).toBe(30)
    expect(secondsSince(null, now)).toBeNull()
  })
})

describe('permissions', () => {
  it('are exact, or all', () => {
    expect(allows(['calls.see'], 'calls.see')).toBe(true)
    expect(allows(['calls.see'], 'calls.see_numbers')).toBe(false)
    expect(allows(['*'], 'people.manage')).toBe(true)
  })
})
