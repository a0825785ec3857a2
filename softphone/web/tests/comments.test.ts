import { describe, expect, it } from 'vitest'
import { asked, named, pieces, stillNamed } from '@/comments/comments'

const WANG = { value: '01', title: '王芳' }
const FULL = { value: '02', title: '王芳芳' }

describe('mentions', () => {
  it('are asked for behind an @ at the cursor only', () => {
    expect(asked('请 @王', 4)).toBe('王')
    expect(asked('@', 1)).toBe('')
    expect(asked('请@王', 3)).toBe('王')
    expect(asked('a@b.cn', 6)).toBeNull()
    expect(asked('@王芳 看一下', 7)).toBeNull()
    expect(asked('，@li', 4)).toBe('li')
  })

  it('take the place of what was typed', () => {
    expect(named('请 @wang 看', 7, WANG)).toEqual({ text: '请 @王芳  看', cursor: 6 })
  })

  it('count only while their names stand there', () => {
    expect(stillNamed('请 @王芳 看', [WANG, WANG])).toEqual(['01'])
    expect(stillNamed('请看', [WANG])).toEqual([])
  })

  it('are shown apart, the longer name first', () => {
    expect(pieces('请 @王芳芳 和 @王芳 看', [WANG, FULL])).toEqual([
      { text: '请 ', mention: false },
      { text: '@王芳芳', mention: true },
      { text: ' 和 ', mention: false },
      { text: '@王芳', mention: true },
      { text: ' 看', mention: false },
    ])
    expect(pieces('无', [])).toEqual([{ text: '无', mention: false }])
  })
})
