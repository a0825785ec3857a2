import { describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/http'
import type { Field, Row } from '@/screens/description'
import type { Arrival } from '@/screens/form/arrivals'
import { accepts, acceptWords, dataUrl, sizeWords } from '@/screens/form/file'
import { bodyOf, fieldNamed, merged, ownLine, startOf, visibleFields, withTitles, wordsFor, wrongWith } from '@/screens/form/form'
import { reckoned } from '@/screens/form/formula'
import { useForm } from '@/screens/form/useForm'

const fields: Field[] = [
  { key: 'number', title: '号码', kind: 'text', required: true, pattern: '^\\d{3,8}$', wrong: '3 至 8 位数字' },
  { key: 'kind', title: '名单', kind: 'choice', required: true, options: [{ value: 'black', title: '黑名单' }, { value: 'vip', title: '重点' }], default: 'black' },
  { key: 'level', title: '级别', kind: 'number', min: 1, max: 5, step: 1, when: { key: 'kind', in: ['vip'] } },
  { key: 'phrase', title: '口令', kind: 'text', when: { key: 'level', in: [5] } },
  { key: 'tags', title: '标签', kind: 'tags' },
  { key: 'note', title: '备注', kind: 'long', default: '' },
  { key: 'until', title: '到期', kind: 'date' },
  { key: 'login', title: '账号', kind: 'text', only_new: true },
  { key: 'owner', title: '归属', kind: 'choice', fixed: true },
]
const record: Row = { number: '12345', kind: 'vip', level: 3, phrase: null, tags: ['a'], note: '旧', until: null, owner: { id: 'o1', name: '市中心' }, version: 4 }
const field = (more: Partial<Field>): Field => ({ key: 'v', title: '值', kind: 'text', ...more })

describe('a form', () => {
  it('begins with defaults or with the record', () => {
    expect(startOf(fields, null)).toMatchObject({ number: '', kind: 'black', level: null, tags: [], note: '' })
    expect(startOf(fields, null, { kind: 'vip' })).toMatchObject({ kind: 'vip' })
    expect(startOf(fields, record)).toMatchObject({ level: 3, tags: ['a'], until: '', owner: 'o1' })
  })

  it('gives a row of buttons that is too long for half a line the whole of it', () => {
    const choice = (...titles: string[]): Field => field({ kind: 'choice', required: true, options: titles.map((title) => ({ value: title, title })) })
    expect(ownLine(choice('满意', '不满意'))).toBe(false)
    expect(ownLine(choice('送审', '直接答复', '送结果审核', '暂不提交'))).toBe(true)
  })

  it('shows fields that depend on others only with them', () => {
    const keys = (values: Row, editing = false): string[] => visibleFields(fields, values, editing).map((one) => one.key)
    expect(keys({ kind: 'black', level: 5 })).toEqual(['number', 'kind', 'tags', 'note', 'until', 'login', 'owner'])
    expect(keys({ kind: 'vip', level: 5 }, true)).toEqual(['number', 'kind', 'level', 'phrase', 'tags', 'note', 'until', 'owner'])
  })

  it('sends what is visible, and what is empty as its model holds it', () => {
    expect(bodyOf(fields, { ...startOf(fields, null), number: ' 123 ' }, false)).toEqual({ number: '123', kind: 'black', tags: [], note: '', until: null, login: null, owner: null })
    expect(bodyOf(fields, startOf(fields, record), true)).not.toHaveProperty('owner')
    expect(bodyOf([field({ kind: 'json' })], { v: '{"a": [1]}' }, false)).toEqual({ v: { a: [1] } })
    expect(bodyOf([field({ kind: 'password' })], { v: ' x ' }, false)).toEqual({ v: ' x ' })
  })

  it.each([
    [{ required: true }, '  ', '请填写值'],
    [{ required: true, kind: 'choice' as const }, '', '请选择值'],
    [{ required: true, kind: 'choices' as const }, [], '请选择值'],
    [{ required: true, kind: 'flag' as const }, false, ''],
    [{ kind: 'number' as const, min: 1 }, 0, '不能小于 1'],
    [{ kind: 'number' as const, max: 5 }, 6, '不能大于 5'],
    [{ kind: 'number' as const, step: 1 }, 1.5, '应为整数'],
    [{ kind: 'number' as const }, null, ''],
    [{ max_length: 2 }, '三个字', '至多 2 个字'],
    [{ max_length: 2 }, '😀😀', ''],
    [{ pattern: '^\\d+$', wrong: '只能是数字' }, '1a', '只能是数字'],
    [{ pattern: '^\\d+$' }, '', ''],
    [{ kind: 'phone' as const }, 'abc', '不是电话号码'],
    [{ kind: 'phone' as const }, '0571-88880000', ''],
    [{ kind: 'point' as const }, '31.8', '请填纬度和经度两个数，如 31.81124,119.97371'],
    [{ kind: 'point' as const }, '119.9，31.8', ''],
    [{ kind: 'point' as const }, '****', ''],
  ])('%o of %o', (more, value, words) => {
    expect(wrongWith(field(more), value)).toBe(words)
  })

  it('tells why JSON is none', () => {
    expect(wrongWith(field({ kind: 'json' }), '{"a":')).toMatch(/^不是有效的 JSON/)
  })

  it('finds the field that a refusal means', () => {
    expect(fieldNamed(fields, 'number')?.key).toBe('number')
    expect(fieldNamed(fields, 'values.tags.0.name')?.key).toBe('tags')
    expect(fieldNamed(fields, 'num')).toBeUndefined()
  })

  it('has words for two values that somebody compares', () => {
    expect(fields[1] && wordsFor(fields[1], 'vip')).toBe('重点')
    expect(wordsFor(field({ kind: 'tags' }), [])).toBe('（空）')
    expect(wordsFor(field({ kind: 'password' }), 'secret')).not.toContain('secret')
  })
})

describe('two people at one record', () => {
  it('lose nothing that only one of them changed', () => {
    const base = { number: '1', note: 'a', kind: 'black', tags: [] }
    const { values, clashes, taken } = merged(fields, base, { ...base, note: 'mine' }, { ...base, number: '2', tags: ['t'] })
    expect(values).toEqual({ number: '2', note: 'mine', kind: 'black', tags: ['t'] })
    expect(clashes).toEqual([])
    expect(taken.map((one) => one.key)).toEqual(['number', 'tags'])
  })

  it('are told where both changed the same', () => {
    const base = { note: 'a', kind: 'black' }
    const { clashes } = merged(fields, base, { note: 'mine', kind: 'vip' }, { note: 'theirs', kind: 'vip' })
    expect(clashes.map((one) => [one.field.key, one.theirs, one.mine])).toEqual([['note', 'theirs', 'mine']])
  })

  function atWork(theirs: Row) {
    const sent: Row[] = []
    let stored: Row = { ...theirs, version: 5 }
    const form = useForm({
      fields,
      record,
      load: () => Promise.resolve(stored),
      submit: (body) => {
        sent.push(body)
        if (body.version !== stored.version) return Promise.reject(new Problem(409, 'changed', '与现有数据冲突', '李敏修改了备注'))
        stored = { ...stored, ...body, version: 6 }
        return Promise.resolve()
      },
    })
    return { form, sent, stored: () => stored }
  }

  it('may keep their own on top of the other’s', async () => {
    const { form, sent, stored } = atWork({ ...record, note: '李敏的', tags: ['b'] })
    form.set('note', '我的')
    expect(await form.save()).toBe(false)
    expect(form.conflict.value).toMatchObject({ words: '李敏修改了备注', clashes: [{ mine: '我的', theirs: '李敏的' }] })
    expect(await form.keepMine()).toBe(true)
    expect(sent.map((one) => one.version)).toEqual([4, 5])
    expect(stored()).toMatchObject({ note: '我的', tags: ['b'] })
    expect(form.conflict.value).toBeNull()
  })

  it('may take the other’s', async () => {
    const { form } = atWork({ ...record, note: '李敏的' })
    form.set('note', '我的')
    await form.save()
    form.takeTheirs()
    expect(form.values.note).toBe('李敏的')
    expect(form.dirty.value).toBe(false)
    form.set('note', '再改')
    expect(await form.save()).toBe(true)
  })

  it('are asked again when a third is quicker still', async () => {
    const { form } = atWork({ ...record, note: '李敏的' })
    form.set('note', '我的')
    await form.save()
    const conflict = form.conflict.value
    if (conflict) form.conflict.value = { ...conflict, record: { ...conflict.record, version: 4 } }
    expect(await form.keepMine()).toBe(false)
    expect(form.conflict.value).not.toBeNull()
  })
})

describe('a refusal', () => {
  const refusing = (problem: Problem) => useForm({ fields, record: null, submit: () => Promise.reject(problem) })

  it('stands at its field', async () => {
    const form = refusing(new Problem(422, 'invalid', '填写有误', 'number：已在名单里', 'number'))
    form.set('number', '123')
    form.set('owner', 'o1')
    expect(await form.save()).toBe(false)
    expect(form.errors.number).toBe('已在名单里')
    form.set('number', '124')
    expect(form.errors.number).toBe('')
  })

  it('of no field stands above the buttons, and nothing is lost', async () => {
    const form = refusing(new Problem(0, 'network', '连接不上服务器'))
    form.set('number', '123')
    await form.save()
    expect(form.trouble.value).toBe('连接不上服务器')
    expect(form.values.number).toBe('123')
    expect(form.dirty.value).toBe(true)
  })

  it('of our own comes before anything is sent', async () => {
    const submit = vi.fn(() => Promise.resolve())
    const form = useForm({ fields, record: null, submit })
    expect(await form.save()).toBe(false)
    expect(submit).not.toHaveBeenCalled()
    expect(form.errors.number).toBe('请填写号码')
  })
})

describe('a form whose files are still on the way', () => {
  const fields: Field[] = [
    { key: 'name', title: '名称', kind: 'text', required: true },
    { key: 'files', title: '附件', kind: 'files', required: true },
  ]
  const coming = (sent: number, more: Partial<Arrival> = {}): Arrival => ({ size: 200, sent, busy: true, failed: [], ...more })

  function begun() {
    const submit = vi.fn(() => Promise.resolve())
    const form = useForm({ fields, record: null, submit })
    form.set('name', '知识')
    form.set('files', [''])
    form.arrivals.tell('files', coming(0))
    return { form, submit, saved: form.save() }
  }

  it('waits with saving, tells how far they are, and saves by itself when they have come', async () => {
    const { form, submit, saved } = begun()
    expect(form.saying('保存')).toBe('上传中 0 %')
    form.arrivals.tell('files', coming(130))
    expect(form.saying('保存')).toBe('上传中 65 %')
    expect(await form.save()).toBe(false)
    expect(submit).not.toHaveBeenCalled()
    form.set('files', ['abc'])
    form.arrivals.tell('files', coming(200, { busy: false }))
    expect(await saved).toBe(true)
    expect(submit).toHaveBeenCalledExactlyOnceWith({ name: '知识', files: ['abc'] })
    expect(form.saying('保存')).toBe('保存')
  })

  it('names those that did not come, and sends nothing', async () => {
    const { form, submit, saved } = begun()
    form.arrivals.tell('files', coming(0, { busy: false, failed: ['表.xlsx（超过 20 MB 上限）'] }))
    expect(await saved).toBe(false)
    expect(form.errors.files).toContain('表.xlsx（超过 20 MB 上限）')
    expect(submit).not.toHaveBeenCalled()
    expect(form.busy.value).toBe(false)
  })

  it('tells at once what else is wrong', async () => {
    const form = useForm({ fields, record: null, submit: () => Promise.resolve() })
    form.arrivals.tell('files', coming(0))
    expect(await form.save()).toBe(false)
    expect(form.errors.name).toBe('请填写名称')
    expect(form.arrivals.waiting.value).toBe(false)
  })

  it('stops waiting when nobody wants to any more', async () => {
    const { form, submit, saved } = begun()
    form.arrivals.stop()
    expect(await saved).toBe(false)
    form.arrivals.tell('files', coming(200, { busy: false }))
    await Promise.resolve()
    expect(submit).not.toHaveBeenCalled()
  })
})

describe('files', () => {
  it('are taken by kind', () => {
    expect(accepts('.xlsx,image/*', { name: 'A.XLSX', type: '' })).toBe(true)
    expect(accepts('.xlsx,image/*', { name: 'a', type: 'image/png' })).toBe(true)
    expect(accepts('.xlsx', { name: 'a.xlsx.exe', type: '' })).toBe(false)
    expect(accepts('', { name: 'a', type: '' })).toBe(true)
    expect(acceptWords('image/*, .pdf,.odt')).toBe('图片、PDF、.odt')
    expect(sizeWords(900)).toBe('900 B')
    expect(sizeWords(1536)).toBe('1.5 KB')
    expect(sizeWords(30 * 1024 * 1024)).toBe('30 MB')
  })

  it('go with their name', async () => {
    expect(await dataUrl(new File(['hi'], '证明.txt', { type: 'text/plain' }))).toBe('data:text/plain;name=%E8%AF%81%E6%98%8E.txt;base64,aGk=')
  })
})

describe('a form that goes on from a draft', () => {
  const fields: Field[] = [
    { key: 'name', title: '名称', kind: 'text' },
    { key: 'address', title: '地址', kind: 'text' },
  ]
  it('meets what others changed since, and loses nothing of theirs', async () => {
    const now = { name: '供水集团', address: '河滨路 2 号', version: 3 }
    const sent: Row[] = []
    const form = useForm({
      fields,
      record: now,
      load: () => Promise.resolve(now),
      submit: (body) => {
        sent.push(body)
        if (body.version !== 3) return Promise.reject(new Problem(409, 'changed', '已被他人修改'))
        return Promise.resolve()
      },
    })
    form.restore({ name: '自来水公司', address: '水厂路 1 号' }, { name: '自来水', address: '水厂路 1 号' }, 2)
    expect(form.dirty.value).toBe(true)
    expect(await form.save()).toBe(false)
    expect(form.conflict.value?.clashes.map((one) => one.field.key)).toEqual(['name'])
    expect(await form.keepMine()).toBe(true)
    expect(sent.at(-1)).toEqual({ name: '自来水公司', address: '河滨路 2 号', version: 3 })
  })
})

describe('what several point to', () => {
  const fields: Field[] = [{ key: 'tags', title: '标签', kind: 'choices', options_from: '/x' }, { key: 'text', title: '正文', kind: 'rich', files: '/api/x/{id}/files' }]
  it('is called by its titles until the offer comes', () => {
    expect(withTitles(fields, { tags: ['a', 'b'], titles: { tags: '甲、乙' } })[0]?.options).toEqual([{ value: 'a', title: '甲' }, { value: 'b', title: '乙' }])
    expect(withTitles(fields, { tags: ['a', 'b'], titles: { tags: '甲' } })[0]?.options).toBeUndefined()
  })
  it('has its pictures with its record, once there is one', () => {
    expect(withTitles(fields, { id: '01X', tags: [] })[1]?.files).toBe('/api/x/01X/files')
    expect(withTitles(fields, null)[1]?.files).toBe('')
  })
})

describe('a formula', () => {
  it('comes to a number, as on the server', () => {
    const row = { price: 2.5, count: 4, 折扣: 1 }
    expect(['price * count', '(price + 1) * 2 - count / 4', '0.1 + 0.2', 'price * count - 折扣'].map((text) => reckoned(text, row))).toEqual([10, 6, 0.3, 9])
    expect(['price * none', 'price /', '(price', 'price / 0', "'x'", 'price count', ''].map((text) => reckoned(text, row))).toEqual([null, null, null, null, null, null, null])
  })
  it('follows what is typed', () => {
    const form = useForm({ fields: [{ key: 'a', title: '', kind: 'number' }, { key: 'b', title: '', kind: 'number', formula: 'a * 2' }], record: null, submit: () => Promise.resolve() })
    form.set('a', 3)
    expect(form.values.b).toBe(6)
    form.set('a', null)
    expect(form.values.b).toBeNull()
  })
})
