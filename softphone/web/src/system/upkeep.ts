import { timeText } from '@/words/time'
import type { Upkeep } from './types'

export const STATUS: Readonly<Record<Upkeep['status'], string>> = { ok: '一切正常', degraded: '可以通话，有事项需要处理', down: '现在不能正常通话' }

/** How the backup stands that was asked for last. */
export function backupWords(job: Upkeep['backup']): string {
  if (job === null) return '还没有在此备份过'
  switch (job.state) {
    case 'waiting':
      return job.reason ? `没有成功，稍后自动再试：${job.reason}` : '等待开始…'
    case 'running':
      return '正在备份并检查…'
    case 'done':
      return `上次备份：${timeText(job.ended_at ?? job.asked_at)} 完成，已检查`
    case 'failed':
      return `上次备份没有成功：${job.reason}`
    case 'cancelled':
      return '上次备份已取消'
  }
}
