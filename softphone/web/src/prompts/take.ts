import { onBeforeUnmount, ref, shallowRef } from 'vue'
import { http, Problem, wordsOf } from '@/api/http'
import { upload, type Upload } from '@/api/upload'
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
  let sending: Upload<Take> | null = null

  function forget(): void {
    clearTimeout(timer)
    sending?.stop()
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
      if (!(error instanceof DOMException)) trouble.value = wordsOf(error)
    }
  }

  const synthesise = (text: string, voice: string, speed: number) =>
    begin(() => http.post<Take>('/api/prompt-takes/synthesis', { text, voice, speed }))
  const phone = (number: string) =>
    begin(() => http.post<Take>('/api/prompt-takes/phone', number ? { phone: 'number', number } : { phone: 'own' }))
  const fromFile = (file: File) => begin(() => (file.size > LARGEST ? Promise.reject(tooLarge(file)) : send(file)))

  async function send(file: File): Promise<Take> {
    const mine = upload<Take>(`/api/prompt-takes/upload?name=${encodeURIComponent(file.name.slice(-200))}`, file, (share) => (sent.value = share))
    sending = mine
    sent.value = 0
    return mine.done.finally(() => {
      if (sending === mine) sent.value = null
    })
  }

  onBeforeUnmount(forget)
  return { take, sent, trouble, upload: fromFile, synthesise, phone, forget, kept }
}
