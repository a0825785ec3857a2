import type { AgentState, BoardAgent, TalkState } from '@/api/types'

export const AGENT_STATE_WORDS: Record<AgentState, string> = {
  signed_out: '未签入',
  offline: '话机离线',
  ready: '就绪',
  break: '小休',
  reserved: '来电接入',
  ringing: '振铃中',
  talking: '通话中',
  wrapup: '话后处理',
}

export const TALK_WORDS: Record<TalkState, string> = {
  ringing: '振铃',
  talking: '通话',
  held: '保持',
  consulting: '咨询',
  consulted: '被咨询',
  conference: '三方通话',
  returning: '等待座席话机恢复',
}

/** What takes an agent's ear, where the state says no more than that he talks. */
const ENGAGED_WORDS: Partial<Record<BoardAgent['engaged'], string>> = {
  consulting: '咨询中',
  consulted: '被咨询中',
  conference: '三方通话',
  supervising: '监听中',
  returning: '话机断开',
  waiting: '正在外呼',
}

/** An agent's state in words, with what he does on the telephone. */
export function agentWords(state: AgentState, engaged: BoardAgent['engaged'] = ''): string {
  return ENGAGED_WORDS[engaged] ?? AGENT_STATE_WORDS[state]
}

/** Reasons that the server gives for a state, besides the break types that it names itself. */
const STATE_REASONS: Record<string, string> = {
  ring_no_answer: '振铃未接',
  no_answer: '振铃未接',
  rejected: '已拒接',
  busy: '话机忙',
  unreachable: '话机不可达',
  forced: '班长设置',
  phone_lost: '话机断开',
  phones_gone: '话机断开',
  phone_unreachable: '话机不可达',
  signed_in: '已签入',
  expired: '登录过期',
  restart: '系统重启',
}

export function stateReason(reason: string, breaks: readonly { id: string; title: string }[] = []): string {
  if (!reason) return ''
  const named = breaks.find((item) => item.id === reason)
  return named?.title ?? STATE_REASONS[reason] ?? BREAKS[reason] ?? reason
}

const BREAKS: Record<string, string> = {
  break: '小休',
  rest: '休息',
  lunch: '用餐',
  meal: '用餐',
  meeting: '会议',
  training: '培训',
  toilet: '如厕',
  paperwork: '处理工单',
  coaching: '辅导',
}

export const CALL_STATE_WORDS: Record<string, string> = {
  arrived: '呼入',
  in_flow: '语音导航',
  queued: '排队中',
  talking: '通话中',
  held: '保持',
  ended: '已结束',
}

export const END_REASON_WORDS: Record<string, string> = {
  completed: '正常结束',
  caller_hung_up: '市民挂机',
  abandoned: '排队放弃',
  not_reached: '回拨未接通',
  rejected: '接入前拒绝',
  switch_lost: '交换机中断',
  emergency_queue: '应急队列接听',
  failed: '系统故障',
}

export const SATISFACTION_WORDS: Record<string, string> = {
  '1': '非常满意',
  '2': '满意',
  '3': '基本满意',
  '4': '不满意',
  '5': '非常不满意',
}

export function satisfactionWords(key: string): string {
  return SATISFACTION_WORDS[key] ?? key
}
