/** One stretch of a text: in both texts, or in one of them only. */
export interface Stretch {
  text: string
  kind: 'same' | 'old' | 'new'
}

/** What became of `before`, character by character (longest common subsequence). */
export function changesOf(before: string, after: string): Stretch[] {
  const old = [...before]
  const fresh = [...after]
  const length = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1))
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = length[i]
    if (!row) continue
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      row[j] = old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const found: Stretch[] = []
  const put = (text: string, kind: Stretch['kind']): void => {
    const last = found.at(-1)
    if (last?.kind === kind) last.text += text
    else found.push({ text, kind })
  }
  let i = 0
  let j = 0
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      put(old[i] ?? '', 'same')
      i += 1
      j += 1
    } else if (j >= fresh.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      put(old[i] ?? '', 'old')
      i += 1
    } else {
      put(fresh[j] ?? '', 'new')
      j += 1
    }
  }
  return found
}
