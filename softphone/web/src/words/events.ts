import type { CallEventName } from '@/api/messages'
import type { StoryEvent } from '@/api/types'
import { lineWords, whyNotReached } from './emergency'
import { numberText } from './number'
import { AGENT_STATE_WORDS, CALL_STATE_WORDS, END_REASON_WORDS, satisfactionWords, stateReason } from './states'
import { durationWords } from './time'

export type EventTone = 'plain' | 'good' | 'talk' | 'warn' | 'bad' | 'quiet'

export interface EventWords {
  title: string
  detail: string
  tone: EventTone
  /** Of interest to engineers only: left out until somebody asks. */
  technical: boolean
}

const LEFT: Record<string, string> = {
  answered: '座席接听',
  abandoned: '市民挂机放弃',
  overflow: '溢出到其他去处',
  overflowed: '溢出到其他去处',
  key: '市民按键离开',
  left_by_key: '市民按键离开',
  withdrawn: '撤回',
}
const DIAL: Record<string, string> = {
  answered: '接听',
  busy: '话机忙',
  rejected: '拒接',
  no_answer: '振铃未接',
  ring_no_answer: '振铃未接',
  unreachable: '话机不可达',
  failed: '呼叫失败',
  cancelled: '已取消',
}
const PARTY: Record<string, string> = {
  caller: '市民',
  agent: '座席',
  consulted: '被咨询方',
  supervisor: '班长',
  outside: '外线',
  guest: '受邀同事',
  outside_guest: '受邀外线',
  browser: '座席的浏览器',
}
const ENGAGED: Record<string, string> = {
  talking: '恢复通话',
  consulting: '咨询同事',
  consulted: '被咨询',
  conference: '三方通话',
  supervising: '班长加入',
  returning: '等待座席话机恢复',
}
const JOIN: Record<string, string> = { listen: '监听', whisper: '密语', barge: '强插', intercept: '拦截' }
const STRATEGIES: Record<string, string> = {
  'longest idle': '空闲最久',
  'most skilled': '技能最高',
  'least skilled': '技能够用',
  'fewest calls': '今日接听最少',
  'round robin': '轮流',
  rank: '按次序',
}

/** The matching's reason, which it gives in the words of its log. */
function whyWords(why: string): string {
  const strategy = /^([a-z ]+): idle ([\d.]+) s$/.exec(why)
  if (strategy?.[1]) return STRATEGIES[strategy[1]] ?? ''
  if (why.startsWith('first in order')) return '排在最前'
  if (/last agent/.test(why)) return '上次接听的座席'
  if (/dedicated/.test(why)) return '专属座席'
  return /[\u4e00-\u9fff]/.test(why) ? why : ''
}

const ENDED_BY: Record<string, string> = {
  caller: '市民挂机',
  agent: '座席挂机',
  phone_lost: '话机失联',
  reload: '页面重新打开',
  moved: '换到另一个标签页',
  supervisor: '班长强拆',
  transfer: '转出',
  survey: '请市民评价',
  system: '系统结束',
}
/** Why a prompt was not said; a voice says it in Chinese itself. */
const LEFT_OUT: Record<string, string> = { 'there is no such prompt': '没有这条语音', 'it has no sound': '这条语音没有录音', 'it takes too long': '合成太慢', 'no voice': '没有安装语音合成' }
const TRANSFER: Record<string, string> = { blind: '直接转接', attended: '咨询后转接', flow: '转到流程' }

/** `queue:water` → `队列 water`. */
export function targetWords(target: string): string {
  const [kind, name = ''] = target.includes(':') ? target.split(':', 2) : ['', target]
  switch (kind) {
    case 'queue':
      return `队列 ${name}`
    case 'agent':
      return `工号 ${name}`
    case 'outside':
      return numberText(name)
    case 'flow':
      return `流程 ${name}`
    default:
      return name
  }
}

type Teller = (text: (key: string) => string, seconds: (key: string) => string, event: StoryEvent) => [string, string?, EventTone?]

const REFUSED: Record<string, string> = { black_list: '在黑名单中' }

/** Words for every event that a call's story can have: one without is no TypeScript. */
const lineOf = (text: (key: string) => string): string => [text('department'), lineWords(text('number'))].filter(Boolean).join(' ')
const percent = (share: unknown): string => (typeof share === 'number' ? `${(share * 100).toFixed(1)}%` : '—')

const TELLERS: Record<CallEventName, Teller> & Partial<Record<string, Teller>> = {
  CallerRecognised: (text) => [
    '识别来电人',
    [text('citizen') ? '有市民档案' : '没有档案', text('vip') === 'true' && 'VIP', text('listed') === 'true' && '在白名单中'].filter(Boolean).join(' · '),
    'quiet',
  ],
  CallRefused: (text) => ['拒绝接入', REFUSED[text('reason')] ?? '按接入规则拒绝', 'warn'],
  FlowReturned: (text) => ['流程返回座席', [`工号 ${text('agent')}`, text('flow'), text('outcome')].filter(Boolean).join(' · '), 'talk'],
  EmergencyCalled: (text) => [
    text('department') ? '呼叫部门专线' : '呼叫紧急号码',
    `${lineOf(text)}${text('agent') ? `，工号 ${text('agent')} 发起` : ''}`,
    text('department') ? 'talk' : 'bad',
  ],
  GuestNotReached: (text) => ['邀请的人没有加入', `${targetWords(text('target'))} · ${whyNotReached(text('result'))}`, 'warn'],
  EmergencyNotReached: (text) => [text('department') ? '部门专线未接通' : '紧急号码未接通', `${lineOf(text)} · ${whyNotReached(text('result'))}`, 'bad'],
  EmergencyHandedOver: (text) => [
    `${text('failure') ? '向' : '已向'}${text('department') ? '部门' : '紧急'}系统移交${text('failure') ? '失败' : '信息'}`,
    [lineOf(text), text('receipt') && `回执 ${text('receipt')}`].filter(Boolean).join(' · '),
    text('failure') ? 'bad' : 'good',
  ],
  MessageLeft: (text, seconds) => ['市民留言', [text('queue'), seconds('seconds')].filter(Boolean).join(' · '), 'good'],
  CallDialled: (text) => ['呼出', `呼叫市民 ${numberText(text('caller'))}，中继 ${text('trunk')}${text('agent') ? `，座席 ${text('agent')} 等候` : ''}${text('follows') ? '，接续断开的通话' : ''}`],
  CallArrived: (text) => ['来电', `${numberText(text('caller'))} 拨打 ${numberText(text('called'))}`],
  CallAnswered: () => ['系统应答', '', 'quiet'],
  CallResumed: (text) => ['回到系统', CALL_STATE_WORDS[text('where')] ?? '', 'quiet'],
  NodeEntered: (text) => ['语音导航', `${text('flow')} · ${text('node')}`, 'quiet'],
  NodeLeft: (text, seconds) => ['离开导航节点', `${text('node')} · ${seconds('seconds')}`, 'quiet'],
  DigitsEntered: (text) => ['市民按键', text('digits')],
  PieceLeftOut: (text) => ['有内容没有播出', `${text('piece')}：${LEFT_OUT[text('reason')] ?? text('reason')}`, 'warn'],
  CallQueued: (text) => ['进入队列', [text('queue'), text('position') && `第 ${text('position')} 位`].filter(Boolean).join(' · ')],
  PositionTold: (text, seconds) => [
    '播报排队位置',
    [`第 ${text('position')} 位`, text('estimate') && `预计 ${seconds('estimate')}`].filter(Boolean).join(' · '),
    'quiet',
  ],
  CallOffered: (text, seconds) => [
    '分配座席',
    [`工号 ${text('agent')}`, text('waited') && `已等待 ${seconds('waited')}`, whyWords(text('why'))].filter(Boolean).join(' · '),
    'talk',
  ],
  OfferFailed: (text) => ['座席未接', `工号 ${text('agent')} · ${DIAL[text('reason')] ?? text('reason')}`, 'warn'],
  CallLeftQueue: (text, seconds) => [
    '离开队列',
    [LEFT[text('reason')] ?? text('reason'), `等待 ${seconds('waited')}`].join(' · '),
    text('reason') === 'abandoned' ? 'warn' : 'quiet',
  ],
  TalkStarted: (text) => ['开始通话', `工号 ${text('agent')}`, 'good'],
  TalkEnded: (text, seconds) => ['通话结束', [`工号 ${text('agent')}`, seconds('seconds'), ENDED_BY[text('ended_by')] ?? text('ended_by')].filter(Boolean).join(' · '), 'talk'],
  CallHeld: (text) => ['保持', `工号 ${text('agent')} · 市民听音乐`, 'warn'],
  CallRetrieved: (text) => ['取回通话', `工号 ${text('agent')}`, 'talk'],
  CallTransferred: (text) => [TRANSFER[text('kind')] ?? '转接', `工号 ${text('agent')} → ${targetWords(text('target'))}`, 'talk'],
  AgentEngaged: (text) => [
    ENGAGED[text('role')] ?? text('role'),
    `工号 ${text('agent')}${text('other') === 'outside' ? ' · 外线' : text('other') ? ` · 工号 ${text('other')}` : ''}`,
    'quiet',
  ],
  AgentReleased: (text) => [`${ENGAGED[text('role')] ?? text('role')}结束`, `工号 ${text('agent')}`, 'quiet'],
  TalkInterrupted: (text) => [
    '座席话机断开，市民保持等待',
    `工号 ${text('agent')} · ${{ phone_lost: '话机失联', reload: '页面重新打开', moved: '换到另一个标签页' }[text('reason')] ?? text('reason')}`,
    'warn',
  ],
  CallReturned: (text) => ['通话中断后回到队列', `${text('queue')} · 第 ${text('position')} 位，保留原来的次序`, 'warn'],
  SupervisorJoined: (text) => [`班长${JOIN[text('mode')] ?? text('mode')}`, `${text('supervisor')} → 工号 ${text('agent')}`, 'warn'],
  RecordingStarted: (text) => ['开始录音', text('agent') && `工号 ${text('agent')}`, 'quiet'],
  RecordingPaused: (text) => ['录音暂停', [text('reason'), text('by') && `由 ${text('by')}`].filter(Boolean).join(' · '), 'warn'],
  RecordingResumed: (text) => ['录音恢复', text('by') ? `由 ${text('by')}` : '', 'quiet'],
  RecordingFinished: (_text, seconds, event) => ['录音完成', [seconds('seconds'), event.details.repaired === true && '已修复'].filter(Boolean).join(' · '), 'quiet'],
  RecordingFailed: (text) => ['录音失败', text('reason'), 'bad'],
  SatisfactionGiven: (text) => ['满意度评价', `${satisfactionWords(text('key'))}（按键 ${text('key')}）`, 'good'],
  CallEnded: (text, seconds) => [
    '通话结束',
    [END_REASON_WORDS[text('reason')] ?? text('reason'), `全程 ${seconds('seconds')}`].join(' · '),
    ['switch_lost', 'failed'].includes(text('reason')) ? 'bad' : 'plain',
  ],
  LegStarted: (text) => ['呼叫话机', `${PARTY[text('party')] ?? text('party')} · ${text('address')}`, 'quiet'],
  LegRinging: () => ['话机振铃', '', 'quiet'],
  LegAnswered: () => ['话机摘机', '', 'quiet'],
  LegEnded: (text) => ['话机挂断', text('cause') && `原因码 ${text('cause')}`, 'quiet'],
  LegMeasured: (text, _seconds, event) => [
    '通话质量',
    [
      `${PARTY[text('party')] ?? text('party')} · ${text('line')}`,
      event.details.silent === true ? '没有收到声音' : `MOS ${text('mos')}`,
      `丢包 ${percent(event.details.loss)}`,
      typeof event.details.jitter === 'number' && `抖动 ${Math.round(event.details.jitter * 1000)} ms`,
    ].filter(Boolean).join(' · '),
    Number(event.details.mos) < 3.6 ? 'warn' : 'quiet',
  ],
  AgentStateChanged: (text) => [
    '座席状态',
    [`工号 ${text('agent')}`, AGENT_STATE_WORDS[text('state') as keyof typeof AGENT_STATE_WORDS] ?? text('state'), stateReason(text('reason'))].filter(Boolean).join(' · '),
    'quiet',
  ],
}

const TECHNICAL = new Set(['NodeEntered', 'LegStarted', 'LegRinging', 'LegAnswered', 'LegEnded', 'NodeLeft', 'RecordingStarted', 'CallResumed', 'AgentStateChanged', 'CallAnswered'])

/** An event as a person reads it, with titles of `queues` by name; one that this console does not know yet is shown by its own name and fields. */
export function eventWords(event: StoryEvent, queues: Readonly<Record<string, string>> = {}): EventWords {
  const text = (key: string): string => {
    const value = event.details[key]
    if (value === null || value === undefined) return ''
    if (key === 'queue') return queues[String(value)] ?? String(value)
    if (typeof value === 'object' && 'digits' in value) return String(value.digits)
    return String(value)
  }
  const seconds = (key: string): string => {
    const value = event.details[key]
    return typeof value === 'number' ? durationWords(value) : ''
  }
  const teller = TELLERS[event.type]
  const [title, detail = '', tone = 'plain'] = teller ? teller(text, seconds, event) : [String(event.details.name ?? event.type)]
  return { title, detail, tone, technical: TECHNICAL.has(event.type) }
}
