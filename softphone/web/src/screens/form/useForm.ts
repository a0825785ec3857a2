import { computed, reactive, ref, shallowRef } from 'vue'
import { Problem, wordsOf } from '@/api/http'
import type { Field, Row } from '../description'
import { useArrivals } from './arrivals'
import { withFormulas } from './formula'
import { bodyOf, changedFields, type Clash, fieldNamed, merged, startOf, visibleFields, wrongWith } from './form'

export interface FormConflict {
  /** Who changed what. */
  words: string
  clashes: readonly Clash[]
  /** What only the other one changed. */
  taken: readonly Field[]
  record: Row
}

export interface FormSource {
  fields: readonly Field[]
  /** The record to edit; null makes a new one. */
  record: Row | null
  blank?: Row
  /** The record as it is now, for when somebody else has changed it. */
  load?: (() => Promise<Row>) | undefined
  submit(body: Row): Promise<unknown>
}

const CHANGED = new Set(['changed', 'changed_meanwhile'])

/** A form at work: values, what is wrong, and what to do when somebody else was quicker. */
export function useForm(source: FormSource) {
  /** Fields that came later: what others say decides on them. */
  const further = shallowRef<readonly Field[]>([])
  const all = computed(() => [...source.fields, ...further.value])
  const { fields } = source
  const editing = source.record !== null
  const values = reactive<Row>(startOf(fields, source.record, source.blank))
  const base = shallowRef<Row>({ ...values })
  const version = ref<unknown>(source.record?.version)
  const errors = reactive<Record<string, string>>({})
  const trouble = ref('')
  const conflict = shallowRef<FormConflict | null>(null)
  const busy = ref(false)
  /** The server was not reached when it was sent last. */
  const away = ref(false)
  const arrivals = useArrivals()

  const visible = computed(() => visibleFields(all.value, values, editing))
  const dirty = computed(() => changedFields(all.value, base.value, values).length > 0)

  /** Ask these as well; what was filled in stays, what is empty gets the new default. */
  function ask(more: readonly Field[], known: Row = {}): void {
    for (const [key, value] of Object.entries(startOf(more, null, known))) {
      const there = values[key]
      if (there === undefined || there === '' || there === null || (Array.isArray(there) && there.length === 0)) {
        values[key] = value
        base.value = { ...base.value, [key]: value }
      }
    }
    further.value = more
  }

  function set(key: string, value: unknown): void {
    Object.assign(values, withFormulas(fields, { ...values, [key]: value }))
    errors[key] = ''
    trouble.value = ''
  }

  function check(field: Field): boolean {
    const kept = editing && (field.fixed || (field.kind === 'password' && values[field.key] === ''))
    errors[field.key] = kept ? '' : wrongWith(field, values[field.key])
    return errors[field.key] === ''
  }

  function put(record: Row, fresh: Row): void {
    base.value = startOf(fields, record)
    Object.assign(values, fresh)
    version.value = record.version
    for (const key of Object.keys(errors)) errors[key] = ''
    conflict.value = null
    trouble.value = ''
  }

  /** Go on with what was typed before, about the record as it was then: who changed it since is met when it is sent. */
  function restore(kept: Row, began: Row, read: unknown): void {
    base.value = { ...base.value, ...began }
    for (const field of fields) if (field.key in kept) values[field.key] = kept[field.key]
    if (read !== undefined) version.value = read
  }

  /** Begin anew from a record. */
  function reset(record: Row): void {
    put(record, startOf(fields, record))
  }

  /** Back to what the form began with. */
  function undo(): void {
    Object.assign(values, base.value)
    for (const key of Object.keys(errors)) errors[key] = ''
    trouble.value = ''
  }

  async function refused(error: unknown): Promise<void> {
    away.value = error instanceof Problem && error.status === 0
    if (error instanceof Problem && error.status === 409 && CHANGED.has(error.code) && source.load) {
      const record = await source.load()
      const { clashes, taken } = merged(fields, base.value, values, startOf(fields, record))
      conflict.value = { words: error.words, clashes, taken, record }
      return
    }
    const named = error instanceof Problem && error.field ? fieldNamed(visible.value, error.field) : undefined
    if (named) errors[named.key] = wordsOf(error).replace(new RegExp(`^${named.key}(\\.\\w+)*：`), '')
    else trouble.value = wordsOf(error)
  }

  /** Wait for the files on the way; false when one did not come, or nobody wants to wait any more. */
  async function arrived(): Promise<boolean> {
    const failed = await arrivals.all()
    Object.assign(errors, failed ?? {})
    return failed !== null && Object.keys(failed).length === 0 && visible.value.map(check).every(Boolean)
  }

  /** True when it is saved; files that are still on the way are waited for. */
  async function save(): Promise<boolean> {
    if (busy.value) return false
    trouble.value = ''
    away.value = false
    if (!visible.value.map((field) => arrivals.isComing(field.key) || check(field)).every(Boolean)) return false
    busy.value = true
    try {
      if (!(await arrived())) return false
      const body = bodyOf(all.value, values, editing)
      await source.submit(version.value === undefined ? body : { ...body, version: version.value })
      base.value = { ...values }
      return true
    } catch (error) {
      await refused(error).catch((second: unknown) => (trouble.value = wordsOf(second)))
      return false
    } finally {
      busy.value = false
    }
  }

  /** Forget my changes and show what is there now. */
  function takeTheirs(): void {
    if (conflict.value) reset(conflict.value.record)
  }

  /** My changes on top of what is there now. */
  function keepMine(): Promise<boolean> {
    if (!conflict.value) return Promise.resolve(false)
    const { record } = conflict.value
    put(record, merged(fields, base.value, { ...values }, startOf(fields, record)).values)
    return save()
  }

  /** What stands on the button that saves: its own words, or how far the files are that it waits for. */
  function saying(words: string): string {
    return arrivals.waiting.value ? `上传中 ${arrivals.percent.value} %` : words
  }

  return { arrivals, saying, base, version, restore, values, errors, trouble, away, conflict, busy, all, visible, dirty, editing, set, ask, check, save, reset, undo, takeTheirs, keepMine }
}

export type Form = ReturnType<typeof useForm>
