/** A canonical number as people read it: `+8613800000001` → `138 0000 0001`; masked ones keep their stars. */
export function numberText(number: string | null | undefined): string {
  if (!number) return '未知号码'
  const plain = number.startsWith('+86') ? number.slice(3) : number
  if (/^1[\d*]{10}$/.test(plain)) return `${plain.slice(0, 3)} ${plain.slice(3, 7)} ${plain.slice(7)}`
  if (number.startsWith('+86') && /^[\d*]{9,11}$/.test(plain)) {
    const area = /^(10|2\d)/.test(plain) ? 2 : 3
    return `0${plain.slice(0, area)}-${plain.slice(area)}`
  }
  return plain
}

/** What may follow `outside:` in a transfer: digits only, from what somebody typed or pasted. */
export function dialable(text: string): string {
  return text.replace(/[\s()（）-]/g, '')
}

export function isDialable(text: string): boolean {
  return /^\+?\d{3,20}$/.test(dialable(text))
}
