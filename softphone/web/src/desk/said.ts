import { shallowReactive } from 'vue'

const said = shallowReactive(new Map<string, string>())

/** What the citizen said last in a call that goes on: told by whoever writes it down, for cards that help with it. */
export function saidIn(call: string): string {
  return said.get(call) ?? ''
}

/** Nothing: the call is over, or nobody writes it down any more. */
export function tellSaid(call: string, words: string): void {
  if (words) said.set(call, words)
  else said.delete(call)
}
