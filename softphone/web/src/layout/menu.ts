import { Activity, AudioLines, Headset, type LucideIcon, PhoneCall, Settings, UsersRound, Workflow } from '@lucide/vue'
import { MAY, type Permission } from '@/session/permissions'

export interface MenuItem {
  name: string
  title: string
  icon: LucideIcon
  permission?: Permission
  agent?: boolean
}

/** The console's own pages in the order of the menu; each shows only to those who may see it. */
export const MENU: readonly MenuItem[] = [
  { name: 'desk', title: '话务工作台', icon: Headset, agent: true },
  { name: 'board', title: '实时监控', icon: Activity, permission: MAY.board },
  { name: 'calls', title: '通话记录', icon: PhoneCall, permission: MAY.calls },
  { name: 'flows', title: '语音流程', icon: Workflow, permission: MAY.flows },
  { name: 'prompts', title: '语音文件', icon: AudioLines, permission: MAY.prompts },
  { name: 'people', title: '人员管理', icon: UsersRound, permission: MAY.people },
  { name: 'settings', title: '设置', icon: Settings },
]
