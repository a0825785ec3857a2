import { describe, expect, it } from 'vitest'
import { LONGEST, requestOf, sureText } from '../scenarios'

describe('scenarios beside a call', () => {
  it('reads title, text without marks, and category of a form', () => {
    expect(requestOf({ title: '公积金', content: '<p>离职后<b>提取</b></p>', category: '01A', urgent: true })).toEqual({
      text: '公积金\n 离职后 提取  ', category: '01A',
    })
    expect(requestOf({ title: 3, content: null })).toEqual({ text: '', category: '' })
    expect(requestOf({ content: '长'.repeat(9_000) }).text).toHaveLength(LONGEST)
  })
  it('says how sure it is', () => {
    expect([0.95, 0.6, 0.3].map(sureText)).toEqual(['很像', '像', '可能'])
  })
})
