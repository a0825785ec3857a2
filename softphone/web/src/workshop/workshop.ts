/** A file on the workbench: its published text, the draft, and what is typed now. */
import { computed, type ComputedRef, type Ref, ref, shallowRef } from 'vue'
import { http, Problem, wordsOf } from '@/api/http'
import { type FileKind, FLOW, pathOfFile } from './kind'
import type { Draft, FileDetail, Finding, FlowDetail, Revision } from '@/flows/types'

export function flowPath(name: string): string {
  return pathOfFile(FLOW, name)
}

export function useWorkshop<F extends FileDetail = FlowDetail>(name: () => string, kind: FileKind = FLOW) {
  const path = (): string => pathOfFile(kind, name())
  const flow = shallowRef<F | null>(null)
  const text = ref('')
  /** The revision that the text began from. */
  const base = ref(0)
  /** The digest of the draft that was read or saved last; empty: none. */
  const seen = ref('')
  const saved = ref('')
  const trouble = ref('')
  const missing = ref(false)
  const saving = ref(false)

  const changed = computed(() => text.value !== saved.value)
  const hasDraft = computed(() => flow.value?.draft != null)
  /** Somebody has published since this text began. */
  const outdated = computed(() => flow.value !== null && base.value < flow.value.revision)

  async function load(): Promise<void> {
    trouble.value = ''
    missing.value = false
    try {
      take(await http.get<F>(path()))
    } catch (error) {
      flow.value = null
      missing.value = error instanceof Problem && error.status === 404
      trouble.value = wordsOf(error)
    }
  }

  function take(found: F): void {
    flow.value = found
    text.value = found.draft?.text ?? found.text
    saved.value = text.value
    base.value = found.draft?.base ?? found.revision
    seen.value = found.draft?.digest ?? ''
  }

  /** Learn what others have done, and leave the text alone. */
  async function refresh(): Promise<F> {
    const found = await http.get<F>(path())
    flow.value = found
    return found
  }

  async function save(over = seen.value): Promise<Finding[]> {
    saving.value = true
    const sent = text.value
    try {
      const answer = await http.put<{ draft: Draft; findings: Finding[] }>(`${path()}/draft`, { text: sent, base: base.value, seen: over })
      seen.value = answer.draft.digest
      saved.value = sent
      if (flow.value) flow.value = { ...flow.value, draft: answer.draft, draft_by: answer.draft.author, draft_at: answer.draft.at }
      return answer.findings
    } finally {
      saving.value = false
    }
  }

  async function dropDraft(): Promise<void> {
    await http.delete(`${path()}/draft?seen=${seen.value}`)
    await load()
  }

  async function publish(message: string, over = base.value): Promise<Revision> {
    const done = await http.post<Revision>(`${path()}/publish`, { text: text.value, message, base: over }, { timeout: 60_000 })
    await load()
    return done
  }

  return { kind, flow, text, base, seen, saved, trouble, missing, saving, changed, hasDraft, outdated, load, take, refresh, save, dropDraft, publish }
}

/** What panes ask of a workbench, whatever the kind of its file. */
export interface Workshop {
  readonly kind: FileKind
  readonly flow: Readonly<Ref<FileDetail | null>>
  readonly text: Ref<string>
  readonly base: Ref<number>
  readonly seen: Ref<string>
  readonly saved: Ref<string>
  readonly trouble: Ref<string>
  readonly missing: Ref<boolean>
  readonly saving: Ref<boolean>
  readonly changed: ComputedRef<boolean>
  readonly hasDraft: ComputedRef<boolean>
  readonly outdated: ComputedRef<boolean>
  take(found: FileDetail): void
  refresh(): Promise<FileDetail>
  save(over?: string): Promise<Finding[]>
  dropDraft(): Promise<void>
  publish(message: string, over?: number): Promise<Revision>
}
