import type { StoryEvent } from '@/api/types'

/** What the caller lived through, as stretches of time. */
export type SegmentKind = 'flow' | 'queue' | 'ring' | 'talk' | 'hold' | 'after'

export interface Segment {
  kind: SegmentKind
  from: number
  to: number
  agent: string
}

export const SEGMENT_WORDS: Record<SegmentKind, string> = {
  flow: '语音导航',
  queue: '排队',
  ring: '振铃',
  talk: '通话',
  hold: '保持',
  after: '评价与收尾',
}

/** What each event begins; others change nothing. `after` a talk unless the caller queues again. */
const BEGINS: Record<string, SegmentKind> = {
  CallArrived: 'flow',
  CallDialled: 'flow',
  CallQueued: 'queue',
  CallOffered: 'ring',
  OfferFailed: 'queue',
  TalkStarted: 'talk',
  CallHeld: 'hold',
  CallRetrieved: 'talk',
  TalkEnded: 'after',
}

/** Segments without gaps from the first event to the last; open calls end at `now`. */
export function segmentsOf(events: readonly StoryEvent[], now: number): Segment[] {
  const segments: Segment[] = []
  let current: Segment | null = null
  const close = (at: number): void => {
    if (!current) return
    current.to = Math.max(current.from, at)
    if (current.to > current.from) segments.push(current)
    current = null
  }
  for (const event of events) {
    const at = Date.parse(event.at)
    if (event.type === 'CallEnded') {
      close(at)
      return segments
    }
    const kind = BEGINS[event.type]
    const agent = typeof event.details.agent === 'string' ? event.details.agent : ''
    if (!kind || (current as Segment | null)?.kind === kind) continue
    close(at)
    current = { kind, from: at, to: at, agent }
  }
  close(now)
  return segments
}

/** Seconds of each kind. A talk is what the log calls one, hold included; how much of it was held is told beside. */
export function sumsOf(segments: readonly Segment[]): { kind: SegmentKind; title: string; seconds: number }[] {
  const found = new Map<SegmentKind, number>()
  const add = (kind: SegmentKind, ms: number): void => {
    found.set(kind, (found.get(kind) ?? 0) + ms / 1000)
  }
  for (const one of segments) {
    add(one.kind, one.to - one.from)
    if (one.kind === 'hold') add('talk', one.to - one.from)
  }
  return [...found].map(([kind, seconds]) => ({ kind, title: kind === 'hold' ? '其中保持' : SEGMENT_WORDS[kind], seconds }))
}
