import { onBeforeUnmount, ref, shallowRef } from 'vue'
import { csrfValue, http, problemOf, Problem, wordsOf } from '@/api/http'
import type { Take } from './types'

const LOOK = 600
const LARGEST = 40_000_000

function tooLarge(file: File): Problem {
  return new Problem(0, 'too_large', '文件太大', `“${file.name}”有 ${Math.ceil(file.size / 1_000_000)} MB，超过 40 MB，请压缩或剪短后再上传`)
}

/** One take on its way: made by a file, a telephone or the voice, watched until it is ready, and discarded unless kept. */
export function useTake() {
  const take = shallowRef<Take | null>(null)
  const sent = ref<number | null>(null)
  const trouble = ref('')
  let timer = 0
  let sending: XMLHttpRequest | null = null

  function forget(): void {
    clearTimeout(timer)
    sending?.abort()
    sending = null
    sent.value = null
    trouble.value = ''
    const old = take.value
    take.value = null
    if (old) void http.delete(`/api/prompt-takes/${old.id}`).catch(() => undefined)
  }

  /** It was saved: the server has done away with it. */
  function kept(): void {
    clearTimeout(timer)
    take.value = null
  }

  async function follow(): Promise<void> {
    const mine = take.value
    if (mine?.state !== 'working') return
    try {
      const found = await http.get<Take>(`/api/prompt-takes/${mine.id}`)
      if (take.value?.id !== mine.id) return
      take.value = found
    } catch (error) {
      if (take.value?.id !== mine.id) return
      if (error instanceof Problem && error.status === 404) {
        take.value = null
        trouble.value = error.words
        return
      }
    }
    timer = window.setTimeout(() => void follow(), LOOK)
  }

  async function begin(work: () => Promise<Take>): Promise<void> {
    forget()
    try {
      take.value = await work()
      await follow()
    } catch (error) {
      trouble.value = wordsOf(error)
    }
  }

  const synthesise = (text: string, voice: string, speed: number) =>
    begin(() => http.post<Take>('/api/prompt-takes/synthesis', { text, voice, speed }))
  const phone = (number: string) =>
    begin(() => http.post<Take>('/api/prompt-takes/phone', number ? { phone: 'number', number } : { phone: 'own' }))
  const upload = (file: File) => begin(() => (file.size > LARGEST ? Promise.reject(tooLarge(file)) : send(file)))

  /** Fetch cannot tell how much has been sent. */
  function send(file: File): Promise<Take> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      sending = request
      sent.value = 0
      request.open('POST', `/api/prompt-takes/upload?name=${encodeURIComponent(file.name.slice(-200))}`)
      request.setRequestHeader('X-CSRF', csrfValue())
      request.setRequestHeader('Accept', 'application/json')
      request.setRequestHeader('Content-Type', 'application/octet-stream')
      request.upload.addEventListener('progress', (event) => {
        if (event.lengthComputable) sent.value = event.loaded / event.total
      })
      request.addEventListener('load', () => {
        sent.value = null
        if (request.status < 300) resolve(JSON.parse(request.responseText) as Take)
        else void problemOf(new Response(request.responseText, { status: request.status })).then(reject)
      })
      request.addEventListener('error', () => {
        sent.value = null
        reject(new Problem(0, 'network', '连接不上服务器', '上传中断，请检查网络后重试'))
      })
      request.addEventListener('abort', () => {
        sent.value = null
      })
      request.send(file)
    })
  }

  onBeforeUnmount(forget)
  return { take, sent, trouble, upload, synthesise, phone, forget, kept }
}
