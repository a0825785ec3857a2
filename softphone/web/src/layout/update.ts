import type { Router } from 'vue-router'
import { usePhone } from '@/phone/phone'

const TRIED = 'hotline.reloaded'
const ONCE_WITHIN = 30_000

/** A page whose file is gone: the console was updated under an open tab. */
function isGone(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|module script|preload CSS/i.test(error.message)
}

/** Load the console anew when a page's file is gone; never in the middle of a talk, and not again and again. */
export function followUpdates(router: Router): void {
  router.onError(async (error, to) => {
    if (!isGone(error)) return
    const { ElMessage } = await import('./messages').catch(() => ({ ElMessage: null }))
    const tried = Number(sessionStorage.getItem(TRIED) ?? 0)
    if (usePhone().sip !== 'none') {
      ElMessage?.warning('控制台已更新，通话结束后请刷新页面')
    } else if (Date.now() - tried < ONCE_WITHIN) {
      ElMessage?.error('页面没能打开，请检查网络后刷新')
    } else {
      sessionStorage.setItem(TRIED, String(Date.now()))
      location.assign(to.fullPath)
    }
  })
}
