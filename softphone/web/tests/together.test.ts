import { afterEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/http'
import { getTogether } from '@/api/together'

const json = (body: unknown): Response => new Response(JSON.stringify(body), { status: 200 })

afterEach(() => vi.unstubAllGlobals())

describe('what is asked for in the same moment', () => {
  it('goes as one request, and each has its own answer or trouble', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', (path: string) => {
      asked.push(path)
      return Promise.resolve(json([{ status: 200, answer: { total: 3 } }, { status: 403, answer: { code: 'not_allowed', title: '没有权限' } }]))
    })
    const [one, other] = await Promise.allSettled([getTogether('/api/trees', { page: 2 }), getTogether('/api/secrets')])
    expect(asked).toEqual(['/api/answers?path=%2Fapi%2Ftrees%3Fpage%3D2&path=%2Fapi%2Fsecrets'])
    expect(one).toEqual({ status: 'fulfilled', value: { total: 3 } })
    expect(other.status === 'rejected' && other.reason instanceof Problem && other.reason.code).toBe('not_allowed')
  })

  it('is asked alone when it is the only one, and no more than forty go together', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', (path: string) => {
      asked.push(path)
      const paths = new URLSearchParams(path.split('?')[1]).getAll('path')
      return Promise.resolve(json(paths.length ? paths.map((answer) => ({ status: 200, answer })) : 'alone'))
    })
    expect(await getTogether('/api/trees')).toBe('alone')
    const many = await Promise.all(Array.from({ length: 45 }, (_, at) => getTogether(`/api/trees/${at}`)))
    expect(many[44]).toBe('/api/trees/44')
    expect(asked.length).toBe(3)
  })
})
