import { Activity, ArrowDownWideNarrow, ArrowLeftRight, AudioLines, Bell, CalendarDays, ClipboardList, Headset, House, ListChecks, PhoneCall, Printer, Route as RouteIcon, Sigma, UserRound, Workflow } from '@lucide/vue'
import type { Component } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import type { Group, Screen } from '@/screens/description'
import { iconOf } from '@/screens/icons'
import { MAY, type Permission } from '@/session/permissions'

interface Page {
  name: string
  title: string
  group: string
  order: number
  icon: Component
  permission?: Permission
  agent?: boolean
}

/** The console's own pages; each shows only to those who may see it. */
export const PAGES: readonly Page[] = [
  { name: 'home', title: '首页', group: 'work', order: 0, icon: House },
  { name: 'desk', title: '话务工作台', group: 'work', order: 1, icon: Headset, agent: true },
  { name: 'board', title: '实时监控', group: 'work', order: 2, icon: Activity, permission: MAY.board },
  { name: 'inbox', title: '我的消息', group: 'work', order: 90, icon: Bell },
  { name: 'calls', title: '通话记录', group: 'calls', order: 1, icon: PhoneCall, permission: MAY.calls },
  { name: 'flows', title: '语音流程', group: 'flows', order: 10, icon: Workflow, permission: MAY.flows },
  { name: 'figures', title: '统计口径', group: 'figures', order: 80, icon: Sigma, permission: MAY.reports },
  { name: 'printouts', title: '打印模板', group: 'figures', order: 90, icon: Printer, permission: MAY.printouts },
  { name: 'prompts', title: '语音文件', group: 'flows', order: 90, icon: AudioLines, permission: MAY.prompts },
  { name: 'processes', title: '业务流程', group: 'rules', order: 10, icon: RouteIcon, permission: MAY.processes },
  { name: 'forms', title: '表单', group: 'rules', order: 20, icon: ClipboardList, permission: MAY.processes },
  { name: 'mappings', title: '字段对照', group: 'outside', order: 15, icon: ArrowLeftRight, permission: MAY.connectors },
  { name: 'rankings', title: '检索排序', group: 'knowledge_order', order: 95, icon: ArrowDownWideNarrow, permission: MAY.knowledge },
  { name: 'shift_types', title: '排班类型', group: 'roster', order: 90, icon: CalendarDays, permission: MAY.shiftTypes },
  { name: 'sheets', title: '评分标准', group: 'quality', order: 60, icon: ListChecks, permission: MAY.sheets },
  { name: 'schemes', title: '考核方案', group: 'performance', order: 70, icon: ListChecks, permission: MAY.schemes },
  { name: 'flow-calendars', title: '工作日历', group: 'rules', order: 30, icon: CalendarDays, permission: MAY.flows },
]

/** Headings of the own pages, for when no module's screen brings them. */
const GROUPS: readonly Group[] = [
  { name: 'work', title: '工作台', icon: 'headset', order: 10 },
  { name: 'calls', title: '通话', icon: 'phone', order: 20 },
  { name: 'knowledge_order', title: '知识管理', icon: 'sliders-horizontal', order: 19 },
  { name: 'quality', title: '质检', icon: 'clipboard-list', order: 31 },
  { name: 'performance', title: '绩效考核', icon: 'chart-column', order: 32 },
  { name: 'flows', title: '语音流程', icon: 'workflow', order: 50 },
  { name: 'rules', title: '业务规则', icon: 'route', order: 60 },
  { name: 'figures', title: '统计分析', icon: 'chart-column', order: 65 },
  { name: 'roster', title: '排班考勤', icon: 'calendar-clock', order: 22 },
  { name: 'outside', title: '对外接口', icon: 'plug', order: 75 },
]
const USUAL_ORDER = 50

export interface MenuItem {
  name: string
  title: string
  icon: Component
  to: RouteLocationRaw
  /** Whether the rows that wait behind it are counted: work of one's own. */
  counted?: boolean
}

export interface MenuGroup {
  name: string
  title: string
  icon: Component
  items: MenuItem[]
}

export interface Visitor {
  isAgent: boolean
  may(permission: string): boolean
}

/** The menu: own pages and described screens under their headings. A described screen replaces a page of its name. */
export function menuOf(groups: readonly Group[], screens: readonly Screen[], visitor: Visitor): MenuGroup[] {
  const described = new Set(screens.map((one) => one.name))
  const pages = PAGES.filter(
    (one) => !described.has(one.name) && (!one.agent || visitor.isAgent) && (!one.permission || visitor.may(one.permission)),
  )
  const items = [
    ...pages.map((one) => ({ group: one.group, order: one.order, item: { name: one.name, title: one.title, icon: one.icon, to: { name: one.name } } })),
    ...screens.map((one) => ({
      group: one.group,
      order: one.order ?? USUAL_ORDER,
      item: {
        name: one.name,
        title: one.title,
        icon: iconOf(one.icon),
        to: { name: 'screen', params: { name: one.name } },
        counted: Object.keys(one.list?.badge ?? {}).length > 0,
      },
    })),
  ]
  // Headings of the same order stand as modules tell them.
  const told = new Set(groups.map((one) => one.name))
  return [...groups, ...GROUPS.filter((one) => !told.has(one.name))]
    .sort((one, other) => (one.order ?? USUAL_ORDER) - (other.order ?? USUAL_ORDER))
    .map((group) => ({
      name: group.name,
      title: group.title,
      icon: iconOf(group.icon),
      items: items
        .filter((one) => one.group === group.name)
        .sort((one, other) => one.order - other.order)
        .map((one) => one.item),
    }))
    .filter((group) => group.items.length > 0)
}

/** The entries at the thumb of who has a phone: home and desk, then where work waits for him, then the others. */
export function firstOf(groups: readonly MenuGroup[], room: number): MenuItem[] {
  const rank = (one: MenuItem): number => (one.name === 'home' || one.name === 'desk' ? 0 : one.counted ? 1 : 2)
  return groups
    .flatMap((group) => group.items)
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, room)
}

/**
 * Who handles tickets for a department has at the thumb what he comes for: messages, his work, the phone book, himself
 * (部门端：消息、应用、通讯录、我的). Null for everybody else.
 */
export function departmentTabs(groups: readonly MenuGroup[], visitor: Visitor): MenuItem[] | null {
  if (visitor.isAgent || !visitor.may(MAY.handle)) return null
  const all = groups.flatMap((group) => group.items)
  const page = (name: string, title: string): MenuItem[] => all.filter((one) => one.name === name).map((one) => ({ ...one, title }))
  const own: MenuItem = { name: 'me', title: '我的', icon: UserRound, to: { name: 'me' } }
  return [...page('inbox', '消息'), ...page('home', '应用'), ...page('contacts', '通讯录'), own]
}

/** The menu's entry that a page belongs to. */
export function entryOf(route: { name?: unknown; params: Readonly<Record<string, unknown>> }): string {
  if (route.name === 'call') return 'calls'
  if (route.name === 'flow-calendars') return 'flow-calendars'
  if (String(route.name).startsWith('flow')) return 'flows'
  if (route.name === 'process') return 'processes'
  if (route.name === 'form') return 'forms'
  if (route.name === 'figure' || route.name === 'printout' || route.name === 'mapping') return `${route.name}s`
  if (route.name === 'screen' || route.name === 'record') return String(route.params.name)
  return String(route.name ?? '')
}
