import type { EmergencyLine } from '@/api/types'

/** The emergency lines, in the order of their keys 1 to 4. */
export const LINES = [
  { to: '110', title: '公安' },
  { to: '119', title: '消防' },
  { to: '120', title: '急救' },
  { to: '122', title: '交通' },
] as const

const WHY: Record<string, string> = {
  busy: '线路忙',
  rejected: '对方拒接',
  no_answer: '无人接听',
  unreachable: '线路不通',
  failed: '呼叫失败',
  cancelled: '已取消',
}

/** `110` → `110 公安`. */
export function lineWords(to: string): string {
  const found = LINES.find((one) => one.to === to)
  return found ? `${to} ${found.title}` : to
}

/** Why an emergency line was not reached. */
export function whyNotReached(result: string | null): string {
  return WHY[result ?? ''] ?? '呼叫失败'
}

/** What became of the line, in one sentence. */
export function emergencyWords({ to, title, state, result }: EmergencyLine): string {
  const line = title || lineWords(to)
  if (state === 'dialling') return `正在呼叫 ${line}…`
  return state === 'connected' ? `${line} 已接通` : `${line} 未接通：${whyNotReached(result)}`
}
