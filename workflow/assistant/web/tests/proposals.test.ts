import { describe, expect, it } from 'vitest'
import { useForm } from '@/screens/form/useForm'
import { byField, free, type Proposal, soundOf, spoken, standingOf, take } from '../proposals'

const proposal = (field: string, value: string): Proposal => ({ field, title: field, value, shown: value, probability: 0, sources: [] })
const form = () =>
  useForm({
    fields: [
      { key: 'type', title: '诉求类型', kind: 'choice' },
      { key: 'content', title: '诉求内容', kind: 'long' },
      { key: 'address', title: '详细地址', kind: 'text' },
      { key: 'urgent', title: '紧急', kind: 'flag' },
      { key: 'contact', title: '联系电话', kind: 'phone' },
    ],
    record: null,
    blank: { type: 'help', address: '家住地址', contact: '13800000000' },
    submit: () => Promise.resolve(),
  })

describe('the words of a proposal', () => {
  const talk = { of: 'talk', words: '建设路', start: 0, end: 3, at: '2026-11-02T09:00:00.200Z', seconds: 1.5 } as const
  const typed = { of: 'notes', words: '建设路', start: 0, end: 3 } as const
  it('are heard where they were spoken', () => {
    const one = { ...proposal('address', '建设路'), sources: [typed, talk] }
    expect(spoken(one)).toEqual(talk)
    expect(spoken({ ...one, sources: [typed] })).toBeUndefined()
    expect(soundOf('C 1', talk)).toBe('/api/calls/C%201/moment?at=2026-11-02T09%3A00%3A00.200Z&seconds=2.2')
  })
})

describe('proposals beside the form of a call', () => {
  it('go into fields that nobody has filled in', () => {
    const one = form()
    const said = [proposal('type', 'complaint'), proposal('content', '停水'), proposal('address', '人民路 8 号'), proposal('urgent', 'true'), proposal('event_at', '2026-01-01')]
    for (const each of free(one, said)) take(one, each)
    expect(one.values).toMatchObject({ type: 'complaint', content: '停水', address: '人民路 8 号', urgent: true })
    expect(said.map((each) => standingOf(one, each))).toEqual(['there', 'there', 'there', 'there', 'none'])
  })
  it('never go over what a person typed, unless he presses that one', () => {
    const one = form()
    one.set('content', '座席写的')
    const said = [proposal('content', '停水'), proposal('contact', '13900000000')]
    expect(free(one, said)).toEqual([])
    expect(said.map((each) => standingOf(one, each))).toEqual(['filled', 'filled'])
    for (const each of said.slice(1)) take(one, each)
    expect(one.values).toMatchObject({ content: '座席写的', contact: '13900000000' })
  })
  it('are the best of each field when all are taken', () => {
    const said = [proposal('address', '甲'), proposal('address', '乙')]
    expect(free(form(), said).map((each) => each.value)).toEqual(['甲'])
    expect(byField(said).map((each) => each.proposals.length)).toEqual([2])
  })
  it('wait while no form is open', () => {
    expect(free(undefined, [proposal('content', '停水')])).toEqual([])
  })
})
