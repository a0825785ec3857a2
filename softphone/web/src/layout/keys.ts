/** Keys of the pages, for everybody; those of a call are the desk's. */
export const PAGE_KEYS: readonly { keys: string; title: string }[] = [
  { keys: 'Ctrl+K', title: '查找功能' },
  { keys: '/', title: '列表：到查找框' },
  { keys: 'N', title: '列表：新增' },
  { keys: 'R', title: '列表：刷新' },
  { keys: '↑+↓', title: '列表：上一行、下一行' },
  { keys: 'Ctrl+Enter', title: '表单：保存' },
  { keys: 'Esc', title: '关闭窗口' },
  { keys: '?', title: '显示快捷键' },
]

/** Whether a key means what somebody types, or something under a dialog: then it is no shortcut. */
export function isTyping(event: KeyboardEvent): boolean {
  return (event.target as Element | null)?.closest?.('input, textarea, select, [contenteditable], [role="dialog"], .el-overlay') != null
}
