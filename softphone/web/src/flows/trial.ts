/** A try-out step by step: the same script with one step more goes on from where it waited. */
import { computed, ref, shallowRef } from 'vue'
import { http, Problem, wordsOf } from '@/api/http'
import { findingsOf } from '@/workshop/check'
import type { Finding, TrialReport } from './types'

export function useTrial(text: () => string) {
  const caller = ref('13800000001')
  const at = ref('')
  const medium = ref<'phone' | 'chat'>('phone')
  const services = ref('')
  /** Who else the caller is, and what was called: as in the file's tests. */
  const called = ref('')
  const kind = ref('')
  const language = ref('')
  const tags = ref('')
  const given = ref('')
  const steps = ref<string[]>([])
  const report = shallowRef<TrialReport | null>(null)
  const findings = shallowRef<Finding[]>([])
  const trouble = ref('')
  const busy = ref(false)
  const tried = ref('')
  let asked = 0

  const script = computed(() => steps.value.join(', '))
  const running = computed(() => report.value?.outcome === 'waiting')
  /** Nodes of this flow in the order of the visit; those of sub-flows are seen as the node that calls them. */
  const trail = computed(() => (report.value?.nodes ?? []).filter((node) => !node.includes('.')))
  const current = computed(() => trail.value.at(-1) ?? '')
  const stale = computed(() => report.value !== null && tried.value !== text())

  async function run(): Promise<void> {
    asked += 1
    const mine = asked
    const sent = text()
    busy.value = true
    try {
      const body = {
        text: sent,
        do: script.value,
        caller: caller.value || 'anonymous',
        at: at.value || shanghaiNow(),
        medium: medium.value,
        services: services.value.trim() ? (JSON.parse(services.value) as unknown) : {},
        arguments: given.value.trim() ? (JSON.parse(given.value) as unknown) : {},
        called: called.value.trim() || undefined,
        kind: kind.value || undefined,
        language: language.value.trim() || undefined,
        tags: tagsOf(tags.value),
        pauses: true,
      }
      const found = await http.post<TrialReport>('/api/flows/try', body, { timeout: 30_000 })
      if (mine !== asked) return
      report.value = found
      tried.value = sent
      trouble.value = ''
      findings.value = []
    } catch (error) {
      if (mine !== asked) return
      trouble.value = error instanceof SyntaxError ? '参数或业务模块的回答不是正确的 JSON' : wordsOf(error)
      findings.value = error instanceof Problem ? findingsOf(error.more) : []
    } finally {
      if (mine === asked) busy.value = false
    }
  }

  async function step(words: string): Promise<void> {
    steps.value.push(words)
    await run()
    // A step that cannot be read is taken back, or no later one could be tried.
    if (trouble.value) steps.value.pop()
  }

  function back(): Promise<void> {
    steps.value.pop()
    return run()
  }

  function begin(): Promise<void> {
    steps.value = []
    if (!at.value) at.value = shanghaiNow()
    return run()
  }

  function stop(): void {
    asked += 1
    report.value = null
    steps.value = []
    trouble.value = ''
    findings.value = []
    busy.value = false
  }

  return { caller, at, medium, services, called, kind, language, tags, given, steps, report, findings, trouble, busy, script, running, trail, current, stale, run, step, back, begin, stop }
}

export type TrialDesk = ReturnType<typeof useTrial>

/** `2026-03-03 10:00`, the hotline's time. */
export function shanghaiNow(): string {
  return new Date().toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' }).slice(0, 16)
}

/** `vip, white` or `vip white`. */
export function tagsOf(text: string): string[] {
  return text.split(/[\s,，、]+/).filter(Boolean)
}

/** A try-out as a test of the flow's file. */
export function asTest(
  name: string,
  trial: Pick<TrialDesk, 'caller' | 'at' | 'medium' | 'script' | 'report' | 'trail'> & Partial<Pick<TrialDesk, 'called' | 'kind' | 'language' | 'tags' | 'given'>>,
): string {
  const report = trial.report.value
  const nodes = trial.trail.value.filter((node, index, all) => node !== all[index - 1])
  const lines = [`  - name: ${JSON.stringify(name)}`, `    from: ${JSON.stringify(trial.caller.value || 'anonymous')}`, `    at: ${trial.at.value}`]
  if (trial.medium.value === 'chat') lines.push('    medium: chat')
  for (const key of ['called', 'kind', 'language'] as const) {
    const value = trial[key]?.value.trim()
    if (value) lines.push(`    ${key}: ${JSON.stringify(value)}`)
  }
  const tags = tagsOf(trial.tags?.value ?? '')
  if (tags.length) lines.push(`    tags: ${JSON.stringify(tags)}`)
  // JSON is YAML too.
  if (trial.given?.value.trim()) lines.push(`    arguments: ${JSON.stringify(JSON.parse(trial.given.value))}`)
  lines.push(`    do: ${/[:#]/.test(trial.script.value) ? JSON.stringify(trial.script.value) : trial.script.value}`)
  lines.push(`    visits: [${nodes.join(', ')}]`)
  if (report && !['waiting', 'unfinished'].includes(report.outcome)) lines.push(`    ends: ${report.outcome}`)
  return `${lines.join('\n')}\n`
}

/** The text with one test more. */
export function withTest(text: string, test: string): string {
  const trimmed = text.replace(/\s*$/, '\n')
  const begin = /^tests:[ \t]*(#.*)?$/m.exec(trimmed)
  if (!begin) return `${trimmed}\ntests:\n${test}`
  const rest = trimmed.slice(begin.index + begin[0].length)
  const next = /\n(?=[^\s#-])/.exec(rest)
  if (!next) return trimmed + test
  const at = begin.index + begin[0].length + next.index + 1
  return trimmed.slice(0, at) + test + trimmed.slice(at)
}
