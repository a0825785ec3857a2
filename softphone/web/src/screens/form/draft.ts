import { onScopeDispose, reactive, watch } from 'vue'
import { http } from '@/api/http'
import { dropUnsent, keepUnsent, takeUnsent } from '@/session/unsent'
import type { Row } from '../description'
import { Autosave, type Draft, type SaveState } from './autosave'
import { merged } from './form'
import type { Form } from './useForm'

const DRAFTS = '/api/form_drafts'

/** What a draft holds: what was typed, and the record as it was when somebody began. */
interface Kept {
  values: Row
  base: Row
  version: unknown
}

/** The draft of a form about a record; null when there is none. */
export async function draftOf(form: string, subject: string): Promise<Draft | null> {
  const drafts = await http.get<Draft[]>(DRAFTS)
  return drafts.find((one) => one.form === form && one.subject === subject) ?? null
}

/** Keeps a form with each pause in typing, until it is sent or given up; found again after a reload or elsewhere. */
export function useDraft(name: string, subject: string, title: () => string, form: Form, fields: Parameters<typeof merged>[0], found: Draft | null) {
  const path = `${DRAFTS}/${name}/${encodeURIComponent(subject)}`
  const kept = reactive<{ state: SaveState; words: string; at: string }>({ state: 'saved', words: '', at: found?.updated_at ?? '' })
  const packed = (): Row => ({ values: { ...form.values }, base: { ...form.base.value }, version: form.version.value ?? null })
  if (found) {
    const { values, base, version } = found.values as unknown as Kept
    form.restore(values, base, version ?? undefined)
  }
  const saving = new Autosave(
    {
      put: async (values, seen) => {
        const answer = await http.put<Draft>(path, { title: title().slice(0, 80), values, seen })
        kept.at = answer.updated_at
        return answer
      },
      settle: async (mine, base) => {
        const theirs = await draftOf(name, subject)
        if (!theirs) return null
        const said = theirs.values as unknown as Kept
        const { values } = merged(fields, (base as unknown as Kept).values, (mine as unknown as Kept).values, said.values)
        Object.assign(form.values, values)
        return { values: packed(), version: theirs.version }
      },
      told: (state, words) => {
        kept.state = state
        kept.words = words
        if (state === 'failed') keepUnsent(name, subject, packed())
        else if (state === 'saved') dropUnsent(name, subject)
      },
    },
    found?.version ?? 0,
    packed(),
  )
  const unsent = takeUnsent(name, subject) as Kept | null
  if (unsent) {
    // Typed without a network, in a page that is gone: it goes to the server like what is typed now.
    form.restore(unsent.values, unsent.base, unsent.version ?? undefined)
    saving.typed(packed())
  }
  const stop = watch(form.values, () => form.dirty.value && saving.typed(packed()), { deep: true })
  onScopeDispose(() => {
    stop()
    void saving.flush()
  })

  /** Give it up, or let it go since it was sent. */
  async function drop(): Promise<void> {
    await saving.hold()
    saving.stop()
    dropUnsent(name, subject)
    if (saving.version > 0) await http.delete(path).catch(() => undefined)
    saving.version = 0
  }

  return { kept, saving, drop }
}
