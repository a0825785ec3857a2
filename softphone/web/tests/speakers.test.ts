import { expect, it } from 'vitest'
import { spokenIn, type TimelinePart } from '@/calls/speakers'

const part = (agent: string, second: number, seconds: number, others: string[] = []): TimelinePart => ({
  recording: 'r',
  kind: 'talk',
  agent,
  since: 100 + second,
  until: 100 + second + seconds,
  second,
  others,
})

it('names the agents by who was with the caller then, through a conference', () => {
  const parts = [part('1001', 0, 10), part('1001', 10, 10, ['1002', 'outside']), part('1002', 20, 10), { ...part('9', 0, 99), recording: 'x' }]
  const found = spokenIn('r', [[[1, 2]], [[3, 4], [8, 12], [22, 23]]], parts, { 1001: '张三' })
  expect(found).toEqual([
    { who: '市民', place: 0, from: 1, to: 2 },
    { who: '张三 1001', place: 1, from: 3, to: 4 },
    { who: '张三 1001', place: 1, from: 8, to: 10 },
    { who: '张三 1001、1002、外线', place: 2, from: 10, to: 12 },
    { who: '1002', place: 3, from: 22, to: 23 },
  ])
})

it('says agent where nothing is known, and nothing of a message but its caller', () => {
  expect(spokenIn('r', [[], [[0, 1]]], [], {})).toEqual([{ who: '座席', place: 1, from: 0, to: 1 }])
  expect(spokenIn('r', [[[0, 1]]], [], {})).toEqual([{ who: '市民', place: 0, from: 0, to: 1 }])
})
