import { describe, expect, it } from 'vitest'
import { ref } from 'vue'
import { withTest } from '../src/flows/trial'
import { nodesIn } from '@/workshop/text/nodesInText'
import { asTest, type PlayDesk } from '../src/processes/play'
import type { PlayReport } from '../src/processes/types'
import { stayText } from '../src/processes/words'

describe('how long cases stay', () => {
  it.each([
    [null, '—'],
    [20, '不到 1 分钟'],
    [25 * 60, '25 分钟'],
    [2 * 3600, '2 小时'],
    [2 * 3600 + 300, '2 小时 5 分钟'],
    [86_400, '1 天'],
    [3 * 86_400 + 4 * 3600, '3 天 4 小时'],
  ])('says %s as %s', (seconds, words) => {
    expect(stayText(seconds)).toBe(words)
  })
})

describe('a play', () => {
  const report = { cases: [{ step: 'done', outcome: 'done' }] } as unknown as PlayReport
  const play = { at: ref('2026-09-28 09:00'), opens: ref('wang'), record: ref('{"urgent": true}'), moves: ref([{ who: 'wang', does: 'send', form: { text: '急' } }]), report: ref(report) } as unknown as PlayDesk

  it('becomes a test of the file, with what it came to', () => {
    const text = withTest('process: a\ntests:\n  - {name: first}\n', asTest('登记到办结', play))
    expect(text).toBe(`process: a
tests:
  - {name: first}
  - name: "登记到办结"
    at: 2026-09-28 09:00
    opens: wang
    record: {"urgent":true}
    moves:
      - {"who":"wang","does":"send","form":{"text":"急"}}
      - {"step":"done","outcome":"done"}
`)
  })
})

describe('the steps of a text', () => {
  it('are found by their lines', () => {
    const text = 'process: a\nsteps:\n  begin:\n    title: 登记\n  done: {title: 办结}\ntests: []\n'
    expect(nodesIn(text, 'steps').map(({ name, first, last }) => [name, first, last])).toEqual([['begin', 3, 4], ['done', 5, 5]])
    expect(nodesIn(text)).toEqual([])
  })
})
