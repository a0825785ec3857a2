import { describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/http'
import { arrivalOf, type Item, type UploadState, useUploads, type Wire } from '@/files/upload'
import { wrongWith } from '@/screens/form/form'

/** A server that takes bytes in and fails when it is told to. */
class Server implements Wire {
  received = new Map<string, number>()
  sizes = new Map<string, number>()
  fails: unknown[] = []
  most = 0
  now = 0
  dropped: string[] = []

  private of(token: string): UploadState {
    const size = this.sizes.get(token) ?? 0
    const received = this.received.get(token) ?? 0
    return { token, name: 'a.txt', size, received, done: received === size, type: 'text/plain' }
  }
  begin(token: string, _name: string, size: number): Promise<UploadState> {
    this.sizes.set(token, size)
    return Promise.resolve(this.of(token))
  }
  state(token: string): Promise<UploadState> {
    return Promise.resolve(this.of(token))
  }
  send(token: string, offset: number, part: Blob, sent: (share: number) => void) {
    this.now += 1
    this.most = Math.max(this.most, this.now)
    const run = async (): Promise<UploadState> => {
      await Promise.resolve()
      try {
        const fault = this.fails.shift()
        if (offset !== (this.received.get(token) ?? 0)) throw new Problem(409, 'offset', '')
        if (fault) {
          // Half of it had come.
          this.received.set(token, offset + Math.floor(part.size / 2))
          throw fault
        }
        sent(1)
        this.received.set(token, offset + part.size)
        return this.of(token)
      } finally {
        this.now -= 1
      }
    }
    return { done: run(), stop: () => undefined }
  }
  drop(token: string): Promise<void> {
    this.dropped.push(token)
    return Promise.resolve()
  }
  pause(): Promise<void> {
    return Promise.resolve()
  }
}

const file = (size: number, name = 'a.txt'): File => new File([new Uint8Array(size)], name)
const lost = (): Problem => new Problem(0, 'network', '', '连接不上服务器')

function uploading(server: Server, most = 1000) {
  const done: Item[] = []
  const uploads = useUploads(() => ({ max_bytes: most, per_record: 5, accept: '' }), (item) => done.push({ ...item }), server)
  const settled = () => vi.waitFor(() => expect(uploads.busy.value).toBe(false))
  return { uploads, done, settled }
}

describe('uploads', () => {
  it('go on where the connection broke, two at once', async () => {
    const server = new Server()
    server.fails = [lost(), null, lost(), new Problem(503, 'x', '')]
    const { uploads, done, settled } = uploading(server)
    uploads.add([file(100), file(200), file(300), file(1)])
    await settled()
    expect(uploads.items.map((one) => [one.state, one.share])).toEqual([['done', 1], ['done', 1], ['done', 1], ['done', 1]])
    expect([...server.received.values()].sort()).toEqual([1, 100, 200, 300])
    expect(server.most).toBe(2)
    expect(done).toHaveLength(4)
  })

  it('end with words for what no other try will mend, and can be tried again by hand', async () => {
    const server = new Server()
    server.fails = [new Problem(422, 'type', '', '不支持该类型的文件')]
    const { uploads, done, settled } = uploading(server)
    uploads.add([file(10), file(2000), file(0)])
    await settled()
    expect(uploads.items.map((one) => one.trouble)).toEqual(['不支持该类型的文件', '超过 0 MB 上限', '文件是空的'])
    const [first, second] = uploads.items
    if (first) uploads.retry(first)
    await settled()
    expect(done.map((one) => one.size)).toEqual([10])
    if (second) uploads.drop(second)
    expect(uploads.items).toHaveLength(2)
    expect(server.dropped).toHaveLength(1)
  })

  it('give up after several tries, and stop when they are taken out', async () => {
    const server = new Server()
    server.fails = Array.from({ length: 20 }, lost)
    const { uploads, settled } = uploading(server)
    uploads.add([file(1000)])
    await settled()
    expect(uploads.items[0]).toMatchObject({ state: 'failed', trouble: '连接不上服务器' })
  })

  it('tell a form how far they are, and which did not come', async () => {
    const server = new Server()
    server.fails = [new Problem(422, 'type', '', '不支持该类型的文件')]
    const { uploads, settled } = uploading(server)
    uploads.add([file(10, 'a.exe'), file(30)])
    expect(arrivalOf(uploads.items)).toEqual({ size: 40, sent: 0, busy: true, failed: [] })
    await settled()
    expect(arrivalOf(uploads.items)).toEqual({ size: 30, sent: 30, busy: false, failed: ['a.exe（不支持该类型的文件）'] })
  })

  it('keep a form from being saved without them', () => {
    const field = { key: 'files', title: '附件', kind: 'files' as const }
    expect(wrongWith(field, ['abc', ''])).toContain('没有上传完')
    expect(wrongWith(field, ['abc'])).toBe('')
    expect(wrongWith(field, [])).toBe('')
  })
})
