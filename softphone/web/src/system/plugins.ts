import type { Plugin } from './types'

export const STATES: Readonly<Record<Plugin['state'], string>> = { running: '运行中', failed: '没有启动', stopped: '已停止' }

export type Verb = 'start' | 'stop' | 'reload'

export const VERBS: Readonly<Record<Verb, { title: string; done: string }>> = {
  start: { title: '启动', done: '已启动' },
  stop: { title: '停止', done: '已停止' },
  reload: { title: '重新加载', done: '已重新加载' },
}

/** What to ask before; empty where nothing can be lost. */
export function warningOf(verb: Verb, plugin: Plugin, titles: ReadonlyMap<string, string>): string {
  if (verb === 'start') return ''
  const others = plugin.needed_by.map((one) => titles.get(one) ?? one).join('、')
  const after = verb === 'stop' ? '停止后它的页面和功能不可用' : '重新加载期间它的功能短暂不可用'
  return others ? `${others}依赖它。${after}，依赖它的模块也会受影响。` : `${after}。进行中的通话不受影响。`
}
