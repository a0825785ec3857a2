import { h } from 'vue'
import { http, Problem, wordsOf } from '@/api/http'
import { type FileKind, pathOfFile } from './kind'

/** Ask why, and take a file out of force; whether it was. What still goes by it is named. */
export async function withdraw(kind: FileKind, name: string): Promise<boolean> {
  const { ElMessage, ElMessageBox } = await import('@/layout/messages')
  const answer = await ElMessageBox.prompt(kind.withdrawn, `下架这个${kind.title}`, {
    confirmButtonText: '下架',
    cancelButtonText: '取消',
    inputPlaceholder: '为什么下架',
    inputValidator: (text) => (text?.trim() ? true : '请写明原因'),
  }).catch(() => null)
  if (!answer) return false
  try {
    await http.post(`${pathOfFile(kind, name)}/withdraw`, { message: answer.value.trim() })
  } catch (error) {
    const uses = error instanceof Problem && error.code === 'used' ? (error.more.uses as string[]) : []
    if (uses.length) await tellUses(kind, uses)
    else ElMessage.error({ message: `没有下架：${wordsOf(error)}`, duration: 8000, showClose: true })
    return false
  }
  ElMessage.success(`${kind.title}已下架`)
  return true
}

async function tellUses(kind: FileKind, uses: readonly string[]): Promise<void> {
  const { ElMessageBox } = await import('@/layout/messages')
  const list = h('ul', { style: 'margin: 8px 0 0; padding-left: 20px', 'data-test': 'withdraw-uses' }, uses.map((one) => h('li', one)))
  await ElMessageBox.alert(h('div', [`还有 ${uses.length} 处在用，先改由别的${kind.title}负责：`, list]), `${kind.title}还不能下架`, { confirmButtonText: '知道了' }).catch(() => null)
}
