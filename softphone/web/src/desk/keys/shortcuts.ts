import { onBeforeUnmount, onMounted, ref } from 'vue'
import { useRouter } from 'vue-router'
import { useContactEnd } from '@/desk/contact'
import { useDesk } from '@/desk/desk'

/** Keys that no browser uses, so that they work while somebody types in a form: F2, F8 and F9 alone, the others with Alt. */
export const SHORTCUTS = [
  ['F8', 'answer'],
  ['F9', 'end'],
  ['KeyH', 'hold'],
  ['KeyM', 'mute'],
  ['KeyT', 'transfer'],
  ['KeyC', 'consult'],
  ['KeyY', 'complete'],
  ['KeyA', 'conference'],
  ['KeyU', 'cancel'],
  ['KeyL', 'leave'],
  ['KeyO', 'put_out'],
  ['KeyI', 'to_flow'],
  ['F2', 'survey'],
  ['Semicolon', 'invite'],
  ['KeyE', 'emergency'],
  ['KeyK', 'keypad'],
  ['KeyP', 'pause'],
  ['KeyR', 'ready'],
  ['KeyX', 'extend'],
  ['KeyN', 'next'],
  ['KeyG', 'call_back'],
  ['KeyB', 'break'],
  ['KeyQ', 'sign_out'],
  ['KeyW', 'forms'],
  ['Comma', 'form_before'],
  ['Period', 'form_after'],
  ['Slash', 'help'],
] as const
export type Does = (typeof SHORTCUTS)[number][1]

/** Where a key wants to be on the desk; the page goes there, and takes the wish away. */
export const wanted = ref<'' | 'forms' | 'form_before' | 'form_after' | 'next'>('')

export const opened = ref<'' | 'transfer' | 'consult' | 'invite' | 'emergency' | 'to_flow' | 'keypad' | 'help' | 'break'>('')

/** What concerns nobody on the line stays open whoever comes. */
const OF_NOBODY: ReadonlySet<string> = new Set(['', 'help', 'break'])

export function useShortcuts(): void {
  const desk = useDesk()
  // A dialog that was opened for one citizen does nothing with the next.
  useContactEnd(() => {
    if (!OF_NOBODY.has(opened.value)) opened.value = ''
  })
  const router = useRouter()

  function go(where: typeof wanted.value): void {
    wanted.value = where
    if (router.currentRoute.value.name !== 'desk') void router.push({ name: 'desk' })
  }

  const actions: Record<Does, () => unknown> = {
    answer: () => desk.run('answer'),
    end: () => desk.run(desk.may('reject') ? 'reject' : 'hangup'),
    hold: () => desk.run(desk.may('retrieve') ? 'retrieve' : 'hold'),
    mute: () => desk.run('mute'),
    transfer: () => desk.may('transfer') && (opened.value = 'transfer'),
    consult: () => desk.may('consult') && (opened.value = 'consult'),
    emergency: () => desk.may('emergency') && (opened.value = 'emergency'),
    keypad: () => desk.may('digits') && (opened.value = opened.value === 'keypad' ? '' : 'keypad'),
    pause: () => desk.run('pause'),
    complete: () => desk.run('complete'),
    conference: () => desk.run('conference'),
    cancel: () => desk.run('cancel'),
    leave: () => desk.run('leave'),
    put_out: () => desk.oneToPutOut && desk.run('put_out'),
    to_flow: () => desk.may('to_flow') && (opened.value = 'to_flow'),
    survey: () => desk.run('survey'),
    invite: () => desk.may('invite') && (opened.value = 'invite'),
    extend: () => desk.run('extend_wrapup', { seconds: 60 }),
    call_back: () => desk.run('call_back'),
    sign_out: () => desk.phase !== 'away' && desk.setState('signed_out'),
    forms: () => go('forms'),
    form_before: () => go('form_before'),
    form_after: () => go('form_after'),
    next: () => go('next'),
    ready: () => (desk.may('end_wrapup') ? desk.run('end_wrapup') : desk.setState('ready')),
    break: () => (opened.value = 'break'),
    help: () => (opened.value = opened.value === 'help' ? '' : 'help'),
  }

  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.repeat) return
    const found = SHORTCUTS.find(([code]) => code === event.code && code.startsWith('F') !== event.altKey)
    if (!found || !desk.snapshot) return
    event.preventDefault()
    void actions[found[1]]()
  }

  onMounted(() => addEventListener('keydown', pressed))
  onBeforeUnmount(() => removeEventListener('keydown', pressed))
}
