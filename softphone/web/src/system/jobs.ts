import type { ListScreen } from '@/screens/description'

const STATES = [
  { value: 'waiting', title: '等待', tone: 'off' },
  { value: 'running', title: '执行中', tone: 'talk' },
  { value: 'retrying', title: '等待重试', tone: 'break' },
  { value: 'done', title: '完成', tone: 'ready' },
  { value: 'failed', title: '失败', tone: 'ring' },
  { value: 'cancelled', title: '已取消', tone: 'off' },
] as const

/** Work in the background, as `GET /api/jobs` tells it. */
export const JOBS: ListScreen = {
  name: 'jobs',
  title: '后台任务',
  source: '/api/jobs',
  id: 'id',
  columns: [
    { key: 'title', title: '任务', kind: 'text', width: 200 },
    { key: 'plugin', title: '模块', kind: 'text', width: 110 },
    { key: 'state', title: '状态', kind: 'choice', width: 100, options: STATES },
    { key: 'tries', title: '次数', kind: 'number', width: 70 },
    { key: 'next_at', title: '下次执行', kind: 'time', width: 170 },
    { key: 'last_error', title: '最近的错误', kind: 'text', width: 300 },
  ],
  filters: [{ kind: 'choice', key: 'state', title: '状态', options: STATES }],
  empty: { title: '没有后台任务', text: '模块的后台工作会列在这里。' },
  row: [
    { name: 'retry', title: '立即重试', kind: 'confirm', method: 'POST', path: '/api/jobs/{id}/retry', when: { key: 'state', in: ['failed', 'retrying', 'cancelled'] }, done: '已安排执行' },
    { name: 'cancel', title: '取消', kind: 'confirm', method: 'POST', path: '/api/jobs/{id}/cancel', tone: 'danger', when: { key: 'state', in: ['waiting', 'retrying'] }, confirm: '取消后不再执行。', done: '已取消' },
  ],
}
