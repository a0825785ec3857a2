/** A note by the system when the page is not looked at; clicking it brings the page back. */
export function notify(title: string, body: string): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return
  const note = new Notification(title, { body, tag: 'hotline.call', requireInteraction: true, icon: '/favicon.svg' })
  note.onclick = () => {
    window.focus()
    note.close()
  }
  setTimeout(() => note.close(), 25_000)
}

export async function allowNotices(): Promise<boolean> {
  if (!('Notification' in window)) return false
  return (await Notification.requestPermission()) === 'granted'
}
