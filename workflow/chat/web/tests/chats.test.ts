import { describe, expect, it } from 'vitest'
import { joined, type Message } from '../chats'

const message = (number: number, text = `${number}`): Message => ({ number, at: '2026-11-28T00:00:00Z', side: 'citizen', kind: 'text', text, name: '', agent: '', data: {} })

describe('messages of a chat', () => {
  it('stand once and in order, however they come', () => {
    expect(joined([message(1), message(3)], [message(2), message(3, 'again')]).map((one) => one.text)).toEqual(['1', '2', 'again'])
    expect(joined([], []).length).toBe(0)
  })
})
