import { describe, expect, it } from 'vitest'
import { folderOf, lineOf, lookedAt, type Preview, readable, sumOf } from '../documents'

const preview = (more: Partial<Preview>): Preview => ({ file: 't', title: '高龄津贴', category: '', path: '', report: '3 段', differs: false, excerpt: '先', same: '', titled: '', wrong: '', ...more })
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
  it('says how far it is', () => {
    expect(sumOf([looked({}), looked({ wrong: '坏' }), lineOf('u', 'a.pdf', '')])).toBe('1 个正在查看，1 个可以导入，1 个不能导入')
    expect(sumOf([])).toBe('')
  })
})
