import type { ListScreen, Option } from '@/screens/description'
import { CALL_STATE_WORDS, END_REASON_WORDS, SATISFACTION_WORDS } from '@/words/states'

const REASON_TONES: Record<string, Option['tone']> = {
  abandoned: 'break',
  not_reached: 'off',
  rejected: 'off',
  switch_lost: 'ring',
  failed: 'ring',
  emergency_queue: 'wrapup',
}
const SATISFACTION_TONES: Record<string, Option['tone']> = { '1': 'ready', '2': 'ready', '3': 'break', '4': 'ring', '5': 'ring' }

function options(words: Record<string, string>, tones: Record<string, Option['tone']> = {}): Option[] {
  return Object.entries(words).map(([value, title]) => {
    const tone = tones[value]
    return tone ? { value, title, tone } : { value, title }
  })
}

export function callsScreen(queues: readonly Option[], mayExport: boolean): ListScreen {
  return {
    name: 'calls',
    title: '通话记录',
    source: '/api/calls',
    id: 'id',
    ...(mayExport && { export: '/api/calls/export' }),
    columns: [
      { key: 'arrived_at', title: '来电时间', kind: 'time', width: 170 },
      { key: 'caller', title: '来电号码', kind: 'phone', dial: true, width: 140, none: '未知号码' },
      { key: 'called', title: '拨打号码', kind: 'phone', width: 100, hidden: true },
      { key: 'queue', title: '队列', kind: 'choice', width: 120, options: queues },
      { key: 'agents', title: '座席', kind: 'tags', width: 100, none: '未接通' },
      { key: 'wait_seconds', title: '排队', kind: 'duration', width: 100 },
      { key: 'talk_seconds', title: '通话', kind: 'duration', width: 110 },
      { key: 'reason', title: '结束原因', kind: 'choice', width: 110, options: options(END_REASON_WORDS, REASON_TONES), none: '进行中' },
      { key: 'satisfaction', title: '满意度', kind: 'choice', width: 110, options: options(SATISFACTION_WORDS, SATISFACTION_TONES) },
      { key: 'answered_at', title: '应答时间', kind: 'time', width: 170, hidden: true },
      { key: 'ended_at', title: '结束时间', kind: 'time', width: 170, hidden: true },
      { key: 'state', title: '状态', kind: 'choice', width: 100, options: options(CALL_STATE_WORDS), hidden: true },
      { key: 'id', title: '通话编号', kind: 'text', width: 240, hidden: true },
    ],
    filters: [
      { kind: 'period', key: 'period', title: '来电时间' },
      { kind: 'text', key: 'number', title: '来电号码' },
      { kind: 'text', key: 'purpose', title: '查询事由' },
      { kind: 'text', key: 'agent', title: '座席工号' },
      ...(queues.length ? [{ kind: 'choice' as const, key: 'queue', title: '队列', options: queues }] : [{ kind: 'text' as const, key: 'queue', title: '队列' }]),
      { kind: 'choice', key: 'reason', title: '结束原因', options: options(END_REASON_WORDS) },
      { kind: 'choice', key: 'quality', title: '通话质量', options: [{ value: 'bad', title: '质量差' }] },
    ],
    empty: { title: '还没有通话', text: '市民来电后，每一通都会记录在这里。' },
  }
}
