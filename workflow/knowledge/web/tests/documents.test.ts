import { describe, expect, it } from 'vitest'
import { folderOf, isLast, lineOf, linesOf, lookedAt, type Preview, readable, sumOf } from '../documents'

const preview = (more: Partial<Preview>): Preview => ({ file: 't', title: '高龄津贴', category: '', path: '', report: '3 段', differs: false, excerpt: '先', same: '', titled: '', wrong: '', chapters: [], ...more })
const looked = (more: Partial<Preview>) => {
  const line = lineOf('t', '高龄津贴.docx', '民政')
  lookedAt(line, preview(more))
  return line
}

describe('documents on their way to drafts', () => {
  it('takes of a folder what can be read', () => {
    const files = ['公积金.docx', '~$公积金.docx', '.DS_Store', '照片.png', '价目.XLSX'].map((name) => ({ name }))
    expect(readable(files)).toEqual({ taken: [{ name: '公积金.docx' }, { name: '价目.XLSX' }], passed: 3 })
    expect([folderOf('社会保障/公积金/提取.docx'), folderOf('提取.docx')]).toEqual(['社会保障/公积金', ''])
  })
  it('chooses what is new and can be read', () => {
    expect(looked({})).toMatchObject({ phase: 'ready', chosen: true, title: '高龄津贴' })
    expect(looked({ titled: 'Z1' })).toMatchObject({ phase: 'ready', chosen: false })
    expect(looked({ same: 'Z1' })).toMatchObject({ phase: 'refused', chosen: false, trouble: '原件与知识 Z1 相同，已导入过' })
    expect(looked({ wrong: '文件内容损坏或有密码' })).toMatchObject({ phase: 'refused', chosen: false, trouble: '文件内容损坏或有密码' })
  })
  it('takes a book as its chapters, the original with the last', () => {
    const chapter = (title: string, titled = '') => ({ title, report: '9 段', excerpt: title, titled })
    const lines = linesOf(lineOf('t', '手册.docx', ''), preview({ chapters: [chapter('手册 一'), chapter('手册 二', 'Z1'), chapter('手册 三')] }))
    expect(lines.map((one) => [one.chapter, one.title, one.chosen])).toEqual([[0, '手册 一', true], [1, '手册 二', false], [2, '手册 三', true]])
    const wanted = lines.filter((one) => one.chosen)
    expect(wanted.map((one) => isLast(one, wanted))).toEqual([false, true])
    expect(linesOf(lineOf('t', '手册.docx', ''), preview({ same: 'Z9', chapters: [chapter('一'), chapter('二')] }))).toHaveLength(1)
  })
  it('says how far it is', () => {
    expect(sumOf([looked({}), looked({ wrong: '坏' }), lineOf('u', 'a.pdf', '')])).toBe('1 个正在查看，1 个可以导入，1 个不能导入')
    expect(sumOf([])).toBe('')
  })
})
