/** Pages of the console that stand beside each other under one heading. */
export interface PagesBeside {
  label: string
  pages: readonly { name: string; title: string }[]
}

export const FLOW_PAGES: PagesBeside = {
  label: '语音流程的页面',
  pages: [
    { name: 'flows', title: '流程' },
    { name: 'flow-routing', title: '号码路由' },
    { name: 'flow-calendars', title: '工作日历' },
  ],
}

export const PROCESS_PAGES: PagesBeside = {
  label: '业务流程的页面',
  pages: [
    { name: 'processes', title: '流程' },
    { name: 'forms', title: '表单' },
  ],
}
