/** The name that an answer gives its file (RFC 6266 4.3). */
export function nameOf(disposition: string | null): string {
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  try {
    if (extended) return decodeURIComponent(extended)
  } catch {
    // A name that cannot be read is no name.
  }
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1] ?? ''
}

/** Save something under a name, as a download of the browser. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
