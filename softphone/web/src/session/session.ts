import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { http, Problem, setCsrf } from '@/api/http'
import type { Person, SessionAnswer } from '@/api/types'
import { beToldNoMore } from '@/inbox/push'
import { allows, MAY } from './permissions'
import { forgetUnsent, unsentOf } from './unsent'

/** Who sits here. `over` says why the last session ended, for the sign-in page. */
export const useSession = defineStore('session', () => {
  const person = ref<Person | null>(null)
  const known = ref(false)
  const over = ref('')

  function take(answer: SessionAnswer): void {
    person.value = answer.person
    known.value = true
    over.value = ''
    setCsrf(answer.csrf)
    unsentOf(answer.person.id)
  }

  function forget(reason: string): void {
    person.value = null
    known.value = true
    over.value = reason
    setCsrf('')
  }

  /** Ask once whether the browser still has a session; throws only when the server cannot be reached. */
  async function recall(): Promise<void> {
    if (known.value) return
    try {
      take(await http.get<SessionAnswer>('/api/session', undefined, { quiet: true }))
    } catch (error) {
      if (error instanceof Problem && error.status === 401) forget('')
      else throw error
    }
  }

  async function signIn(login: string, password: string, code = ''): Promise<void> {
    take(await http.post<SessionAnswer>('/api/session', { login, password, code }, { quiet: true }))
  }

  async function signOut(): Promise<void> {
    // The telephone may be another's next: nothing of his comes to it any more. Without a network he goes all the same.
    await beToldNoMore().catch(() => undefined)
    try {
      await http.delete<undefined>('/api/session', { quiet: true })
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error
    }
    forget('')
    forgetUnsent()
  }

  function setAutoAnswer(auto: boolean): void {
    if (person.value) person.value.auto_answer = auto
  }

  const isAgent = computed(() => person.value?.agent_no != null && may(MAY.desk))

  function may(permission: string): boolean {
    return allows(person.value?.permissions ?? [], permission)
  }

  return { person, known, over, isAgent, recall, signIn, signOut, forget, may, setAutoAnswer }
})
