import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')
const GENERIC = /(?:^|[\s,])(?:sans-serif|serif|monospace|system-ui|inherit|var\(--(?:el-)?font[a-z-]*\))$/
const STACK = /(?:--font[a-z-]*|font-family|font):\s*([^;}{]+)[;}]/g

/** All sheets of the console, of plugins and of the public pages. */
function sheets(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
    const path = join(folder, one.name)
    if (one.isDirectory()) return /^(node_modules|dist|tests|\..*)$/.test(one.name) ? [] : sheets(path)
    return /\.(css|vue)$/.test(one.name) ? [path] : []
  })
}

it('has a generic family at the end of every stack of fonts', () => {
  const stacks = ['softphone', 'workflow', 'acd', 'recorder', 'ivr', 'cti'].flatMap((room) =>
    sheets(join(ROOT, room)).flatMap((path) =>
      [...(path.endsWith('.vue') ? (/<style[\s\S]*/.exec(readFileSync(path, 'utf8'))?.[0] ?? '') : readFileSync(path, 'utf8')).matchAll(STACK)].map((one) => ({ path, whole: one[0], stack: (one[1] ?? '').trim() })),
    ),
  )
  expect(stacks.length).toBeGreaterThan(20)
  const bad = stacks.filter(({ stack, whole }) => (whole.startsWith('--') ? !/(?:sans-serif|monospace)$/.test(stack) : !GENERIC.test(stack)))
  expect(bad).toEqual([])
})
