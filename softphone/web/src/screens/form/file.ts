/** The size that a form takes along inside of its JSON. */
export const FILE_LIMIT = 10 * 1024 * 1024

const UNITS = ['B', 'KB', 'MB', 'GB'] as const

/** 2048 → `2 KB`. */
export function sizeWords(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** Whether a file is of the kinds that `accept` names (HTML, the file upload state). */
export function accepts(accept: string, file: { name: string; type: string }): boolean {
  const kinds = accept.split(',').map((one) => one.trim().toLowerCase()).filter(Boolean)
  if (kinds.length === 0) return true
  const name = file.name.toLowerCase()
  return kinds.some((kind) => (kind.startsWith('.') ? name.endsWith(kind) : kind.endsWith('/*') ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind))
}

const KINDS: Readonly<Record<string, string>> = { 'image/*': '图片', 'audio/*': '声音', 'video/*': '视频', '.xlsx': 'Excel 表格（.xlsx）', '.pdf': 'PDF', '.csv': 'CSV' }

/** `image/*,.pdf` → `图片、PDF`. */
export function acceptWords(accept: string): string {
  return accept
    .split(',')
    .map((one) => KINDS[one.trim()] ?? one.trim())
    .filter(Boolean)
    .join('、')
}

/** A file as a data URL that carries its name (RFC 2397, a `name` parameter). */
export async function dataUrl(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return `data:${file.type || 'application/octet-stream'};name=${encodeURIComponent(file.name)};base64,${btoa(binary)}`
}
