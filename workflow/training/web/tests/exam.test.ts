import { describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/http'
import { inShownLetters, partsOf, type Question, toggled } from '../exam'
import { Saving } from '../saving'

const question = (more: Partial<Question>): Question => ({ place: 1, kind: 'single', text: '题', points: 2, options: [{ letter: 'C', text: '丙' }, { letter: 'A', text: '甲' }], files: [], said: '', ...more })

describe('questions', () => {
  it('are grouped by kind with their points', () => {
    const parts = partsOf([question({}), question({ place: 2, kind: 'judge', options: [] }), question({ place: 3, points: 0.5 })])
    expect(parts.map((one) => one.title)).toEqual(['一、单选题（共 2 题，2.5 分）', '二、判断题（共 1 题，2 分）'])
  })
  it('are answered in the letters of the bank and shown in one’s own', () => {
    expect(inShownLetters(question({}), 'C')).toBe('A')
    expect(toggled(question({ kind: 'multiple', said: 'C' }), 'A')).toBe('AC')
    expect(toggled(question({ kind: 'multiple', said: 'AC' }), 'A')).toBe('C')
    expect(toggled(question({ said: 'C' }), 'A')).toBe('A')
  })
})

describe('saving', () => {
  it('sends the last answer of each question, and again after a fault of the network', async () => {
    vi.useFakeTimers()
    const sent: string[] = []
    let down = true
    const saving = new Saving(
      async (place, said) => {
        if (down) throw new Problem(0, 'network', '连接不上服务器')
        sent.push(`${place}${said}`)
      },
      () => undefined,
    )
    saving.put(1, 'A')
    saving.put(1, 'B')
    await vi.advanceTimersByTimeAsync(0)
    expect(saving.waiting.value).toBe(1)
    expect(saving.trouble.value).toContain('重试')
    down = false
    await vi.advanceTimersByTimeAsync(2000)
    expect(sent).toEqual(['1B'])
    expect(saving.waiting.value).toBe(0)
    vi.useRealTimers()
  })
  it('tells what the server refused and goes on with the rest', async () => {
    const refused: number[] = []
    const saving = new Saving(
      async (place) => {
        if (place === 1) throw new Problem(422, 'answer', '没有选项')
      },
      (_, place) => refused.push(place),
    )
    saving.put(1, 'Z')
    saving.put(2, 'A')
    expect(await saving.all()).toBe(true)
    expect(refused).toEqual([1])
  })
})
