import { http } from '@/api/http'

/** Being told on this telephone while the console is closed (Web Push). */
interface PushState {
  key: string
  devices: number
}

/** What this browser has of it; null where neither it nor the hotline has push. */
export async function pushOfThisBrowser(): Promise<{ on: boolean; state: PushState } | null> {
  if (!('PushManager' in window) || !('Notification' in window)) return null
  const worker = await navigator.serviceWorker?.getRegistration()
  if (!worker) return null
  const state = await http.get<PushState>('/api/inbox/push')
  if (!state.key) return null
  const there = await worker.pushManager.getSubscription()
  if (there && keyOf(there) === state.key) return { on: true, state }
  // It was made for another hotline, or with another key: nothing would come by it.
  await there?.unsubscribe()
  return { on: false, state }
}

/** Ask whoever holds it, and be told on this browser from now on. False when he does not want it. */
export async function beTold(key: string): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false
  const worker = await navigator.serviceWorker.ready
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const said = made.toJSON()
  try {
    await http.post('/api/inbox/push', { endpoint: said.endpoint, key: said.keys?.p256dh, secret: said.keys?.auth })
  } catch (error) {
    await made.unsubscribe()
    throw error
  }
  return true
}

/** Nothing more comes to this browser: he does not want it, or signs out. */
export async function beToldNoMore(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration()
  const there = await worker?.pushManager?.getSubscription()
  if (!there) return
  await there.unsubscribe()
  await http.post('/api/inbox/push/remove', { endpoint: there.endpoint }, { quiet: true })
}

function keyOf(there: PushSubscription): string {
  const raw = new Uint8Array(there.options.applicationServerKey ?? new ArrayBuffer(0))
  return btoa(String.fromCharCode(...raw)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
