import {
  Coffee,
  Ear,
  type LucideIcon,
  LogOut,
  MessageCircle,
  PhoneCall,
  PhoneForwarded,
  PhoneOff,
  UsersRound,
} from '@lucide/vue'
import { http } from '@/api/http'
import type { BoardAgent } from '@/api/types'
import { MAY, type Permission } from '@/session/permissions'

export type Joining = 'listen' | 'whisper' | 'barge' | 'intercept'

export interface Supervision {
  name: string
  title: string
  hint: string
  icon: LucideIcon
  permission: Permission
  /** Puts the supervisor's own phone into the talk. */
  joins: boolean
  /** Asked before it is done. */
  confirm?: string
  danger?: boolean
  possible: (agent: BoardAgent) => boolean
  run: (agent: BoardAgent) => Promise<unknown>
}

const talking = (agent: BoardAgent): boolean => agent.state === 'talking' && agent.call !== null
const signedIn = (agent: BoardAgent): boolean => agent.state !== 'signed_out'
/** The server answers when the supervisor's phone was picked up, or was not. */
const RING_PATIENCE = 40_000
const post = (verb: string) => (agent: BoardAgent) =>
  http.post<unknown>(`/api/supervision/${encodeURIComponent(agent.agent)}/${verb}`, {}, { timeout: RING_PATIENCE })
const put = (state: string) => (agent: BoardAgent) =>
  http.put<unknown>(`/api/supervision/${encodeURIComponent(agent.agent)}/state`, { state, reason: state === 'break' ? 'forced' : '' })

/** What a supervisor can do with a seat, and when. */
export const SUPERVISION: readonly Supervision[] = [
  {
    name: 'listen',
    title: '监听',
    hint: '双方都听不到您',
    icon: Ear,
    permission: MAY.join,
    joins: true,
    possible: talking,
    run: post('listen'),
  },
  {
    name: 'whisper',
    title: '密语',
    hint: '只有座席听到您',
    icon: MessageCircle,
    permission: MAY.join,
    joins: true,
    possible: talking,
    run: post('whisper'),
  },
  {
    name: 'barge',
    title: '强插',
    hint: '加入成三方通话',
    icon: UsersRound,
    permission: MAY.join,
    joins: true,
    possible: talking,
    run: post('barge'),
  },
  {
    name: 'intercept',
    title: '拦截',
    hint: '由您接过这通电话',
    icon: PhoneForwarded,
    permission: MAY.join,
    joins: true,
    confirm: '座席将退出，由您继续与市民通话。',
    possible: talking,
    run: post('intercept'),
  },
  {
    name: 'hangup',
    title: '强拆',
    hint: '结束座席的通话',
    icon: PhoneOff,
    permission: MAY.control,
    joins: false,
    danger: true,
    confirm: '座席的通话将被结束，市民转入满意度评价。',
    possible: talking,
    run: post('hangup'),
  },
  {
    name: 'ready',
    title: '强制就绪',
    hint: '开始分配来电',
    icon: PhoneCall,
    permission: MAY.control,
    joins: false,
    possible: (agent) => signedIn(agent) && agent.state !== 'ready' && !talking(agent),
    run: put('ready'),
  },
  {
    name: 'break',
    title: '强制示忙',
    hint: '通话中则在话后生效',
    icon: Coffee,
    permission: MAY.control,
    joins: false,
    possible: (agent) => signedIn(agent) && agent.state !== 'break',
    run: put('break'),
  },
  {
    name: 'signed_out',
    title: '强制签出',
    hint: '通话中则在话后生效',
    icon: LogOut,
    permission: MAY.control,
    joins: false,
    danger: true,
    confirm: '座席将被签出，不再接到来电。',
    possible: signedIn,
    run: put('signed_out'),
  },
]
