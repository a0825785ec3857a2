import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { useLink } from '@/api/link'
import { usePhone } from '@/phone/phone'
import { preferences } from '@/phone/preferences'

export type Urgency = 'quiet' | 'normal' | 'urgent'

/** A message as it is told live. */
export interface Message {
  id: string
  kind: string
  title: string
  text: string
  link: string
  urgency: Urgency
  at: string
}

export interface Unread {
  all: number
  urgent: number
}

interface Change {
  unread?: Unread
  message?: Message
}

/** At most so many cards lie on the page; the oldest make room. */
const SHOWN = 4
const READING = 9_000

/** What is shown of a message that comes now, and heard: nothing breaks into a talk but what is urgent. */
export function manner(urgency: Urgency, talking: boolean): { card: boolean; sound: boolean } {
  return { card: urgency !== 'quiet', sound: urgency === 'urgent' || (urgency === 'normal' && !talking) }
}

/** The bell: how much is unread, and the cards of what came just now. */
export const useInbox = defineStore('inbox', () => {
  const link = useLink()
  const phone = usePhone()
  const unread = ref<Unread>({ all: 0, urgent: 0 })
  const cards = ref<Message[]>([])
  /** Counts what came, so that an open list loads anew. */
  const news = ref(0)
  /** What came last: a page that it is about shows what has happened. */
  const latest = shallowRef<Message | null>(null)
  let stopHearing: (() => void) | null = null

  function start(): void {
    if (stopHearing) return
    stopHearing = link.live.hear<Change, Change>('inbox', {
      snapshot: (value) => {
        if (value.unread) unread.value = value.unread
        news.value += 1
      },
      change: (value) => {
        if (value.unread) unread.value = value.unread
        if (value.message) come(value.message)
        news.value += 1
      },
    })
  }

  function stop(): void {
    stopHearing?.()
    stopHearing = null
    cards.value = []
    unread.value = { all: 0, urgent: 0 }
  }

  function come(message: Message): void {
    latest.value = message
    const { card, sound } = manner(message.urgency, phone.sip !== 'none')
    if (sound) {
      phone.tones.volume = preferences.ringVolume
      phone.tones.message(message.urgency === 'urgent')
    }
    if (!card) return
    cards.value = [...cards.value.filter((one) => one.id !== message.id), message].slice(-SHOWN)
    if (message.urgency !== 'urgent') setTimeout(() => drop(message.id), READING)
  }

  function drop(id: string): void {
    cards.value = cards.value.filter((one) => one.id !== id)
  }

  return { unread, cards, news, latest, start, stop, drop }
})
