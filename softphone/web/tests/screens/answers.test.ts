import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { nameOf } from '@/api/save'
import { previewOf } from '@/screens/actions/import'
import { outcomeOf, sheetOf } from '@/screens/actions/outcome'
import { useAnswers } from '@/screens/charts/answers'
import { axisText, optionOf, rowsOf, slicesOf } from '@/screens/charts/option'
import type { Action, Chart } from '@/screens/description'
import { byDay } from '@/screens/detail/moments'
import { forgetOptions, optionsFrom } from '@/screens/options'

afterEach(() => {
  vi.unstubAllGlobals()
  forgetOptions()
})

describe('what became of many', () => {
  it('is told by id, by row, or not at all', () => {
    expect(outcomeOf({ done: 2, failed: [{ id: 'a', detail: '已删除' }] }, 3)).toEqual({ done: 2, refused: 1, failed: [{ id: 'a', detail: '已删除' }] })
    expect(outcomeOf({ added: 211, failed: 3, errors: [{ row: 7, field: '号码', detail: '格式不正确' }] }, 214)).toEqual({
      done: 211,
      refused: 3,
      failed: [{ id: '第 7 行，号码', detail: '格式不正确' }],
    })
    expect(outcomeOf(null, 4)).toEqual({ done: 4, refused: 0, failed: [] })
  })
})

describe('what is told this once', () => {
  const action: Action = { name: 'import', title: '导入', permission: '', kind: 'form', method: 'POST', path: '/x', shows: 'accounts', sheet: [{ key: 'login', title: '账号', kind: 'text' }, { key: 'password', title: '初始密码', kind: 'text' }] }

  it('becomes a sheet: passwords that the server made for imported people were thrown away', () => {
    expect(sheetOf(action, { added: 1, accounts: [{ login: 'wang', name: '王芳', password: 'k3-Qd' }] })).toEqual({ titles: ['账号', '初始密码'], rows: [['wang', 'k3-Qd']] })
  })

  it('is not offered where nothing was made', () => {
    expect(sheetOf(action, { accounts: [] })).toBeNull()
    expect(sheetOf(action, null)).toBeNull()
    expect(sheetOf({ ...action, sheet: [] }, { accounts: [{}] })).toBeNull()
  })
})

describe('a preview', () => {
  it('has rows by key or by title', () => {
    const answer = { columns: [{ key: 'number', title: '号码' }], rows: [{ 号码: '1' }, { number: '2' }], total: 9, good: 7, errors: [{ row: 3, field: '号码', detail: '必填' }] }
    expect(previewOf(answer)).toMatchObject({ rows: [{ number: '1' }, { number: '2' }], total: 9, good: 7 })
  })

  it('counts what is sound when nobody else does', () => {
    expect(previewOf({ rows: [{}, {}, {}], columns: [], errors: [{ row: 2 }, { row: 2 }] })).toMatchObject({ total: 3, good: 2 })
    expect(previewOf('nonsense')).toEqual({ columns: [], rows: [], total: 0, good: 0, errors: [] })
  })
})

describe('a download', () => {
  it('has the name that the server gives it', () => {
    expect(nameOf("attachment; filename*=UTF-8''%E5%90%8D%E5%8D%95.xlsx")).toBe('名单.xlsx')
    expect(nameOf('attachment; filename="a.xlsx"')).toBe('a.xlsx')
    expect(nameOf("attachment; filename*=UTF-8''%E5%9")).toBe('')
    expect(nameOf(null)).toBe('')
  })
})

describe('moments', () => {
  it('stand under their days in Shanghai', () => {
    const at = (time: string) => ({ kind: 'change', id: '1', at: time, title: 'x' })
    const days = byDay([at('2026-03-02T01:00:00Z'), at('2026-03-01T16:30:00Z'), at('2026-03-01T15:00:00Z'), at('2026-02-01T00:00:00Z')], new Date('2026-03-02T02:00:00Z'))
    expect(days.map((one) => [one.day, one.moments.length])).toEqual([['今天', 2], ['昨天', 1], ['2026-02-01', 1]])
  })
})

describe('charts', () => {
  const chart = (more: Partial<Chart>): Chart => ({ title: '', kind: 'line', source: '/x', x: 'day', series: [{ key: 'count', title: '通数' }], ...more })
  const colour = (name: string): string => `#${name}`

  it('take a list or a page of one', () => {
    expect(rowsOf([{ a: 1 }])).toEqual([{ a: 1 }])
    expect(rowsOf({ items: [{ a: 1 }] })).toEqual([{ a: 1 }])
    expect(rowsOf({ error: 1 })).toEqual([])
  })

  it('put thin slices together', () => {
    const rows = Array.from({ length: 12 }, (_, at) => ({ kind: `k${at}`, count: 12 - at }))
    const slices = slicesOf(chart({ kind: 'pie', x: 'kind' }), rows)
    expect(slices).toHaveLength(7)
    expect(slices.at(-1)).toEqual({ name: '其他', value: 6 + 5 + 4 + 3 + 2 + 1 })
    expect(slices.reduce((sum, one) => sum + one.value, 0)).toBe(78)
    expect(slicesOf(chart({ x: 'kind' }), [{ kind: 'a', count: 0 }, { kind: 'b' }])).toEqual([])
  })

  it('leave gaps where there is no figure', () => {
    const option = optionOf(chart({ kind: 'stack', series: [{ key: 'a', title: '甲', tone: 'ring' }, { key: 'b', title: '乙' }] }), [{ day: '1', a: 1, b: 'x' }], colour)
    expect(option).toMatchObject({ series: [{ type: 'bar', stack: 'all', data: [1], itemStyle: { color: '#ring' } }, { data: [null] }] })
    expect(axisText('2026-03-01T16:30:00Z')).toBe('03-02 00:30')
    expect(axisText('3月')).toBe('3月')
  })

  it('ask each route once, all of them in one request', async () => {
    const asked: string[][] = []
    let status = 200
    vi.stubGlobal('fetch', (path: string) => {
      const paths = new URLSearchParams(path.split('?')[1]).getAll('path')
      asked.push(paths)
      return Promise.resolve(new Response(JSON.stringify(paths.map((_, at) => (at === 0 ? { status, answer: status < 400 ? { items: [] } : { detail: '太多' } } : { status: 200, answer: { items: [] } })))))
    })
    const scope = effectScope()
    const { answers, load } = scope.run(() => useAnswers(['/a', '/a', '/b'])) ?? expect.fail()
    await load({ from: '1' })
    expect(asked).toEqual([['/a?from=1', '/b?from=1']])
    expect(answers['/a']).toMatchObject({ answer: { items: [] }, loading: false, trouble: '' })
    status = 429
    await load({})
    expect(Object.values(answers).map((one) => one.trouble).sort()).toEqual(['', '太多'])
    scope.stop()
  })
})

describe('options', () => {
  it('are shared for a while, and asked again after a failure', async () => {
    const fetched = vi.fn(async () => new Response('[{"value":"1","title":"甲"}]'))
    vi.stubGlobal('fetch', fetched)
    await Promise.all([optionsFrom('/o', 0), optionsFrom('/o', 29_000)])
    expect(fetched).toHaveBeenCalledTimes(1)
    await optionsFrom('/o', 31_000)
    expect(fetched).toHaveBeenCalledTimes(2)
    fetched.mockResolvedValueOnce(new Response('', { status: 500 }))
    await expect(optionsFrom('/p', 0)).rejects.toThrow()
    expect(await optionsFrom('/p', 0)).toHaveLength(1)
  })
})
