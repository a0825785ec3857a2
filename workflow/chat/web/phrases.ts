import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { http, wordsOf } from '@/api/http'
import { isMeant } from '@/words/initials'

/** A canned answer: see `workflow/chat/phrases.py`. */
export interface Phrase {
  id: string
  category: string
  title: string
  text: string
  shared: boolean
}

/** Those that somebody means who types words, a part of them, or pinyin initials; all of them without words. */
export function meant(phrases: readonly Phrase[], words: string): Phrase[] {
  const wanted = words.trim()
  return wanted ? phrases.filter((one) => isMeant(wanted, one.title, one.category) || one.text.includes(wanted)) : [...phrases]
}

/** A text with what its variables stand for; one that is not known stays for the agent to fill in. */
export function filledIn(text: string, known: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{([^{}]{1,8})\}/g, (whole, name: string) => known[name] || whole)
}

/** What is typed behind a slash that begins a line, at the end of a text; null where none is looked for. */
export function soughtIn(text: string): string | null {
  return /(?:^|\n)\/([^\n/]{0,20})$/.exec(text)?.[1] ?? null
}

/** The canned answers of who sits here. */
export const usePhrases = defineStore('chat-phrases', () => {
  const all = shallowRef<readonly Phrase[]>([])
  const trouble = ref('')

  async function load(): Promise<void> {
    try {
      all.value = await http.get<Phrase[]>('/api/chat-phrases/at-hand')
      trouble.value = ''
    } catch (error) {
      trouble.value = wordsOf(error)
    }
  }

  return { all, trouble, load }
})
