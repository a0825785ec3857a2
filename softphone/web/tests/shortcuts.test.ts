import { expect, it } from 'vitest'
import { VERBS } from '@/desk/phone/phase'
import { keysOf, TITLED } from '@/desk/keys/shortcut-titles'
import { SHORTCUTS } from '@/desk/keys/shortcuts'

/** Letters for cards of plugins (`DeskCard.key`), that of a raised hand, and Alt with a digit: rows of an event, reasons of an outcome. */
const LEFT = ['KeyD', 'KeyF', 'KeyS', 'KeyV', 'KeyZ', 'KeyJ']
/** Verbs whose key has another name, and those that the phone does by itself. */
const BY: Readonly<Record<string, string>> = { reject: 'end', hangup: 'end', retrieve: 'hold', digits: 'keypad', end_wrapup: 'ready', extend_wrapup: 'extend' }

it('has a key and a title for each verb, and no two with the same', () => {
  const codes = SHORTCUTS.map(([code]) => code)
  expect(new Set(codes).size).toBe(codes.length)
  for (const code of codes) expect(LEFT.includes(code) || /Digit|Numpad/.test(code)).toBe(false)
  const does = new Set<string>(SHORTCUTS.map(([, one]) => one))
  for (const verb of new Set(Object.values(VERBS).flat())) if (verb !== 'reconnect') expect(does, verb).toContain(BY[verb] ?? verb)
  expect(TITLED.every((one) => one.title !== '')).toBe(true)
  expect([keysOf('F8'), keysOf('KeyH'), keysOf('Slash')]).toEqual(['F8', 'Alt+H', 'Alt+/'])
})
