import { onBeforeUnmount, onMounted, ref } from 'vue'
import { useDesk } from './desk'

export interface Shortcut {
  keys: string
  title: string
}

/** Keys that no browser uses, so that they work while somebody types in a form. */
export const SHORTCUTS: readonly (Shortcut & { code: string; alt: boolean; does: string })[] = [
  { keys: 'F8', code: 'F8', alt: false, title: '接听来电', does: 'answer' },
  { keys: 'F9', code: 'F9', alt: false, title: '挂断 / 拒接', does: 'end' },
  { keys: 'Alt+H', code: 'KeyH', alt: true, title: '保持 / 取回', does: 'hold' },
  { keys: 'Alt+M', code: 'KeyM', alt: true, title: '静音 / 取消静音', does: 'mute' },
  { keys: 'Alt+T', code: 'KeyT', alt: true, title: '转接', does: 'transfer' },
  { keys: 'Alt+C', code: 'KeyC', alt: true, title: '咨询', does: 'consult' },
  { keys: 'Alt+E', code: 'KeyE', alt: true, title: '紧急转接，再按 1 至 4 呼叫 110、119、120、122', does: 'emergency' },
  { keys: 'Alt+K', code: 'KeyK', alt: true, title: '拨号盘', does: 'keypad' },
  { keys: 'Alt+P', code: 'KeyP', alt: true, title: '暂停 / 恢复录音', does: 'pause' },
  { keys: 'Alt+R', code: 'KeyR', alt: true, title: '就绪 / 结束话后处理', does: 'ready' },
  { keys: 'Alt+B', code: 'KeyB', alt: true, title: '小休', does: 'break' },
  { keys: 'Alt+/', code: 'Slash', alt: true, title: '显示快捷键', does: 'help' },
]

/** What a key opened: read by the desk's panels. */
export const opened = ref<'' | 'transfer' | 'consult' | 'emergency' | 'keypad' | 'help' | 'break'>('')

export function useShortcuts(): void {
  const desk = useDesk()

  const actions: Record<string, () => unknown> = {
    answer: () => desk.run('answer'),
    end: () => desk.run(desk.may('reject') ? 'reject' : 'hangup'),
    hold: () => desk.run(desk.may('retrieve') ? 'retrieve' : 'hold'),
    mute: () => desk.run('mute'),
    transfer: () => desk.may('transfer') && (opened.value = 'transfer'),
    consult: () => desk.may('consult') && (opened.value = 'consult'),
    emergency: () => desk.may('emergency') && (opened.value = 'emergency'),
    keypad: () => desk.may('digits') && (opened.value = opened.value === 'keypad' ? '' : 'keypad'),
    pause: () => desk.run('pause'),
    ready: () => (desk.may('end_wrapup') ? desk.run('end_wrapup') : desk.setState('ready')),
    break: () => (opened.value = 'break'),
    help: () => (opened.value = opened.value === 'help' ? '' : 'help'),
  }

  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.repeat) return
    const found = SHORTCUTS.find((one) => one.code === event.code && one.alt === event.altKey)
    if (!found || !desk.snapshot) return
    event.preventDefault()
    void actions[found.does]?.()
  }

  onMounted(() => addEventListener('keydown', pressed))
  onBeforeUnmount(() => removeEventListener('keydown', pressed))
}
