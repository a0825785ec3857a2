/**
 * First letters of the pinyin of a name, as people type them: 王芳 is `wf`. The browser's own order of Chinese words
 * knows how characters are read: each letter begins with one of these.
 */
const FIRST = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥扨它穵夕丫帀'
const LETTERS = 'abcdefghjklmnopqrstwxyz'
const order = new Intl.Collator('zh-CN-u-co-pinyin')

function letterOf(sign: string): string {
  if (/[a-z0-9]/i.test(sign)) return sign.toLowerCase()
  if (!/\p{Script=Han}/u.test(sign)) return ''
  let found = ''
  for (const [at, first] of [...FIRST].entries()) {
    if (order.compare(sign, first) < 0) break
    found = LETTERS[at] ?? ''
  }
  return found
}

export const initialsOf = (name: string): string => [...name].map(letterOf).join('')

/** Whether somebody who types `wanted` means this: a part of its name, of its number, or of its initials. */
export function isMeant(wanted: string, name: string, number: string): boolean {
  const text = wanted.trim().toLowerCase()
  return `${name} ${number}`.toLowerCase().includes(text) || (/^[a-z0-9]+$/.test(text) && initialsOf(name).includes(text))
}
