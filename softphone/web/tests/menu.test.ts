import { describe, expect, it } from 'vitest'
import { knownBy, othersIn } from '@/desk/caller/citizen'
import { found, foundInside } from '@/layout/find'
import { departmentTabs, entryOf, firstOf, menuOf, PAGES } from '@/layout/menu'
import type { Group, Screen } from '@/screens/description'
import { exportName } from '@/screens/icons'
import { MAY } from '@/session/permissions'
import { warningOf } from '@/system/plugins'

const groups: Group[] = [
  { name: 'system', title: '系统', icon: 'settings', order: 90 },
  { name: 'calls', title: '通话与名单', icon: 'phone', order: 20 },
  { name: 'call_log', title: '通话与录音', icon: 'phone', order: 1, within: 'calls' },
]
const screen = (name: string, group: string, order?: number): Screen => ({ name, title: `屏${name}`, group, icon: 'star', permission: 'x', kind: 'list', ...(order !== undefined && { order }) })
const titles = (screens: Screen[], may: string[], isAgent = false) =>
  menuOf(groups, screens, { isAgent, may: (one) => may.includes(one) }).map((group) => [group.title, ...group.items.map((one) => one.title)])

describe('the menu', () => {
  it('has own pages and described screens under their headings, in order', () => {
    expect(titles([screen('jobs', 'system'), screen('lists', 'calls', 40), screen('first', 'system', 10)], [MAY.calls, MAY.board], true)).toEqual([
      ['工作台', '首页', '话务工作台', '实时监控', '我的消息'],
      ['通话与名单', '通话记录', '屏lists'],
      ['系统', '屏first', '屏jobs'],
    ])
  })

  it('keeps headings of the same order as they are told, its own among them', () => {
    const told: Group[] = ['knowledge', 'knowledge_making', 'knowledge_order'].map((name) => ({ name, title: name, icon: 'star', order: 19 }))
    const shown = menuOf(told, told.map((one) => screen(one.name, one.name)), { isAgent: false, may: (one) => one === MAY.knowledge })
    expect(shown.slice(1).map((group) => [group.name, group.items.length])).toEqual([['knowledge', 1], ['knowledge_making', 1], ['knowledge_order', 2]])
  })

  it('gathers pages as tabs of one entry, and shows all of them to who has few', () => {
    const told: Group[] = [...groups, { name: 'jobs', title: '任务', icon: 'star', order: 30, within: 'system' }]
    const shown = (many: number) => {
      const screens = [screen('upkeep', 'system', 5), screen('jobs', 'jobs'), screen('timers', 'jobs'), ...Array.from({ length: many }, (_, at) => screen(`other${at}`, 'calls'))]
      const menu = menuOf(told, screens, { isAgent: false, may: () => false })
      return menu.find((one) => one.name === 'system')?.items.map((one) => [one.title, ...(one.pages ?? []).map((page) => page.name)])
    }
    expect(shown(14)).toEqual([['屏upkeep'], ['任务', 'jobs', 'timers']])
    expect(shown(1)).toEqual([['屏upkeep'], ['屏jobs'], ['屏timers']])
  })

  it('keeps a page of its own whose module is not there', () => {
    expect(titles([], [MAY.sheets])).toEqual([['工作台', '首页', '我的消息'], ['其他', '评分标准']])
  })

  it('shows nobody what he may not see', () => {
    expect(titles([], [])).toEqual([['工作台', '首页', '我的消息']])
  })

  it('has a described screen instead of a page of its name', () => {
    expect(titles([screen('people', 'system')], [MAY.people])).toEqual([['工作台', '首页', '我的消息'], ['系统', '屏people']])
  })

  it('puts at the thumb what waits for whoever has a phone', () => {
    const screens = [screen('events', 'calls', 10), { ...screen('to_sign', 'calls', 20), list: { source: '/api/x', columns: [], empty: { title: '没有' }, badge: { duty: 'sign' } } }]
    const first = (isAgent: boolean) => firstOf(menuOf(groups, screens, { isAgent, may: () => false }), 3).map((one) => one.name)
    expect(first(false)).toEqual(['home', 'to_sign', 'inbox'])
    expect(first(true)).toEqual(['home', 'desk', 'to_sign'])
  })

  it('has for who handles tickets messages, his work, the phone book and himself', () => {
    const visitor = (isAgent: boolean, may: string[]) => ({ isAgent, may: (one: string) => may.includes(one) })
    const tabs = (isAgent: boolean, ...may: string[]) =>
      departmentTabs(menuOf(groups, [screen('contacts', 'calls')], visitor(isAgent, may)), visitor(isAgent, may))?.map((one) => `${one.title} ${one.name}`)
    expect(tabs(false, MAY.handle)).toEqual(['消息 inbox', '应用 home', '通讯录 contacts', '我的 me'])
    expect(tabs(true, MAY.handle)).toBeUndefined()
    expect(tabs(false)).toBeUndefined()
  })

  it('knows where a page belongs', () => {
    expect(entryOf({ name: 'call', params: {} })).toBe('calls')
    expect(entryOf({ name: 'record', params: { name: 'citizens', id: '1' } })).toBe('citizens')
    expect(entryOf({ name: 'board', params: {} })).toBe('board')
  })

  it('finds a page by some of its characters', () => {
    const menu = menuOf(groups, [], { isAgent: true, may: () => true })
    const names = (text: string): string[] => found(menu, text).map((one) => one.item.name)
    expect(names('通话')).toEqual(['calls'])
    expect(names('话')[0]).toBe('desk')
    expect(names('监控')).toEqual(['board'])
    expect(names('通录')).toEqual(['calls'])
    expect(names('没有')).toEqual([])
    expect(names('thjl')).toEqual(['calls'])
    expect(names('节假日')).toEqual(['flow-calendars'])
    expect(names('')).toHaveLength(PAGES.length)
  })

  it('finds a page by what stands on it', () => {
    const people: Screen = { ...screen('people', 'system'), create: { name: 'add', title: '新增人员', permission: 'x', kind: 'form', method: 'POST', path: '/x', form: [{ key: 'login', title: '登录名', kind: 'text', help: '留空则用工号登录' }] } }
    const menu = menuOf(groups, [people], { isAgent: false, may: () => true })
    const said = (text: string) => foundInside(menu, [people], text).map((one) => `${one.item.name} ${one.said}`)
    expect(said('新增人')).toEqual(['people 新增人员'])
    expect(said('用工号')).toEqual(['people 登录名：留空则用工号登录'])
    expect(said('新')).toEqual([])
  })

  it('names icons as lucide exports them', () => {
    expect(exportName('users-round')).toBe('UsersRound')
    expect(exportName('building-2')).toBe('Building2')
  })
})

describe('stopping a part', () => {
  it('warns of those that need it', () => {
    const plugin = { name: 'acd', title: '排队', version: '1', state: 'running' as const, needs: [], needed_by: ['softphone'], jobs: [], reason: '', essential: false }
    expect(warningOf('stop', plugin, new Map([['softphone', '座席']]))).toContain('座席依赖它')
    expect(warningOf('start', plugin, new Map())).toBe('')
  })
})

describe('who calls', () => {
  it('is known from his record, and others of the number are told apart', () => {
    const records = [
      { id: 'c1', name: '王建国', tags: ['高龄'], vip: true, calls: 3, address: null },
      { id: 'c2', name: '' },
    ]
    const known = knownBy(records[0] ?? {}, 1)
    expect(known).toMatchObject({ citizen: 'c1', name: '王建国', tags: ['高龄'], vip: true, calls: 3, address: '', others: 1 })
    expect(othersIn(records, known).map((one) => one.id)).toEqual(['c2'])
  })
})
