import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { Column, List } from '@/screens/description'
import { cellOf } from '@/screens/list/export'
import { useSelection } from '@/screens/list/selection'
import { asked, isFiltered, queryOf, stateOf } from '@/screens/list/state'
import { widthsOf } from '@/screens/list/widths'
import { sheetName, workbook } from '@/screens/list/xlsx'
import { actionsFor, filled, filledList, holds, inside, linked } from '@/screens/paths'
import { shownOf, textOf } from '@/screens/value'

const list: List = {
  source: '/api/lists',
  columns: [{ key: 'number', title: '号码', kind: 'text' }],
  filters: [
    { kind: 'text', key: 'search', title: '查找' },
    { kind: 'choices', key: 'kind', title: '名单' },
    { kind: 'period', key: 'period', title: '时间' },
  ],
  sort: '-updated_at',
  sorts: ['number', 'updated_at'],
  empty: { title: '没有' },
}

describe('a list in the address', () => {
  it('comes back as it was', () => {
    const state = { page: 3, size: 50, sort: 'number', values: { search: '骚扰 & 1', kind: 'black,vip', from: '', to: '' } }
    expect(stateOf(list, queryOf(list, state))).toEqual(state)
  })

  it('is short where all is as at first, and keeps what others put there', () => {
    const state = stateOf(list, {})
    expect(state).toMatchObject({ page: 1, size: 20, sort: '-updated_at' })
    expect(queryOf(list, state, { tab: 'calls', page: '7' })).toEqual({ tab: 'calls' })
    expect(isFiltered(state)).toBe(false)
    expect(isFiltered(stateOf(list, { kind: 'vip' }))).toBe(true)
  })

  it('forgives what nobody can mean', () => {
    for (const page of ['0', '-1', 'x', '1e9', '']) expect(stateOf(list, { page }).page).toBe(1)
    expect(stateOf(list, { page: '2.9' }).page).toBe(2)
    expect(stateOf(list, { size: '7', sort: '-password', search: ['a', 'b'] })).toMatchObject({ size: 20, sort: '-updated_at', values: { search: '' } })
  })

  it('asks for an order only where there is one', () => {
    expect(asked(list, stateOf(list, { sort: 'number' }))).toMatchObject({ sort: 'number' })
    const plain: List = { source: list.source, columns: list.columns, empty: list.empty }
    expect(asked(plain, stateOf(plain, { sort: 'number' }))).not.toHaveProperty('sort')
  })
})

describe('cells', () => {
  const one = (column: Partial<Column>, value: unknown): string => textOf({ key: 'v', title: '值', kind: 'text', ...column }, { v: value })

  it.each([
    [{ kind: 'number' as const }, 1234567, '1,234,567'],
    [{ kind: 'flag' as const }, false, '否'],
    [{ kind: 'person' as const }, { id: 'p1', name: '李敏' }, '李敏'],
    [{ kind: 'date' as const }, '2026-03-01', '2026-03-01'],
    [{ kind: 'tags' as const, none: '未接通' }, [], '未接通'],
    [{ kind: 'choice' as const, options: [{ value: '1', title: '满意' }] }, 1, '满意'],
    [{ kind: 'phone' as const }, ['+8613800000001', '12345'], '138 0000 0001、12345'],
    [{ kind: 'point' as const }, '31.81124,119.97371', '北纬 31.81124°，东经 119.97371°'],
    [{ kind: 'point' as const, none: '' }, '', ''],
    [{ better: 'title' }, 'general', 'general'],
    [{}, null, '—'],
  ])('%o of %o', (column, value, words) => {
    expect(one(column, value)).toBe(words)
  })

  it('link only to files of this house', () => {
    const file: Column = { key: 'f', title: '附件', kind: 'file' }
    expect(shownOf(file, { f: { name: 'a.pdf', url: '/api/files/1' } })).toEqual([{ text: 'a.pdf', url: '/api/files/1' }])
    for (const url of ['//evil.example/x', 'javascript:alert(1)', 'https://evil.example', 7]) {
      expect(shownOf(file, { f: { name: 'a.pdf', url } })[0]?.url).toBe('')
    }
  })
})

describe('a place', () => {
  it('opens the map programme of a telephone, and nothing else', () => {
    const point: Column = { key: 'p', title: '地图位置', kind: 'point' }
    expect(shownOf(point, { p: '-33.4,-70.6' })).toEqual([{ text: '南纬 33.4°，西经 70.6°', url: 'geo:-33.4,-70.6' }])
    for (const text of ['javascript:alert(1)', '****', '91,181', '31.8']) expect(shownOf(point, { p: text })).toEqual([{ text }])
  })
})

describe('columns', () => {
  const columns: Column[] = [
    { key: 'a', title: '号码', kind: 'text', width: 150 },
    { key: 'b', title: '原因', kind: 'long', width: 300 },
    { key: 'c', title: '时间', kind: 'time' },
  ]
  it('keep their widths where there is room', () => {
    expect(widthsOf(columns, 900)).toEqual([150, 300, 164])
  })
  it('give way in words, never in figures or the first', () => {
    expect(widthsOf(columns, 500)).toEqual([150, 186, 164])
    expect(widthsOf(columns, 464)).toEqual([150, 150, 164])
  })
  it('have room for their titles', () => {
    const calls: Column = { key: 'd', title: '命中次数', kind: 'number' }
    expect(widthsOf([calls], 900)).toEqual([80])
    expect(widthsOf([calls], 900, ['d'])).toEqual([100])
    const number: Column = { key: 'n', title: '号码', kind: 'phone' }
    expect(widthsOf([number, { ...number, dial: true }], 900)).toEqual([134, 172])
  })
  it('are as described where the table scrolls anyway', () => {
    expect(widthsOf(columns, 460)).toEqual([150, 300, 164])
  })
})

describe('ticks', () => {
  it('outlive a page and go one by one', () => {
    const ticks = useSelection((row) => String(row.id))
    ticks.set([{ id: 1 }, { id: 2 }], true)
    ticks.set([{ id: 3 }], true)
    ticks.set([{ id: 1 }], false)
    expect([...ticks.chosen.value.keys()]).toEqual(['2', '3'])
    ticks.clear()
    expect(ticks.count.value).toBe(0)
  })
})

describe('paths', () => {
  it('take keys of the row, each as one part', () => {
    expect(filled('/api/citizens/{id}/calls', { id: '../a?b' })).toBe('/api/citizens/..%2Fa%3Fb/calls')
    expect(linked('/tickets/{id}', { id: 'a/b' })).toBe('/tickets/a%2Fb')
    expect(linked('{link}', { link: '/tickets/01A' })).toBe('/tickets/01A')
    const inner = filledList({ ...list, source: '/api/c/{id}/l', export: '/api/c/{id}/x', row: [{ name: 'r', title: '删', kind: 'confirm', method: 'DELETE', path: '/api/l/{id}' }] }, { id: 'C1' })
    expect(inner).toMatchObject({ source: '/api/c/C1/l', export: '/api/c/C1/x', row: [{ path: '/api/l/{id}' }] })
  })

  it('stay within the console', () => {
    expect(inside('/lists?kind=vip')).toBe('/lists?kind=vip')
    for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:x']) expect(inside(path)).toBeNull()
  })

  it('offer what a row can have', () => {
    const actions = [
      { name: 'retry', title: '重试', kind: 'confirm' as const, method: 'POST' as const, path: '/x', when: { key: 'state', in: ['failed'] } },
      { name: 'see', title: '看', kind: 'link' as const, method: 'GET' as const, path: '/x' },
    ]
    expect(actionsFor(actions, { state: 'done' }).map((one) => one.name)).toEqual(['see'])
    expect(actionsFor(actions, { state: 'failed' })).toHaveLength(2)
    expect(holds({ key: 'gone', in: [null] }, {})).toBe(true)
  })
})

/** The files of a workbook. */
async function unzipped(book: Blob): Promise<Record<string, string>> {
  const files = unzipSync(new Uint8Array(await book.arrayBuffer()))
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]))
}

describe('an exported workbook', () => {
  it('is named after the list', async () => {
    const files = await unzipped(await workbook('通话/记录', ['号码'], [['12345']], [10]))
    expect(files['xl/workbook.xml']).toContain('name="通话 记录"')
    expect(sheetName('[a]:b*?/\\')).toBe('a  b')
  })

  it('has texts that are no formulas, figures that are figures, times of the hotline, and no sign that XML forbids', async () => {
    const rows = [['=HYPERLINK("http://x")', 7, null, new Date('2026-03-01T16:00:00Z')], ['a\u0000\u0008b', '', '', '']]
    const files = await unzipped(await workbook('名单', ['<标题>', '次数', '', '时间'], rows, [10, 10, 10, 20]))
    const sheet = files['xl/worksheets/sheet1.xml'] ?? ''
    expect(sheet).not.toContain('<f>')
    expect(sheet).toContain('<v>7</v>')
    expect(sheet).toContain('<v>46083</v>')
    const texts = Object.values(files).join('')
    expect(texts).toContain('=HYPERLINK')
    expect(texts).toContain('&lt;标题&gt;')
    expect(texts).toContain('>ab<')
  })

  it('has words for choices and numbers for durations', () => {
    expect(cellOf({ key: 'v', title: '', kind: 'duration' }, { v: 75 })).toBe(75)
    expect(cellOf({ key: 'v', title: '', kind: 'choice', options: [{ value: 'a', title: '甲' }] }, { v: 'a' })).toBe('甲')
    expect(cellOf({ key: 'v', title: '', kind: 'tags', none: '未接通' }, { v: null })).toBe('未接通')
    expect(cellOf({ key: 'v', title: '', kind: 'time' }, { v: '2026-03-01T00:00:00Z' })).toBeInstanceOf(Date)
    expect(cellOf({ key: 'v', title: '', kind: 'text' }, {})).toBeNull()
  })
})
