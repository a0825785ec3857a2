import { describe, expect, it } from 'vitest'
import { useForm } from '@/screens/form/useForm'
import type { Article } from '../article'
import { asksWhatIsCited, citeInto } from '../citing'

const article = { id: '01A', body: '<p>持身份证办理</p>', lines: [{ title: '时限', text: '3 天' }] } as unknown as Article
const form = (then: string) =>
  useForm({
    fields: [
      { key: 'then', title: '登记后', kind: 'choice' },
      { key: 'then_answer', title: '答复内容', kind: 'long', when: { key: 'then', in: ['answer'] } },
      { key: 'then_citations', title: '引用的知识', kind: 'choices', options_from: '/api/options/citations', when: { key: 'then', in: ['answer'] } },
    ],
    record: null,
    blank: { then },
    submit: () => Promise.resolve(),
  })

describe('an article cited into the form of a call', () => {
  it('stands in what the answer rests on, and its text where nothing is written yet', () => {
    const one = form('answer')
    expect([asksWhatIsCited(one), citeInto(one, article), citeInto(one, article)]).toEqual([true, true, true])
    expect(one.values).toMatchObject({ then_answer: '时限：3 天\n持身份证办理', then_citations: ['knowledge:01A'] })
  })
  it('leaves what the agent wrote', () => {
    const one = form('answer')
    one.set('then_answer', '已告知')
    citeInto(one, article)
    expect(one.values).toMatchObject({ then_answer: '已告知', then_citations: ['knowledge:01A'] })
  })
  it('waits where no answer is asked for', () => {
    const one = form('submit')
    expect([asksWhatIsCited(one), citeInto(one, article)]).toEqual([false, false])
    expect(one.values.then_citations).toEqual([])
  })
})
