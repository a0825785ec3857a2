import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { http, Problem, wordsOf } from '@/api/http'
import type { AgentCall } from '@/api/types'
import { useCatalogue } from '@/screens/catalogue'
import type { DeskForm, Field, Row } from '@/screens/description'
import { changedFields, merged, startOf } from '@/screens/form/form'
import { type Form, useForm } from '@/screens/form/useForm'
import { filled } from '@/screens/paths'
import { numberText } from '@/words/number'
import { timeOfDay } from '@/words/time'
import { Autosave, type Draft, type SaveState } from '@/screens/form/autosave'

export interface OpenForm {
  key: string
  description: DeskForm
  /** The call, with a number behind where it is a further form of it. */
  subject: string
  title: string
  form: Form
  kept: { state: SaveState; words: string; at: string }
  saving: Autosave
  /** What the server said when it was sent. */
  answer: Row | undefined
  forget(): void
}

const DRAFTS = '/api/form_drafts'
const pathOf = (form: string, subject: string): string => `${DRAFTS}/${form}/${encodeURIComponent(subject)}`
const keyOf = (form: string, subject: string): string => `${form} ${subject}`
/** The call of a form. */
export const callOf = (subject: string): string => subject.split('-')[0] ?? ''
/** Which of several of one call: several tabs are told apart by it, however narrow they are. */
export const PLACE = /^第\d+件 /
export const placeOf = (title: string): string => {
  const place = PLACE.exec(title)?.[0].trim()
  return place ? ` ${place}` : ''
}
/** A call on the tab of its forms: what tells two of one caller apart stands first, since a narrow tab cuts the rest. */
export const titleOf = (call: AgentCall): string => `${timeOfDay(call.since).slice(0, 5)} ${numberText(call.caller)}`.slice(0, 80)
const MORE_PAUSE = 150

/** The forms of modules that are open beside calls: kept with each pause in typing, until they are sent or given up. */
export const useOpenForms = defineStore('open-forms', () => {
  const catalogue = useCatalogue()
  const open = shallowRef<readonly OpenForm[]>([])
  const active = ref('')
  const trouble = ref('')
  /** The key of a form that somebody has just asked for, until it is shown to him. */
  const fresh = ref('')
  /** The calls of the contact at the desk: his own, and the one that broke off before it; none while nobody is there. */
  const present = ref<readonly string[]>([])
  const isPresent = (subject: string): boolean => present.value.includes(callOf(subject))
  /** What somebody chose; else of the present contact: a form of an earlier one never comes over his by itself. */
  const shown = computed(() => open.value.find((one) => one.key === active.value) ?? (present.value.length ? open.value.filter((one) => isPresent(one.subject)) : open.value).at(-1) ?? null)
  /** Calls for which all forms have been offered; a form that was given up does not come back. */
  const offered = new Set<string>()
  /** Calls whose forms have been offered to the end: what is not open now was not to be. */
  const asked = ref<readonly string[]>([])
  /** Counts up with each form that was sent, so that what stands beside it looks anew. */
  const sent = ref(0)
  let restoring: Promise<void> | null = null

  function add(description: DeskForm, subject: string, title: string, draft: Draft | null, known: Row = {}): OpenForm {
    // Between the question whether it is open and here lie answers of the server: somebody may have been quicker.
    const there = open.value.find((one) => one.key === keyOf(description.name, subject))
    if (there) return there
    const form = useForm({
      fields: description.form,
      record: null,
      blank: draft?.values ?? known,
      submit: async (body) => {
        const verb = description.method === 'POST' ? 'post' : description.method === 'PATCH' ? 'patch' : 'put'
        made.answer = await http[verb]<Row | undefined>(filled(description.path, { id: subject }), body)
      },
    })
    const kept = reactive<OpenForm['kept']>({ state: 'saved', words: '', at: draft?.updated_at ?? '' })
    const saving = new Autosave(
      {
        put: async (values, seen) => {
          const answer = await http.put<Draft>(pathOf(description.name, subject), { title, values, seen })
          kept.at = answer.updated_at
          return answer
        },
        settle: async (mine, base) => {
          const theirs = (await http.get<Draft[]>(DRAFTS)).find((one) => one.form === description.name && one.subject === subject)
          if (!theirs) return null
          const { values } = merged(form.all.value, base, mine, { ...base, ...theirs.values })
          Object.assign(form.values, values)
          return { values, version: theirs.version }
        },
        told: (state, words) => {
          kept.state = state
          kept.words = words
        },
      },
      draft?.version ?? 0,
      form.values,
    )
    const stop = watch(form.values, (values) => saving.typed(values), { deep: true })
    const stopAsking = asking(description, subject, form, draft?.values ?? known)
    const made: OpenForm = {
      key: keyOf(description.name, subject),
      description,
      subject,
      title,
      form,
      kept,
      saving,
      answer: undefined,
      forget: () => {
        stop()
        stopAsking()
        saving.stop()
      },
    }
    open.value = [...open.value, made]
    // It is there for other machines from the first moment, also while nobody has typed anything.
    if (!draft) saving.typed(form.values)
    return made
  }

  /** Lets what was said decide on further fields; returns the end of it. */
  function asking(description: DeskForm, subject: string, form: Form, known: Row): () => void {
    const { more, asks = [] } = description
    if (!more) return () => undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped: AbortController | null = null
    const said = (): Row => Object.fromEntries(asks.filter((key) => form.values[key] !== undefined).map((key) => [key, form.values[key] === '' && key !== 'place' && key !== 'then' ? null : form.values[key]]))
    async function ask(): Promise<void> {
      stopped?.abort()
      stopped = new AbortController()
      try {
        form.ask(await http.post<Field[]>(filled(more ?? '', { id: subject }), { ...known, ...said() }, { signal: stopped.signal }), known)
      } catch (error) {
        if (!stopped.signal.aborted) form.trouble.value = wordsOf(error)
      }
    }
    void ask()
    const stop = watch(
      () => JSON.stringify(said()),
      () => {
        clearTimeout(timer)
        timer = setTimeout(() => void ask(), MORE_PAUSE)
      },
    )
    return () => {
      stop()
      clearTimeout(timer)
      stopped?.abort()
    }
  }

  /** Forms that were open before, at this page or at another machine; what was sent elsewhere meanwhile closes. */
  function restore(): Promise<void> {
    restoring ??= look().finally(() => {
      restoring = null
    })
    return restoring
  }

  async function look(): Promise<void> {
    await catalogue.ready()
    if (catalogue.deskForms.length === 0) return
    try {
      const drafts = await http.get<Draft[]>(DRAFTS)
      const there = new Set(drafts.map((one) => keyOf(one.form, one.subject)))
      for (const one of open.value) if (one.saving.version > 0 && one.kept.state === 'saved' && !there.has(one.key)) drop(one)
      for (const draft of drafts) {
        const description = catalogue.deskForms.find((one) => one.name === draft.form)
        if (description && !open.value.some((one) => one.key === keyOf(draft.form, draft.subject))) add(description, draft.subject, draft.title, draft)
      }
      trouble.value = ''
    } catch (error) {
      trouble.value = wordsOf(error)
    }
  }

  async function wasSent(description: DeskForm, call: string): Promise<boolean> {
    try {
      await http.get<Row>(filled(description.source, { id: call }))
      return true
    } catch (error) {
      // Better a form too much than a talk of which nothing is written down.
      return error instanceof Problem && error.status === 403
    }
  }

  /** Whether the call that broke off before this one has a form open, or sent: then it is gone on with, and none begun. */
  async function isWritten(description: DeskForm, before: string): Promise<boolean> {
    if (!before) return false
    return open.value.some((one) => one.description.name === description.name && callOf(one.subject) === before) || (await wasSent(description, before))
  }

  /** Another contact is at the desk: what is open of those before him waits on its tab. */
  function attend(call: Pick<AgentCall, 'id' | 'follows'> | null): void {
    const before = present.value
    present.value = call ? [call.id, ...(call.follows ? [call.follows] : [])] : []
    const chosen = open.value.find((one) => one.key === active.value)
    if (call && call.id !== before[0] && chosen && !isPresent(chosen.subject)) active.value = ''
  }

  /** Open what a talk asks for. */
  async function offer(call: AgentCall): Promise<void> {
    if (offered.has(call.id)) return
    offered.add(call.id)
    await restore()
    const before = active.value
    for (const description of catalogue.deskForms) {
      if (!description.quick && (await isWritten(description, call.follows))) continue
      const key = keyOf(description.name, call.id)
      if (!open.value.some((one) => one.key === key) && !(await wasSent(description, call.id)))
        add(description, call.id, titleOf(call), null, await begun(description, call.id))
    }
    const first = [call.follows, call.id].flatMap((id) => catalogue.deskForms.map((one) => keyOf(one.name, id))).find((key) => open.value.some((one) => one.key === key))
    // Whoever has chosen a form meanwhile stays there.
    if (first && active.value === before) active.value = first
    asked.value = [...asked.value, call.id]
  }

  /** What is known before anybody types; without it the form is empty. */
  async function begun(description: DeskForm, subject: string): Promise<Row> {
    if (!description.begin) return {}
    return http.get<Row>(filled(description.begin, { id: subject })).catch(() => ({}))
  }

  /** One more form of the same call, with what it is given of another, or of a record. */
  async function further(description: DeskForm, call: string, title: string, values: Row): Promise<void> {
    const taken = (subject: string): boolean => open.value.some((one) => one.key === keyOf(description.name, subject))
    const known = await begun(description, call)
    let number = 1
    let subject = call
    while (taken(subject) || (await wasSent(description, subject)) || taken(subject)) {
      number += 1
      subject = `${call}-${number}`
    }
    const said = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '' && value !== null))
    active.value = add(description, subject, `${number > 1 ? `第${number}件 ` : ''}${title.replace(/^第\d+件 /, '')}`.slice(0, 80), null, { ...known, ...said }).key
    fresh.value = active.value
  }

  function drop(one: OpenForm): void {
    one.forget()
    open.value = open.value.filter((other) => other.key !== one.key)
    if (active.value === one.key) active.value = open.value.findLast((other) => callOf(other.subject) === callOf(one.subject))?.key ?? ''
  }

  /** Send it; true when the server has taken it. */
  async function submit(one: OpenForm): Promise<boolean> {
    if (one.form.busy.value) return false
    await one.saving.hold()
    if (!(await one.form.save())) {
      one.saving.goOn()
      return false
    }
    drop(one)
    // Whoever took it in let the draft go; where a module does not, this does.
    await http.delete(pathOf(one.description.name, one.subject)).catch(() => undefined)
    await settle(callOf(one.subject))
    return true
  }

  /** It was said what a talk came to: forms of it that nobody has touched go, as those that the server let go. */
  async function settle(call: string): Promise<void> {
    await restore()
    for (const other of open.value) if (callOf(other.subject) === call && (await isUntouched(other))) await discard(other)
    sent.value += 1
  }

  /** Whether it has nothing but what it began with. */
  async function isUntouched(one: OpenForm): Promise<boolean> {
    const began = startOf(one.description.form, null, await begun(one.description, one.subject))
    return changedFields(one.description.form, began, one.form.values).length === 0
  }

  /** A talk is over: where nobody has begun another form of it, the one that asks what it came to is shown. */
  async function over(call: string): Promise<void> {
    const asking = open.value.find((one) => one.description.quick && callOf(one.subject) === call)
    const now = shown.value
    if (asking && now && now !== asking && callOf(now.subject) === call && (await isUntouched(now)) && shown.value === now) active.value = asking.key
  }

  async function discard(one: OpenForm): Promise<void> {
    await one.saving.hold()
    try {
      if (one.kept.state !== 'gone') await http.delete(pathOf(one.description.name, one.subject))
      drop(one)
    } catch (error) {
      one.form.trouble.value = wordsOf(error)
      one.saving.goOn()
    }
  }

  /** Nothing of one person stays for the next. */
  function clear(): void {
    for (const one of open.value) one.forget()
    open.value = []
    active.value = ''
    present.value = []
    offered.clear()
    asked.value = []
    restoring = null
  }

  watch(
    () => catalogue.known,
    (known) => known || clear(),
  )

  return { open, active, shown, isPresent, attend, trouble, fresh, sent, asked, restore, offer, further, over, settle, submit, discard }
})
