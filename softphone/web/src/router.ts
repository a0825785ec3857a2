import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router'
import { titlePage } from '@/layout/title'
import { useCatalogue } from '@/screens/catalogue'
import { MAY, type Permission } from '@/session/permissions'
import { useSession } from '@/session/session'
import type { Which } from '@/workshop/pages'

declare module 'vue-router' {
  interface RouteMeta {
    title?: string
    /** Reached without signing in. */
    open?: boolean
    /** Nobody is asked who he is: what it shows, its own address allows. */
    everybody?: boolean
    permission?: Permission
    /** Only for people with an agent number. */
    agent?: boolean
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: '/sign-in',
      name: 'sign-in',
      component: () => import('@/session/SignIn.vue'),
      meta: { title: '登录', open: true },
    },
    {
      path: '/wall/:wall',
      name: 'wall',
      component: () => import('@/screens/WholePage.vue'),
      props: (route) => ({ component: 'bigscreen/WallPage', given: { wall: String(route.params.wall) } }),
      meta: { title: '大屏', permission: MAY.walls },
    },
    {
      path: '/wall-open/:key',
      name: 'wall-open',
      component: () => import('@/screens/WholePage.vue'),
      props: (route) => ({ component: 'bigscreen/WallPage', given: { link: String(route.params.key) } }),
      meta: { title: '大屏', everybody: true },
    },
    {
      path: '/',
      component: () => import('@/layout/Shell.vue'),
      children: [
        { path: '', name: 'first', component: () => import('@/home/HomePage.vue') },
        { path: 'home/:board?', name: 'home', component: () => import('@/home/HomePage.vue'), props: true, meta: { title: '首页' } },
        {
          path: 'desk',
          name: 'desk',
          component: () => import('@/desk/DeskPage.vue'),
          meta: { title: '话务工作台', agent: true },
        },
        {
          path: 'board',
          name: 'board',
          component: () => import('@/board/BoardPage.vue'),
          meta: { title: '实时监控', permission: MAY.board },
        },
        {
          path: 'calls',
          name: 'calls',
          component: () => import('@/calls/CallsPage.vue'),
          meta: { title: '通话记录', permission: MAY.calls },
        },
        {
          path: 'calls/:id',
          name: 'call',
          component: () => import('@/calls/StoryPage.vue'),
          props: true,
          meta: { title: '通话详情', permission: MAY.calls },
        },
        {
          path: 'flows',
          name: 'flows',
          component: () => import('@/flows/FlowsPage.vue'),
          meta: { title: '语音流程', permission: MAY.flows },
        },
        {
          path: 'flows/:name',
          name: 'flow',
          component: () => import('@/flows/FlowPage.vue'),
          props: true,
          meta: { title: '语音流程', permission: MAY.flows },
        },
        {
          path: 'flow-routing',
          name: 'flow-routing',
          component: () => import('@/flows/RoutingPage.vue'),
          meta: { title: '号码路由', permission: MAY.flows },
        },
        {
          path: 'flow-calendars',
          name: 'flow-calendars',
          component: () => import('@/flows/CalendarsPage.vue'),
          meta: { title: '工作日历', permission: MAY.flows },
        },
        {
          path: 'processes',
          name: 'processes',
          component: () => import('@/workshop/FilesPage.vue'),
          props: { which: 'processes' },
          meta: { title: '业务流程', permission: MAY.processes },
        },
        {
          path: 'processes/:name',
          name: 'process',
          component: () => import('@/processes/ProcessPage.vue'),
          props: true,
          meta: { title: '业务流程', permission: MAY.processes },
        },
        ...filePages('forms', '表单', MAY.processes),
        ...filePages('figures', '统计口径', MAY.reports),
        ...filePages('printouts', '打印模板', MAY.printouts),
        ...filePages('mappings', '字段对照', MAY.connectors),
        ...filePages('rankings', '检索排序', MAY.knowledge),
        ...filePages('shift_types', '排班类型', MAY.shiftTypes),
        ...filePages('sheets', '评分标准', MAY.sheets),
        ...filePages('schemes', '考核方案', MAY.schemes),
        {
          path: 'prompts',
          name: 'prompts',
          component: () => import('@/prompts/PromptsPage.vue'),
          meta: { title: '语音文件', permission: MAY.prompts },
        },
        {
          path: 'inbox',
          name: 'inbox',
          component: () => import('@/inbox/InboxPage.vue'),
          meta: { title: '我的消息' },
        },
        {
          path: 'me',
          name: 'me',
          component: () => import('@/session/MyPage.vue'),
          meta: { title: '个人设置' },
        },
        { path: ':name', name: 'screen', component: () => import('@/screens/ScreenPage.vue'), props: true },
        { path: ':name/new', name: 'form-new', component: () => import('@/screens/FormPage.vue'), props: true },
        { path: ':name/:id/edit', name: 'form-edit', component: () => import('@/screens/FormPage.vue'), props: true },
        { path: ':name/:id', name: 'record', component: () => import('@/screens/DetailPage.vue'), props: true },
        {
          path: ':rest(.*)*',
          name: 'missing',
          component: () => import('@/layout/MissingPage.vue'),
          meta: { title: '页面不存在' },
        },
      ],
    },
  ],
})

/** The list of all files of a kind, and the page of one. */
function filePages(which: Which, title: string, permission: Permission): RouteRecordRaw[] {
  const meta = { title, permission }
  return [
    { path: which, name: which, component: () => import('@/workshop/FilesPage.vue'), props: { which }, meta },
    { path: `${which}/:name`, name: which.slice(0, -1), component: () => import('@/workshop/FilePage.vue'), props: (route) => ({ which, name: String(route.params.name) }), meta },
  ]
}

/** Pages that modules describe. */
const DESCRIBED: ReadonlySet<string> = new Set(['screen', 'record', 'form-new', 'form-edit'])

/** Whether the signed-in person may see a page. */
export function maySee(meta: RouteLocationNormalized['meta']): boolean {
  const session = useSession()
  if (meta.agent && !session.isAgent) return false
  return !meta.permission || session.may(meta.permission)
}

router.beforeEach(async (to) => {
  if (to.meta.everybody) return true
  const session = useSession()
  try {
    await session.recall()
  } catch {
    // The server is away: the sign-in page says so and tries again.
    return to.meta.open ? true : { name: 'sign-in', query: { back: to.fullPath } }
  }
  if (to.meta.open) return session.person ? '/' : true
  const catalogue = useCatalogue()
  if (!session.person) {
    catalogue.forget()
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { back: to.fullPath } }
  }
  const described = catalogue.ready()
  // An agent's calls come at the desk.
  if (to.name === 'first') return session.isAgent ? { name: 'desk' } : { name: 'home' }
  if (DESCRIBED.has(String(to.name)) || to.name === 'home') {
    await described
    return true
  }
  return maySee(to.meta) ? true : { name: 'missing', params: { rest: to.path.slice(1).split('/') }, query: { why: 'forbidden' } }
})

router.afterEach((to) => {
  const title = to.meta.title ?? (DESCRIBED.has(String(to.name)) ? useCatalogue().byName.get(String(to.params.name))?.title : '')
  titlePage(title ?? '')
})
