import { useRouter } from 'vue-router'
import { wordsOf } from '@/api/http'
import { useDesk } from '@/desk/desk'
import { useSession } from '@/session/session'
import { inCall } from './in-call'

/** Sign out after a question; never in the middle of a call. */
export function useSignOut(): () => Promise<void> {
  const session = useSession()
  const desk = useDesk()
  const router = useRouter()

  return async () => {
    const { ElMessage, ElMessageBox } = await import('./messages')
    if (inCall()) {
      ElMessage.warning('正在通话，请先结束通话再退出登录')
      return
    }
    const sure = await ElMessageBox.confirm(session.isAgent ? '退出后将不再接到来电。' : '确定要退出登录吗？', '退出登录？', {
      confirmButtonText: '退出登录',
      cancelButtonText: '取消',
      type: 'warning',
    }).catch(() => null)
    if (!sure) return
    try {
      if (session.isAgent && desk.snapshot && desk.snapshot.state !== 'signed_out') await desk.setState('signed_out')
      await session.signOut()
      await router.replace({ name: 'sign-in' })
    } catch (error) {
      ElMessage.error(wordsOf(error))
    }
  }
}
