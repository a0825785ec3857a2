import { describe, expect, it } from 'vitest'
import { type Article, picturesIn, spoken } from '../article'

const ARTICLE: Article = {
  id: '1', number: 'Z1', type_title: '服务事项', title: '高龄津贴', summary: '', body: '<p>每月&nbsp;100 元。</p><p>由街道 &lt;审核&gt;</p>', audience: 'public', category: null, contact: '',
  lines: [{ title: '受理条件', text: '年满八十周岁' }],
  keywords: [], questions: [], valid_until: null, hotline: '', origin: '', edition: 1, published_at: '', overdue: false, favourite: false, titles: {},
}

describe('what an agent reads out', () => {
  it('is what the type asks for, then the text without its marks', () => {
    expect(spoken(ARTICLE)).toBe('受理条件：年满八十周岁\n每月 100 元。\n由街道 <审核>')
  })
})

describe('the pictures of a text', () => {
  it('are told once each by their files', () => {
    const one = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
    const img = `<img src="/api/knowledge/published/1/files/${one}/content?inline=true">`
    expect(picturesIn(`<p>${img}${img}</p><a href="/files/x">x</a>`)).toEqual([one])
  })
})
