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
  { name: 'calls', title: '通话记录', group: 'call_log', order: 1, icon: PhoneCall, permission: MAY.calls },
  { name: 'flows', title: '语音流程', group: 'flows', order: 10, icon: Workflow, permission: MAY.flows },
  { name: 'flow-routing', title: '号码路由', group: 'flows', order: 12, icon: RouteIcon, permission: MAY.flows },
  { name: 'flow-calendars', title: '工作日历', group: 'flows', order: 14, icon: CalendarDays, permission: MAY.flows },
  { name: 'figures', title: '统计口径', group: 'figure_rules', order: 80, icon: Sigma, permission: MAY.reports },
  { name: 'printouts', title: '打印模板', group: 'figure_rules', order: 90, icon: Printer, permission: MAY.printouts },
  { name: 'prompts', title: '语音文件', group: 'flows', order: 16, icon: AudioLines, permission: MAY.prompts },
  { name: 'processes', title: '业务流程', group: 'business', order: 10, icon: RouteIcon, permission: MAY.processes },
  { name: 'forms', title: '表单', group: 'business', order: 20, icon: ClipboardList, permission: MAY.processes },
  { name: 'mappings', title: '字段对照', group: 'outside', order: 15, icon: ArrowLeftRight, permission: MAY.connectors },
  { name: 'rankings', title: '检索排序', group: 'knowledge_order', order: 95, icon: ArrowDownWideNarrow, permission: MAY.knowledge },
  { name: 'shift_types', title: '排班类型', group: 'roster_plan', order: 90, icon: CalendarDays, permission: MAY.shiftTypes },
  { name: 'sheets', title: '评分标准', group: 'quality_rules', order: 60, icon: ListChecks, permission: MAY.sheets },
  { name: 'schemes', title: '考核方案', group: 'performance', order: 70, icon: ListChecks, permission: MAY.schemes },
]

/** The heading of what everybody has, for as long as the server's are not known. */
const WORK: Group = { name: 'work', title: '工作台', icon: 'headset', order: 10 }
/** The heading of own pages whose module, and with it their heading, is not there. */
const OTHERS: Group = { name: 'others', title: '其他', icon: 'layout-grid', order: 99 }
const USUAL_ORDER = 50
/** Who may open no more pages than these sees each of them in the menu; in a longer one they stand as tabs of entries. */
const FEW = 13

export interface MenuItem {
  name: string
  title: string
  icon: Component
  to: RouteLocationRaw
  /** Whether the rows that wait behind it are counted: work of one's own. */
  counted?: boolean
  /** The pages that an entry gathers, as tabs of one: more than one. */
  pages?: MenuItem[]
  /** Other words by which people look for it. */
  also?: readonly string[]
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

interface Placed {
  group: string
  order: number
  item: MenuItem
}

/** The menu: own pages and described screens under their headings. A described screen replaces a page of its name. */
export function menuOf(groups: readonly Group[], screens: readonly Screen[], visitor: Visitor): MenuGroup[] {
  const headings = [...groups, ...(groups.some((one) => one.name === WORK.name) ? [] : [WORK]), ...(groups.length > 0 ? [OTHERS] : [])]
  const placed = placedOf(new Set(headings.map((one) => one.name)), screens, visitor)
  const few = placed.length <= FEW
  return inOrder(headings.filter((one) => !one.within))
    .map((group) => ({ name: group.name, title: group.title, icon: iconOf(group.icon), items: itemsOf(group, headings, placed, few) }))
    .filter((group) => group.items.length > 0)
}

/** All pages that a visitor may open, each under its heading or entry. */
function placedOf(known: ReadonlySet<string>, screens: readonly Screen[], visitor: Visitor): Placed[] {
  const described = new Set(screens.map((one) => one.name))
  const own = PAGES.filter((one) => !described.has(one.name) && (!one.agent || visitor.isAgent) && (!one.permission || visitor.may(one.permission)))
  const all = [
    ...own.map((one) => ({ group: one.group, order: one.order, item: { name: one.name, title: one.title, icon: one.icon, to: { name: one.name } } })),
    ...screens.map((one) => ({
      group: one.group,
      order: one.order ?? USUAL_ORDER,
      item: {
        name: one.name,
        title: one.title,
        icon: iconOf(one.icon),
        to: { name: 'screen', params: { name: one.name } },
        also: one.also,
        counted: Object.keys(one.list?.badge ?? {}).length > 0,
      },
    })),
  ]
  return all
    .map((one) => (known.has(one.group) ? one : { ...one, group: OTHERS.name }))
    .filter((one) => known.has(one.group))
    .sort((one, other) => one.order - other.order)
}

/** What stands under a heading: its own pages, and entries that gather several, in their order. */
function itemsOf(heading: Group, headings: readonly Group[], placed: readonly Placed[], few: boolean): MenuItem[] {
  const direct = placed.filter((one) => one.group === heading.name)
  const gathered = headings
    .filter((one) => one.within === heading.name)
    .flatMap((entry): Placed[] => {
      const order = entry.order ?? USUAL_ORDER
      const pages = placed.filter((one) => one.group === entry.name).map((one) => one.item)
      const [first] = pages
      if (!first) return []
      if (few || pages.length === 1) return pages.map((item) => ({ group: heading.name, order, item }))
      const item = { name: entry.name, title: entry.title, icon: iconOf(entry.icon), to: first.to, pages }
      return [{ group: heading.name, order, item }]
    })
  return [...direct, ...gathered].sort((one, other) => one.order - other.order).map((one) => one.item)
}

/** Of the same order, they stand as modules tell them. */
function inOrder(groups: readonly Group[]): Group[] {
  return [...groups].sort((one, other) => (one.order ?? USUAL_ORDER) - (other.order ?? USUAL_ORDER))
}

/** The pages of an entry: those that it gathers, or it alone. */
export const pagesOf = (item: MenuItem): readonly MenuItem[] => item.pages ?? [item]

/** The entries at the thumb of who has a phone: home and desk, then where work waits for him, then the others. */
export function firstOf(groups: readonly MenuGroup[], room: number): MenuItem[] {
  const rank = (one: MenuItem): number => (one.name === 'home' || one.name === 'desk' ? 0 : one.counted ? 1 : 2)
  return groups
    .flatMap((group) => group.items.flatMap(pagesOf))
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, room)
}

/**
 * Who handles tickets for a department has at the thumb what he comes for: messages, his work, the phone book, himself
 * (部门端：消息、应用、通讯录、我的). Null for everybody else.
 */
export function departmentTabs(groups: readonly MenuGroup[], visitor: Visitor): MenuItem[] | null {
  if (visitor.isAgent || !visitor.may(MAY.handle)) return null
  const all = groups.flatMap((group) => group.items.flatMap(pagesOf))
  const page = (name: string, title: string): MenuItem[] => all.filter((one) => one.name === name).map((one) => ({ ...one, title }))
  const own: MenuItem = { name: 'me', title: '我的', icon: UserRound, to: { name: 'me' } }
  return [...page('inbox', '消息'), ...page('home', '应用'), ...page('contacts', '通讯录'), own]
}

/** The menu's entry that a page belongs to. */
export function entryOf(route: { name?: unknown; params: Readonly<Record<string, unknown>> }): string {
  if (route.name === 'call') return 'calls'
  if (route.name === 'flow-calendars' || route.name === 'flow-routing') return route.name
  if (String(route.name).startsWith('flow')) return 'flows'
  if (route.name === 'process') return 'processes'
  if (route.name === 'form') return 'forms'
  if (route.name === 'figure' || route.name === 'printout' || route.name === 'mapping') return `${route.name}s`
  if (route.name === 'screen' || route.name === 'record') return String(route.params.name)
  return String(route.name ?? '')
}
