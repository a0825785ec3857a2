/** A ZIP archive of texts (APPNOTE 6.3.10, 4.3), deflated by the browser. */

const TABLE = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** Numbers as little-endian fields: `[value, bytes]`. */
function fields(...list: readonly (readonly [value: number, bytes: number])[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(list.reduce((sum, [, bytes]) => sum + bytes, 0))
  let at = 0
  for (const [value, bytes] of list) for (let shift = 0; shift < bytes; shift += 1) out[at++] = (value >>> (8 * shift)) & 0xff
  return out
}

const UTF8_NAMES = 0x0800
const DEFLATE = 8
/** 1980-01-01: the archive says nothing of when it was made. */
const DATE = 0x0021

export async function zip(files: readonly (readonly [name: string, text: string])[]): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  const body: Uint8Array<ArrayBuffer>[] = []
  const directory: Uint8Array<ArrayBuffer>[] = []
  let offset = 0
  for (const [name, text] of files) {
    const raw = encoder.encode(text)
    const packed = await deflated(raw)
    const label = encoder.encode(name)
    const common = [[UTF8_NAMES, 2], [DEFLATE, 2], [0, 2], [DATE, 2], [crc32(raw), 4], [packed.length, 4], [raw.length, 4], [label.length, 2], [0, 2]] as const
    const head = fields([0x04034b50, 4], [20, 2], ...common)
    body.push(head, label, packed)
    directory.push(fields([0x02014b50, 4], [20, 2], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), label)
    offset += head.length + label.length + packed.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const end = fields([0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [offset, 4], [0, 2])
  const out = new Uint8Array(offset + size + end.length)
  let at = 0
  for (const part of [...body, ...directory, end]) {
    out.set(part, at)
    at += part.length
  }
  return out
}
