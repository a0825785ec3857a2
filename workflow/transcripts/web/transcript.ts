import { onBeforeUnmount, ref, type Ref, shallowRef, watch } from 'vue'
import { http, Problem, wordsOf } from '@/api/http'
import { useLink } from '@/api/link'
import type { TranscriptChange } from '@/api/messages'

/** Characters `start` to `end` were heard as something else: a word that sounds alike was put in its place. */
export interface Repair {
  start: number
  end: number
  heard: string
}

export interface Line {
  number: number
  side: 'caller' | 'agent' | 'other'
  agent: string
  name: string
  at: string
  seconds: number
  text: string
  /** When each character began, in seconds since `at`; of a call that is over. */
  times: readonly number[]
  kind: 'said' | 'lost' | 'gap' | 'silent'
  apart: boolean
  repairs: readonly Repair[]
}

export interface Piece {
  /** Characters as one sees them, and where the first of them stands. */
  characters: readonly string[]
  first: number
  /** What was heard in their place; empty where it was these. */
  heard: string
}

/** A line in pieces: words that were put in place are pieces of their own. */
export function pieces(line: Pick<Line, 'text' | 'repairs'>): Piece[] {
  const all = [...line.text]
  const found: Piece[] = []
  let at = 0
  const take = (end: number, heard: string): void => {
    if (end > at) found.push({ characters: all.slice(at, end), first: at, heard })
    at = end
  }
  for (const one of line.repairs) {
    take(one.start, '')
    take(one.end, one.heard)
  }
  take(all.length, '')
  return found
}

export interface Speaking {
  side: Line['side']
  agent: string
  name: string
  text: string
  apart: boolean
}

export interface CallTranscript {
  call: string
  state: 'live' | 'waiting' | 'whole' | 'partial'
  began_at: string | null
  lines: readonly Line[]
  speaking: readonly Speaking[]
  behind: boolean
  later: boolean
  trouble: string
}

/** A number of a card may turn out to be one only with its last piece: lines so far back may be others now. */
const LOOKED_AT_AGAIN = 8
const PAUSE = 120

/** What is known with what is new: lines by their numbers, as they were said. */
export function joined(known: readonly Line[], found: readonly Line[]): Line[] {
  const all = new Map(known.map((one) => [one.number, one]))
  for (const one of found) all.set(one.number, one)
  return [...all.values()].sort((a, b) => (a.at === b.at ? a.number - b.number : a.at < b.at ? -1 : 1))
}

/** Who says it, in words. */
export function speaker(one: Pick<Line, 'side' | 'agent'> & { name?: string }): string {
  if (one.side === 'caller') return '市民'
  const who = one.name || (one.agent ? `工号 ${one.agent}` : '外线')
  return one.side === 'agent' ? who : `${who}（第三方）`
}

/** What stands where there are no words: `state` is that of its transcript, of which nothing more comes when it is partial. */
export function wordless(line: Pick<Line, 'kind' | 'seconds'>, state: CallTranscript['state']): string {
  if (line.kind === 'lost') return '此处有话，未能识别'
  const seconds = Math.max(1, Math.round(line.seconds))
  if (line.kind === 'silent') return `此处 ${seconds} 秒未转写，录音中没有听到话`
  return state === 'partial' ? `此处 ${seconds} 秒未能补写` : `此处 ${seconds} 秒未转写`
}

/** Characters of what was said last by which one looks for help. */
const LAST = 60

/** What the citizen said last in a call that goes on, as far as it is understood. */
export function lastOfCaller(one: Pick<CallTranscript, 'state' | 'lines' | 'speaking'> | null): string {
  if (one?.state !== 'live') return ''
  const lines = one.lines.filter((line) => line.side === 'caller' && line.kind === 'said').slice(-LAST)
  const speaking = one.speaking.filter((it) => it.side === 'caller')
  return [...lines, ...speaking].map((it) => it.text).join('，').slice(-LAST)
}

/** The transcript of a call: live while the call goes on, then as it is kept. */
export function useTranscript(call: () => string): { found: Ref<CallTranscript | null>; trouble: Ref<string> } {
  const found = shallowRef<CallTranscript | null>(null)
  const trouble = ref('')
  const link = useLink()
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false
  let again = false

  async function load(): Promise<void> {
    const mine = call()
    if (!mine) return
    if (asking) {
      again = true
      return
    }
    asking = true
    const known = found.value?.call === mine && found.value.state === 'live' ? found.value.lines : []
    const after = Math.max(0, Math.max(0, ...known.map((one) => one.number)) - LOOKED_AT_AGAIN)
    try {
      const answer = await http.get<CallTranscript>(`/api/transcripts/calls/${encodeURIComponent(mine)}`, { after })
      if (mine === call()) {
        found.value = answer.state === 'live' ? { ...answer, lines: joined(known, answer.lines) } : after > 0 ? await whole(mine) : answer
        trouble.value = ''
      }
    } catch (error) {
      if (mine === call()) trouble.value = error instanceof Problem && error.status === 404 ? '' : wordsOf(error)
    } finally {
      asking = false
      if (again) {
        again = false
        void load()
      }
    }
  }
  const whole = (id: string): Promise<CallTranscript> => http.get<CallTranscript>(`/api/transcripts/calls/${encodeURIComponent(id)}`)
  const stop = link.live.hear<unknown, TranscriptChange>('transcript', {
    snapshot: () => void load(),
    change: (change) => {
      if (change.call !== call()) return
      clearTimeout(timer)
      timer = setTimeout(() => void load(), PAUSE)
    },
  })
  watch(call, () => {
    found.value = null
    void load()
  }, { immediate: true })
  onBeforeUnmount(() => {
    stop()
    clearTimeout(timer)
  })
  return { found, trouble }
}
