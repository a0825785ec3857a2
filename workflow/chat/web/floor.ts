import { http, wordsOf } from '@/api/http'
import { useLink } from '@/api/link'
import type { DeskChat } from '@/api/messages'
import { onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import { joined, type Message } from './chats'

/** A chat that goes on, as its supervisor sees it: see `workflow/chat/floor.py`. */
export interface FloorChat extends DeskChat {
  agent_name: string
  waiting_since: string | null
  last_by: string
  last_at: string | null
  last_text: string
}

const FLOOR = '/api/chat-floor'
const one = (id: string): string => `${FLOOR}/${encodeURIComponent(id)}`
const PAUSE = 300

/** The chats within reach while they go on, and the messages of the one that is read. */
export function useFloor() {
  const link = useLink()
  const items = shallowRef<readonly FloorChat[] | null>(null)
  const shown = ref('')
  const said = shallowRef<readonly Message[]>([])
  const trouble = ref('')
  let stop: (() => void) | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    try {
      items.value = (await http.get<{ items: FloorChat[] }>(FLOOR)).items
      if (shown.value && !items.value.some((chat) => chat.id === shown.value)) close()
      trouble.value = ''
    } catch (error) {
      trouble.value = wordsOf(error)
    }
  }
  /** Many write at once: one question a moment asks for all that changed. */
  function soon(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      void load()
    }, PAUSE)
  }
  async function readOn(): Promise<void> {
    const id = shown.value
    if (!id) return
    try {
      const found = await http.get<{ messages: Message[] }>(one(id), { after: said.value.length })
      if (id === shown.value) said.value = joined(said.value, found.messages)
    } catch (error) {
      trouble.value = wordsOf(error)
    }
  }
  function open(id: string): void {
    shown.value = id
    said.value = []
    void readOn()
  }
  function close(): void {
    shown.value = ''
    said.value = []
  }
  /** Does something in the chat that is read; the words of what refuses it, empty when it was done. */
  async function act(how: string, body: object = {}): Promise<string> {
    try {
      await http.post(`${one(shown.value)}/${how}`, body)
      await readOn()
      return ''
    } catch (error) {
      return wordsOf(error)
    } finally {
      soon()
    }
  }

  onMounted(() => {
    stop = link.live.hear<object, { chat: string }>('chat_floor', {
      snapshot: () => {
        void load()
        void readOn()
      },
      change: (change) => {
        soon()
        if (change.chat === shown.value) void readOn()
      },
    })
  })
  onBeforeUnmount(() => {
    stop?.()
    clearTimeout(timer)
  })
  return { items, shown, said, trouble, load, open, close, act }
}
