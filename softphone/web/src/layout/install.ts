import { ref } from 'vue'

/** Chromium's offer to install a page (no standard yet). */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>
}

/** Whether the browser would install the console on this device now. */
export const installable = ref(false)
let offer: InstallOffer | null = null

function offered(event: Event): void {
  event.preventDefault()
  offer = event as InstallOffer
  installable.value = true
}

/** Have the console open without a network, and hear whether it can be installed: on phones alone. */
export function beInstallable(): void {
  addEventListener('beforeinstallprompt', offered)
  addEventListener('appinstalled', () => (installable.value = false))
  // Without TLS there is none; the console then needs its network, as on a desk.
  void navigator.serviceWorker?.register('/sw.js').catch(() => undefined)
}

/** Ask whoever holds it whether the console is to stand among his apps. */
export async function install(): Promise<void> {
  await offer?.prompt()
  offer = null
  installable.value = false
}
