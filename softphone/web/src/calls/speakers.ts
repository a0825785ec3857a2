/** A part of a call's timeline, as the server tells it; `others` are in a conference with caller and agent. */
export interface TimelinePart {
  recording: string
  kind: string
  agent: string
  since: number
  until: number
  second: number
  others: readonly string[]
}

/** A stretch of a recording in which somebody speaks; `place` tells people of the agents' side apart. */
export interface Spoken {
  who: string
  place: number
  from: number
  to: number
}

const OUTSIDE = 'outside'
const CALLER = '市民'

/** Who speaks when in a recording: the caller on his side; on the other whoever was with him then. */
export function spokenIn(
  recording: string,
  speech: readonly (readonly (readonly [number, number])[])[],
  parts: readonly TimelinePart[],
  names: Readonly<Record<string, string>>,
): Spoken[] {
  const [caller = [], agents = []] = speech
  const mine = parts.filter((part) => part.recording === recording)
  const found: Spoken[] = caller.map(([from, to]) => ({ who: CALLER, place: 0, from, to }))
  const places = new Map<string, number>()
  for (const [from, to] of agents) {
    for (const stretch of within(from, to, mine)) {
      const who = stretch.part ? wordsOf(stretch.part, names) : '座席'
      if (!places.has(who)) places.set(who, places.size + 1)
      found.push({ who, place: places.get(who) ?? 1, from: stretch.from, to: stretch.to })
    }
  }
  return found
}

function within(from: number, to: number, parts: readonly TimelinePart[]): { part: TimelinePart | null; from: number; to: number }[] {
  const found = parts
    .map((part) => ({ part, from: Math.max(from, part.second), to: Math.min(to, part.second + part.until - part.since) }))
    .filter((one) => one.to > one.from)
  return found.length ? found : [{ part: null, from, to }]
}

function wordsOf(part: TimelinePart, names: Readonly<Record<string, string>>): string {
  const called = (number: string): string => (number === OUTSIDE || !number ? '外线' : [names[number], number].filter(Boolean).join(' '))
  return [part.agent, ...part.others].map(called).join('、')
}
