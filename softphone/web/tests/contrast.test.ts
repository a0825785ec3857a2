import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../src/design/tokens.css', import.meta.url), 'utf8')

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [red = 0, green = 0, blue = 0] = parts.map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG 2.2, 1.4.3. */
function contrast(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (lighter + 0.05) / (darker + 0.05)
}

describe.each(['light', 'dark'])('the %s colours', (theme) => {
  const blocks = [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)]
  const found = new Map<string, string>()
  for (const [, name = '', value = ''] of blocks) if (theme === 'dark' || !found.has(name)) found.set(name, value)

  it.each(['ink', 'ink-2', 'ink-3'])('make %s readable on every surface: one grey had 4.3 to 1', (ink) => {
    for (const surface of ['bg', 'surface', 'surface-2', 'surface-3']) {
      expect(contrast(found.get(ink) ?? '', found.get(surface) ?? ''), `${ink} on ${surface}`).toBeGreaterThanOrEqual(4.5)
    }
  })

  it.each(['ink', 'ink-2'])('make %s readable on what an emergency line is told in', (ink) => {
    for (const surface of ['ring-soft', 'talk-soft']) {
      expect(contrast(found.get(ink) ?? '', found.get(surface) ?? ''), `${ink} on ${surface}`).toBeGreaterThanOrEqual(4.5)
    }
    for (const red of ['#bf2a32', '#a5232a']) expect(contrast('#ffffff', red)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['ready', 'break', 'ring', 'talk', 'wrapup', 'off'])('make the words of %s readable: 未签入 had 4.2 to 1 on its own ground', (tone) => {
    for (const surface of ['surface', 'surface-2', `${tone}-soft`]) {
      expect(contrast(found.get(tone) ?? '', found.get(surface) ?? ''), `${tone} on ${surface}`).toBeGreaterThanOrEqual(4.5)
    }
  })
})
