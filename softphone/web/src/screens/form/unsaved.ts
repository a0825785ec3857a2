import { onBeforeUnmount, onMounted } from 'vue'
import { useRouter } from 'vue-router'

/** Ask before somebody's unsaved work is lost: on closing a form, on leaving its page, on closing the tab. */
export function useUnsaved(dirty: () => boolean) {
  const router = useRouter()
  let asking: Promise<boolean> | null = null

  async function ask(): Promise<boolean> {
    const { ElMessageBox } = await import('@/layout/messages')
    // Enter and Esc keep the work; only the button gives it up.
    return ElMessageBox.confirm('修改还没有保存，离开后将丢失。', '放弃修改？', {
      confirmButtonText: '继续编辑',
      cancelButtonText: '放弃修改',
      distinguishCancelAndClose: true,
      type: 'warning',
    })
      .then(() => false)
      .catch((action: unknown) => action === 'cancel')
  }

  /** Whether the form may go. */
  function mayLeave(): Promise<boolean> {
    if (!dirty()) return Promise.resolve(true)
    asking ??= ask().finally(() => {
      asking = null
    })
    return asking
  }

  function guard(event: BeforeUnloadEvent): void {
    if (dirty()) event.preventDefault()
  }

  let stop: (() => void) | null = null
  onMounted(() => {
    addEventListener('beforeunload', guard)
    stop = router.beforeEach((to, from) => (to.path === from.path ? true : mayLeave()))
  })
  onBeforeUnmount(() => {
    removeEventListener('beforeunload', guard)
    stop?.()
  })
  return { mayLeave }
}
