import { describe, expect, it } from 'vitest'
import { filledIn, meant, type Phrase, soughtIn } from '../phrases'

const phrase = (id: string, category: string, title: string, text: string): Phrase => ({ id, category, title, text, shared: true })
const ALL = [
  phrase('a', '问候', '开场白', '您好，{姓名}，工号 {工号} 为您服务'),
  phrase('b', '公积金', '提取条件', '购房、租房均可提取'),
  phrase('c', '结束语', '再见', '感谢您的来访'),
]

describe('canned answers', () => {
  it('are found by words of each part and by pinyin initials', () => {
    expect(meant(ALL, '提取').map((one) => one.id)).toEqual(['b'])
    expect(meant(ALL, '租房').map((one) => one.id)).toEqual(['b'])
    expect(meant(ALL, 'kcb').map((one) => one.id)).toEqual(['a'])
    expect(meant(ALL, '公积').map((one) => one.id)).toEqual(['b'])
    expect(meant(ALL, ' ')).toHaveLength(3)
    expect(meant(ALL, '没有这句')).toEqual([])
  })
  it('have what is known in the place of variables, and what is not stays to be filled in', () => {
    expect(filledIn(ALL[0]?.text ?? '', { 姓名: '', 工号: '1001' })).toBe('您好，{姓名}，工号 1001 为您服务')
  })
  it('are looked for behind a slash that begins a line, and not in an address', () => {
    expect(soughtIn('/')).toBe('')
    expect(soughtIn('您好\n/gj')).toBe('gj')
    expect(soughtIn('https://a.cn/b')).toBeNull()
    expect(soughtIn('人民路1/2号')).toBeNull()
    expect(soughtIn('您好')).toBeNull()
  })
})
