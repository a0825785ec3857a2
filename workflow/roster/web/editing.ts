import { ref, type Ref } from 'vue'
import { http, Problem, wordsOf } from '@/api/http'
import { type Move } from './table'

/** Changing the table: the rules are asked while a shift is over a cell, and again before it is saved. */
export interface Judged {
  faults: string[]
  warnings: string[]
}
/** What the rules say of a move that is not made yet. */
export interface Hint {
  tone: 'asking' | 'fits' | 'warns' | 'fails'
  words: string
}
const BASE = '/api/roster'
/** Milliseconds for which a shift rests over a cell before the rules are asked. */
const REST = 120

export function hintOf(judged: Judged): Hint {
  if (judged.faults.length) return { tone: 'fails', words: `不能这样排：${judged.faults.join('；')}` }
  if (judged.warnings.length) return { tone: 'warns', words: `超出限制，需写明原因：${judged.warnings.join('；')}` }
  return { tone: 'fits', words: '符合排班规则' }
}

export function useEditing(organisation: Ref<string>, load: () => Promise<void>) {
  const busy = ref(false)
  const hint = ref<Hint | null>(null)
  let asking: AbortController | null = null
  let timer = 0

  /** Ask what the rules say of moves; the answer stands in `hint`. Without moves it is taken away. */
  function weigh(moves: Move[]): void {
    asking?.abort()
    window.clearTimeout(timer)
    if (!moves.length) {
      hint.value = null
      return
    }
    const mine = (asking = new AbortController())
    hint.value = { tone: 'asking', words: '正在核对排班规则…' }
    timer = window.setTimeout(async () => {
      try {
        const found = await http.post<Judged>(`${BASE}/table/check`, { organisation: organisation.value, moves, reason: '' }, { signal: mine.signal })
        if (!mine.signal.aborted) hint.value = hintOf(found)
      } catch (error) {
        if (!mine.signal.aborted) hint.value = { tone: 'fails', words: wordsOf(error) }
      }
    }, REST)
  }

  /** Make moves: refused with what stands against them, or with a reason where a limit may be broken. */
  async function change(moves: Move[]): Promise<void> {
    weigh([])
    if (!moves.length || busy.value) return
    busy.value = true
    const { ElMessage, ElMessageBox } = await import('@/layout/messages')
    const body = { organisation: organisation.value, moves, reason: '' }
    try {
      const found = await http.post<Judged>(`${BASE}/table/check`, body)
      if (found.faults.length) {
        ElMessage.error(found.faults.join('；'))
        return
      }
      if (found.warnings.length) {
        const asked = await ElMessageBox.prompt(found.warnings.join('\n'), '超出排班限制，确需这样排请写明原因', {
          confirmButtonText: '仍然保存', cancelButtonText: '不改了', inputPlaceholder: '原因', customClass: 'roster-why',
          inputValidator: (value: string) => (value?.trim() ? true : '请写明原因'),
        }).catch(() => null)
        if (!asked) return
        body.reason = asked.value.trim()
      }
      await http.post(`${BASE}/table/change`, body)
      await load()
      ElMessage.success('已保存，可点“撤销”恢复')
    } catch (error) {
      ElMessage.error(wordsOf(error))
      if (error instanceof Problem && error.status === 409) await load()
    } finally {
      busy.value = false
    }
  }

  /** Take back one's own last change of a month's roster. */
  async function undo(roster: string): Promise<void> {
    const { ElMessage } = await import('@/layout/messages')
    busy.value = true
    try {
      const found = await http.post<{ words: string }>(`${BASE}/months/${encodeURIComponent(roster)}/undo`)
      await load()
      ElMessage.success(found.words)
    } catch (error) {
      ElMessage.error(wordsOf(error))
    } finally {
      busy.value = false
    }
  }
  return { busy, hint, weigh, change, undo }
}
