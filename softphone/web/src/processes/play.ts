/** A play on the server: the process as it is typed now, with scripted people, replayed from its beginning each time. */
import { computed, ref, shallowRef } from 'vue'
import { http, Problem, wordsOf } from '@/api/http'
import { findingsOf } from '@/workshop/check'
import { shanghaiNow } from '@/flows/trial'
import type { Finding } from '@/flows/types'
import type { Move, PlayReport } from './types'

export function usePlay(text: () => string) {
  const at = ref(shanghaiNow())
  const opens = ref('')
  const record = ref('')
  const moves = ref<Move[]>([])
  const report = shallowRef<PlayReport | null>(null)
  const findings = shallowRef<Finding[]>([])
  const trouble = ref('')
  const busy = ref(false)
  const tried = ref('')
  let asked = 0

  const stale = computed(() => report.value !== null && tried.value !== text())
  const trail = computed(() => (report.value?.steps ?? []).filter((step) => !step.includes('.')))
  const current = computed(() => trail.value.at(-1) ?? '')

  async function run(): Promise<boolean> {
    asked += 1
    const mine = asked
    const sent = text()
    busy.value = true
    try {
      const trial = { name: 'try', at: at.value, opens: opens.value.trim(), record: record.value.trim() ? (JSON.parse(record.value) as unknown) : {}, moves: moves.value }
      const found = await http.post<PlayReport>('/api/processes/play', { text: sent, trial }, { timeout: 30_000 })
      if (mine !== asked) return false
      report.value = found
      tried.value = sent
      trouble.value = ''
      findings.value = []
      return true
    } catch (error) {
      if (mine !== asked) return false
      trouble.value = error instanceof SyntaxError ? '事项内容不是正确的 JSON' : wordsOf(error)
      findings.value = error instanceof Problem ? findingsOf(error.more) : []
      return false
    } finally {
      if (mine === asked) busy.value = false
    }
  }

  /** Make a move; one that was refused is taken back, and its words are returned. */
  async function move(one: Move): Promise<string> {
    moves.value.push(one)
    const went = await run()
    const words = went ? (report.value?.failures.at(-1) ?? '') : trouble.value
    if (words) {
      moves.value.pop()
      await run()
    }
    return words
  }

  function back(): Promise<boolean> {
    moves.value.pop()
    return run()
  }

  function begin(): Promise<boolean> {
    moves.value = []
    return run()
  }

  return { at, opens, record, moves, report, findings, trouble, busy, stale, trail, current, run, move, back, begin }
}

export type PlayDesk = ReturnType<typeof usePlay>

/** A play as a test of the process's file. JSON is YAML too. */
export function asTest(name: string, play: Pick<PlayDesk, 'at' | 'opens' | 'record' | 'moves' | 'report'>): string {
  const lines = [`  - name: ${JSON.stringify(name)}`, `    at: ${play.at.value}`]
  if (play.opens.value.trim()) lines.push(`    opens: ${play.opens.value.trim()}`)
  if (play.record.value.trim()) lines.push(`    record: ${JSON.stringify(JSON.parse(play.record.value))}`)
  lines.push('    moves:')
  for (const move of play.moves.value) lines.push(`      - ${JSON.stringify(move)}`)
  const whole = play.report.value?.cases[0]
  if (whole) lines.push(`      - ${JSON.stringify(whole.outcome ? { step: whole.step, outcome: whole.outcome } : { step: whole.step })}`)
  return `${lines.join('\n')}\n`
}
