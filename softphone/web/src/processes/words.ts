/** Words and numbers of processes. */
import type { ClockNow } from './types'

const CLOCKS: Record<ClockNow['state'], string> = {
  none: '未开始',
  running: '计时中',
  near: '将超时',
  missed: '已超时',
  paused: '已暂停',
  ended: '已结束',
}

export function clockTitle(state: ClockNow['state']): string {
  return CLOCKS[state]
}

/** `3 天 4 小时`, `25 分钟`: the two largest parts. */
export function stayText(seconds: number | null): string {
  if (seconds === null) return '—'
  const minutes = Math.round(seconds / 60)
  if (minutes < 1) return '不到 1 分钟'
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60]
  if (days) return hours ? `${days} 天 ${hours} 小时` : `${days} 天`
  if (hours) return rest ? `${hours} 小时 ${rest} 分钟` : `${hours} 小时`
  return `${rest} 分钟`
}
