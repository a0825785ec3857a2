import { http, wordsOf } from '@/api/http'

interface Sent {
  people: number
}

/** Ask for a message and send it: to one agent, or to all who are signed in within reach. */
export async function writeTo(agent?: { agent: string; name: string }): Promise<void> {
  const { ElMessage, ElMessageBox } = await import('@/layout/messages')
  const title = agent ? `发消息给 ${agent.name}（${agent.agent}）` : '发消息给全部已签入的座席'
  const said = await ElMessageBox.prompt('', title, {
    confirmButtonText: '发送',
    cancelButtonText: '取消',
    inputType: 'textarea',
    inputPlaceholder: '最多 300 字',
    inputValidator: (text) => ((text ?? '').trim().length === 0 ? '请填写内容' : (text ?? '').length <= 300 || '最多 300 字'),
  }).catch(() => null)
  if (!said) return
  try {
    const sent = await http.post<Sent>('/api/floor/notes', { text: said.value.trim(), agents: agent ? [agent.agent] : [] })
    ElMessage.success(`已发送给 ${sent.people} 人；在“现场消息”中查看谁已读`)
  } catch (error) {
    ElMessage.error(wordsOf(error))
  }
}
