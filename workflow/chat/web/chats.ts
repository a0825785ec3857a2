import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { http, Problem, wordsOf } from '@/api/http'
import { useLink } from '@/api/link'
import type { AskedChat, ChatChanged, DeskChat, MyChats } from '@/api/messages'

export interface Message {
  number: number
  at: string
  side: 'citizen' | 'bot' | 'agent' | 'house' | 'staff'
  kind: 'text' | 'buttons' | 'file' | 'place'
  text: string
  name: string
  agent: string
  data: Readonly<Record<string, unknown>>
}

interface Whole {
  chat: DeskChat
  messages: Message[]
  mine: boolean
}

/** What is known with what is new, by numbers, in order. */
export function joined(known: readonly Message[], found: readonly Message[]): Message[] {
  const all = new Map(known.map((one) => [one.number, one]))
  for (const one of found) all.set(one.number, one)
  return [...all.values()].sort((a, b) => a.number - b.number)
}

const DESK = '/api/chat-desk'
const one = (id: string): string => `${DESK}/${encodeURIComponent(id)}`

/** An agent's chats: what he is asked to take, those that he has, and the messages of the one that he reads. */
export const useChats = defineStore('chats', () => {
  const link = useLink()
  const asked = shallowRef<readonly AskedChat[]>([])
  /** When the list was asked for: the seconds of `asked` count from then. */
  const askedAt = ref(0)
  const mine = shallowRef<readonly DeskChat[]>([])
  const messages = shallowRef<ReadonlyMap<string, readonly Message[]>>(new Map())
  const shown = ref('')
  const trouble = ref('')
  /** Until all that was missed while the link was down is here, nothing is sent: somebody may have answered. */
  const behind = ref(false)
  let followers = 0
  let stop: (() => void) | null = null
  let count = 0
  const running = new Map<string, Promise<void>>()

  const current = computed(() => mine.value.find((chat) => chat.id === shown.value) ?? null)
  const said = computed(() => messages.value.get(shown.value) ?? [])
  const unread = computed(() => mine.value.reduce((sum, chat) => sum + chat.unread, 0))

  async function load(): Promise<void> {
    try {
      const found = await http.get<MyChats>(DESK)
      askedAt.value = Date.now()
      asked.value = found.asked
      mine.value = found.mine
      if (!found.mine.some((chat) => chat.id === shown.value)) shown.value = found.mine[0]?.id ?? ''
      await Promise.all(found.mine.map((chat) => catchUp(chat.id)))
      trouble.value = ''
      behind.value = false
    } catch (error) {
      trouble.value = wordsOf(error)
    }
  }

  /** Messages after the last one that is here; several who ask at once share the answer. */
  const catchUp = (id: string): Promise<void> => refresh(id, (messages.value.get(id) ?? []).length)
  function refresh(id: string, after: number): Promise<void> {
    const asking = running.get(id)
    if (asking) return asking.then(() => refresh(id, (messages.value.get(id) ?? []).length))
    const work = http
      .get<Whole>(one(id), { after })
      .then((found) => {
        messages.value = new Map(messages.value).set(id, joined(messages.value.get(id) ?? [], found.messages))
        mine.value = mine.value.map((chat) => (chat.id === id ? found.chat : chat))
        trouble.value = ''
      })
      .catch((error: unknown) => {
        if (!(error instanceof Problem && error.status === 404)) trouble.value = wordsOf(error)
      })
      .finally(() => running.delete(id))
    running.set(id, work)
    return work
  }

  /** Hear of one's chats while somebody shows them; returns the end of that. */
  function follow(): () => void {
    followers += 1
    stop ??= link.live.hear<MyChats, ChatChanged>('chats', {
      snapshot: () => {
        behind.value = true
        void load()
      },
      change: (change) => {
        if (!change.chat) void load()
        else if (mine.value.some((chat) => chat.id === change.chat)) void catchUp(change.chat)
      },
    })
    return () => {
      followers -= 1
      if (followers > 0) return
      stop?.()
      stop = null
    }
  }

  async function act(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      trouble.value = ''
      return true
    } catch (error) {
      trouble.value = wordsOf(error)
      return false
    }
  }

  async function take(id: string): Promise<boolean> {
    const done = await act(() => http.post(`${one(id)}/take`))
    await load()
    if (done) shown.value = id
    return done
  }
  async function decline(id: string): Promise<void> {
    await act(() => http.post(`${one(id)}/decline`))
    await load()
  }
  function newKey(): string {
    count += 1
    return `${Date.now().toString(36)}-${count}`
  }
  /** Send with a key of its own, so that sending it again writes nothing twice; false when it did not arrive. */
  async function write(id: string, text: string, key: string, how: 'messages' | 'notes' = 'messages'): Promise<boolean> {
    const done = await act(() => http.post(`${one(id)}/${how}`, { text, key }))
    await refresh(id, (messages.value.get(id) ?? []).length)
    return done
  }
  const read = (id: string, number: number): Promise<boolean> => act(() => http.post(`${one(id)}/read`, { number }))
  const types = (id: string): Promise<boolean> => act(() => http.post(`${one(id)}/typing`))
  async function handOn(id: string, to: string, note: string): Promise<boolean> {
    const done = await act(() => http.post(`${one(id)}/hand-on`, { to, note }))
    await load()
    return done
  }
  async function end(id: string): Promise<boolean> {
    const done = await act(() => http.post(`${one(id)}/end`))
    await load()
    return done
  }

  return { asked, askedAt, mine, shown, current, said, unread, trouble, behind, follow, load, take, decline, write, newKey, read, types, handOn, end }
})
