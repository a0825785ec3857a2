import { describe, expect, it } from 'vitest'
import { type Article, passageOf, pieces } from '../article'

const ARTICLE: Article = {
  id: '1', number: 'Z1', type_title: '服务事项', title: '高龄津贴', summary: '', body: '', audience: 'public', contact: '',
  lines: [{ title: '受理条件', text: '年满八十周岁的本市户籍老人，无论是否领取养老金，都可以在社区申请，由街道审核后按月发放' }],
  keywords: [], questions: [], valid_until: null, edition: 1, published_at: '', overdue: false, favourite: false, titles: {},
}

describe('a passage', () => {
  it('stands around the words that were asked for, and marks them', () => {
    const found = passageOf(ARTICLE, '街道审核', 24)
    expect(found.text.startsWith('…')).toBe(true)
    expect(found.text).toContain('街道审核')
    expect(pieces(found.text, found.marked).filter((_, index) => index % 2)).toEqual(['街道审核'])
  })
  it('is the beginning where the words stand elsewhere', () => {
    const found = passageOf(ARTICLE, '没有的词', 10)
    expect(found).toEqual({ text: '受理条件：年满八十周…', marked: '' })
    expect(pieces(found.text, '')).toEqual([found.text])
  })
})
