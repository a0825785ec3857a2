/** A run of a text; `other` where the text beside it says something else. */
export interface Run {
  text: string
  other: boolean
}

/** Words, numbers and line ends stay whole; of Chinese each character counts. */
const TOKEN = /[A-Za-z]+|\d+(?:\.\d+)?|\n|[\s\S]/gu
/** Beyond so many pairs of tokens only whole lines are compared: a page answers at once. */
const MOST = 4_000_000

function tokens(text: string): string[] {
  return text.match(TOKEN) ?? []
}

/** For each token of two lists whether it is in the longest sequence that both have. */
function common(one: readonly string[], other: readonly string[]): [boolean[], boolean[]] {
  const mine = one.map(() => false)
  const theirs = other.map(() => false)
  let head = 0
  while (head < one.length && head < other.length && one[head] === other[head]) mine[head] = theirs[head++] = true
  let end = one.length
  let last = other.length
  while (end > head && last > head && one[end - 1] === other[last - 1]) mine[--end] = theirs[--last] = true
  const width = last - head + 1
  const lengths = new Uint32Array((end - head + 1) * width)
  for (let at = end - 1; at >= head; at -= 1)
    for (let to = last - 1; to >= head; to -= 1) {
      const here = (at - head) * width + to - head
      lengths[here] = one[at] === other[to] ? (lengths[here + width + 1] ?? 0) + 1 : Math.max(lengths[here + width] ?? 0, lengths[here + 1] ?? 0)
    }
  for (let at = head, to = head; at < end && to < last; ) {
    const here = (at - head) * width + to - head
    if (one[at] === other[to]) mine[at++] = theirs[to++] = true
    else if ((lengths[here + width] ?? 0) >= (lengths[here + 1] ?? 0)) at += 1
    else to += 1
  }
  return [mine, theirs]
}

function runs(pieces: readonly string[], same: readonly boolean[]): Run[] {
  const found: Run[] = []
  for (const [at, text] of pieces.entries()) {
    const other = same[at] !== true
    const before = found.at(-1)
    if (before?.other === other) before.text += text
    else found.push({ text, other })
  }
  return found
}

/** Two texts, each in runs, of which some are not in the other. */
export function changes(then: string, now: string): [Run[], Run[]] {
  const whole: [string[], string[]] = [tokens(then), tokens(now)]
  const [mine, theirs] = whole[0].length * whole[1].length <= MOST ? whole : [lines(then), lines(now)]
  const [one, other] = common(mine, theirs)
  return [runs(mine, one), runs(theirs, other)]
}

function lines(text: string): string[] {
  return text.split(/(?<=\n)/u)
}
