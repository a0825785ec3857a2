import { defineStore } from 'pinia'
import { ref } from 'vue'
import { type Link, Live, type SocketLike } from './live'

export const useLink = defineStore('link', () => {
  const state = ref<Link>('closed')
  const retryAt = ref<number | null>(null)
  let onExpired: (() => void) | null = null

  const live = new Live({
    connect: () => {
      const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
      return new WebSocket(`${scheme}://${location.host}/ws`) as SocketLike
    },
    expired: () => onExpired?.(),
    changed: (link, retry) => {
      state.value = link
      retryAt.value = retry
    },
  })

  function whenExpired(action: () => void): void {
    onExpired = action
  }

  /** Follow the browser's own signs that the line may be back; returns the end of following. */
  function followNetwork(): () => void {
    const online = () => live.nudge()
    const visible = () => {
      if (document.visibilityState === 'visible') live.nudge()
    }
    addEventListener('online', online)
    document.addEventListener('visibilitychange', visible)
    return () => {
      removeEventListener('online', online)
      document.removeEventListener('visibilitychange', visible)
    }
  }

  return { state, retryAt, live, whenExpired, followNetwork }
})
