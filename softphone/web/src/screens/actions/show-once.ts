import type { Action, Row } from '../description'

/** What an answer says under the key that an action shows: words, or something secret such as a new password. */
export function shownOf(action: Action, answer: unknown): string | null {
  const found = action.shows && answer !== null && typeof answer === 'object' ? (answer as Row)[action.shows] : undefined
  return typeof found === 'string' && found !== '' ? found : null
}

/** Tell it this once; what is secret can be copied, and stays until somebody says that he has it. */
export async function showOnce(action: Action, shown: string): Promise<void> {
  const { ElMessage, ElMessageBox } = await import('@/layout/messages')
  if (action.shows === 'words') {
    await ElMessageBox.alert(shown, action.title).catch(() => null)
    return
  }
  await ElMessageBox.prompt('只显示这一次，请记下，并用安全的方式告知使用的人。', action.done ?? action.title, {
    inputValue: shown,
    confirmButtonText: '我已记下',
    cancelButtonText: '复制',
    showClose: false,
    closeOnClickModal: false,
    closeOnPressEscape: false,
    beforeClose: (pressed, _box, close) => {
      if (pressed === 'confirm') close()
      else
        void navigator.clipboard.writeText(shown).then(
          () => ElMessage.success('已复制'),
          () => ElMessage.warning('浏览器不允许复制，请手动选取'),
        )
    },
  }).catch(() => null)
}
