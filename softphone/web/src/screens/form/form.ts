import type { Field, Row } from '../description'
import { filled, holds } from '../paths'
import { plainOf } from '../rich/word'
import { pairOf, titleOf } from '../value'

/** What a form holds, checks and sends, without any component. */

const SEVERAL = new Set<Field['kind']>(['choices', 'tags', 'files'])
const OWN_LINE = new Set<Field['kind']>(['long', 'json', 'file', 'tags', 'choices', 'rows', 'files', 'rich'])
/** Options that are buttons, and the signs of a row of buttons that fit in half of a line. */
const FEW = 4
const HALF_LINE = 18
/** Whoever may not see a number sends it back as it was shown to him. */
const PHONE = /^[+\d][\d*\s()（）-]{2,24}$|^\*{4}$/

/** Stands for what somebody may not see, and leaves it as it is. */
const HIDDEN = '****'

/** What a field holds while nobody has filled it in. */
export function emptyOf(field: Field): unknown {
  if (SEVERAL.has(field.kind) || field.kind === 'rows') return []
  if (field.kind === 'flag') return false
  return field.kind === 'number' ? null : ''
}

function held(field: Field, found: unknown): unknown {
  if (found === null || found === undefined) return emptyOf(field)
  if (SEVERAL.has(field.kind)) return Array.isArray(found) ? found.map(String) : [String(found)]
  if (field.kind === 'rows') return Array.isArray(found) ? found.map((one) => startOf(field.rows ?? [], one as Row)) : []
  if (field.kind === 'json') return typeof found === 'string' ? found : JSON.stringify(found, null, 2)
  if (field.kind === 'choice' || field.kind === 'person') {
    const named = typeof found === 'object' ? ((found as Row).id ?? (found as Row).value) : found
    return named === null || named === undefined ? '' : String(named)
  }
  return found
}

/** What a form begins with: the record's values, or the defaults. */
export function startOf(fields: readonly Field[], record: Row | null, blank: Row = {}): Row {
  return Object.fromEntries(fields.map((field) => [field.key, held(field, record ? record[field.key] : (blank[field.key] ?? field.default))]))
}

/** The fields that are there, given what others say. */
export function visibleFields(fields: readonly Field[], values: Row, editing: boolean): Field[] {
  const there = fields.filter((field) => !editing || !field.only_new)
  const said = (field: Field): boolean => {
    const above = fields.find((one) => one.key === field.when?.key)
    return holds(field.when, values) && (!above || said(above))
  }
  return there.filter(said)
}

/** A few are shown at once: one look instead of two clicks. */
export function asButtons(field: Field): boolean {
  return field.kind === 'choice' && !field.options_from && field.required === true && (field.options?.length ?? 0) <= FEW
}

/** Whether a field takes the whole width of a wide form. */
export function ownLine(field: Field): boolean {
  const signs = asButtons(field) ? (field.options ?? []).reduce((sum, one) => sum + one.title.length + 2, 0) : 0
  return OWN_LINE.has(field.kind) || signs > HALF_LINE
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0) || (typeof value === 'string' && value.trim() === '')
}

function wrongInRows(field: Field, value: unknown): string {
  for (const [at, row] of (value as Row[]).entries()) {
    for (const column of field.rows ?? []) {
      const wrong = wrongWith(column, row[column.key])
      if (wrong) return `第 ${at + 1} 行“${column.title}”：${wrong}`
    }
  }
  return ''
}

/** What is wrong with a value, in words; empty when nothing is. */
export function wrongWith(field: Field, value: unknown): string {
  if (isEmpty(value)) return field.required && field.kind !== 'flag' ? `请${SEVERAL.has(field.kind) || /choice|person|date|time/.test(field.kind) ? '选择' : field.kind === 'file' ? '选择文件' : '填写'}${field.kind === 'file' ? '' : field.title}` : ''
  if (field.kind === 'rows') return wrongInRows(field, value)
  if (field.kind === 'files') return (value as string[]).includes('') ? '附件还没有上传完，请稍候，或移除未成功的' : ''
  if (field.kind === 'number') {
    const number = Number(value)
    if (!Number.isFinite(number)) return '应为数字'
    if (field.min !== undefined && number < field.min) return `不能小于 ${field.min}`
    if (field.max !== undefined && number > field.max) return `不能大于 ${field.max}`
    if (field.step === 1 && !Number.isInteger(number)) return '应为整数'
  }
  if (typeof value !== 'string') return ''
  if (field.max_length !== undefined && field.kind !== 'file' && [...value].length > field.max_length) return `至多 ${field.max_length} 个字`
  if (field.kind === 'phone' && !field.pattern && !PHONE.test(value.trim())) return field.wrong ?? '不是电话号码'
  if (field.pattern && !new RegExp(field.pattern, 'u').test(value.trim())) return field.wrong ?? '格式不对'
  if (field.kind === 'point' && value.trim() !== HIDDEN && !pairOf(value)) return field.wrong ?? '请填纬度和经度两个数，如 31.81124,119.97371'
  if (field.kind === 'json') {
    try {
      JSON.parse(value)
    } catch (error) {
      return `不是有效的 JSON：${error instanceof Error ? error.message : ''}`
    }
  }
  return ''
}

/** What goes to the server of one field: an empty one is what its model holds for empty. */
function sent(field: Field, value: unknown): unknown {
  if (field.kind === 'rows') return (value as Row[]).map((row) => bodyOf(field.rows ?? [], row, false))
  if (field.kind === 'flag' || SEVERAL.has(field.kind)) return value
  if (isEmpty(value)) return field.default === '' ? '' : field.required ? value : null
  if (field.kind === 'json') return JSON.parse(String(value))
  return typeof value === 'string' && field.kind !== 'password' ? value.trim() : value
}

/** The body: what is visible and may be changed. */
export function bodyOf(fields: readonly Field[], values: Row, editing: boolean): Row {
  const there = visibleFields(fields, values, editing).filter((field) => !editing || !field.fixed)
  return Object.fromEntries(there.map((field) => [field.key, sent(field, values[field.key])]))
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** The fields that somebody has changed. */
export function changedFields(fields: readonly Field[], base: Row, values: Row): Field[] {
  return fields.filter((field) => !same(base[field.key], values[field.key]))
}

export interface Clash {
  field: Field
  mine: unknown
  theirs: unknown
}

/**
 * My changes on top of theirs: what only they changed is taken over, what I changed stays; `clashes` are the fields
 * that both changed, each to something else.
 */
export function merged(fields: readonly Field[], base: Row, mine: Row, theirs: Row): { values: Row; clashes: Clash[]; taken: Field[] } {
  const values = { ...theirs }
  for (const field of changedFields(fields, base, mine)) values[field.key] = mine[field.key]
  const clashes = changedFields(fields, base, mine)
    .filter((field) => !same(base[field.key], theirs[field.key]) && !same(mine[field.key], theirs[field.key]))
    .map((field) => ({ field, mine: mine[field.key], theirs: theirs[field.key] }))
  const taken = changedFields(fields, base, theirs).filter((field) => same(base[field.key], mine[field.key]))
  return { values, clashes, taken }
}

/** The field that a refusal names: itself, or the one that holds it (`numbers.0.value`). */
export function fieldNamed(fields: readonly Field[], name: string): Field | undefined {
  const plain = name.replace(/^(body|values)\./, '')
  return fields.find((field) => field.key === plain) ?? fields.find((field) => plain.startsWith(`${field.key}.`))
}

/** A value in words, for those who compare two. */
export function wordsFor(field: Field, value: unknown): string {
  if (isEmpty(value)) return '（空）'
  if (field.kind === 'flag') return value === true ? '是' : '否'
  if (field.kind === 'rows') return (value as Row[]).map((row) => (field.rows ?? []).map((one) => wordsFor(one, row[one.key])).join(' ')).join('；')
  if (field.kind === 'rich') return plainOf(String(value))
  if (field.kind === 'password') return '••••••'
  const title = (one: unknown): string => field.options?.find((option) => option.value === String(one))?.title ?? String(one)
  return Array.isArray(value) ? value.map(title).join('、') : title(value)
}

/** What a field points to is called by its title until its own offer comes. */
export function withTitles(fields: readonly Field[], record: Row | null): readonly Field[] {
  // A record that is not there yet has no files.
  if (!record) return fields.map((field) => (field.files ? { ...field, files: '' } : field))
  return fields.map((given) => {
    const field = given.files ? { ...given, files: filled(given.files, record) } : given
    const value = record[field.key]
    const words = field.options_from ? titleOf(record, field.key) : ''
    if (Array.isArray(value) && words) {
      // Several are told in one line, in their order.
      const titles = words.split('、')
      const met = titles.length === value.length ? value.map((one, index) => ({ value: String(one), title: titles[index] ?? '' })) : []
      return met.length ? { ...field, options: [...(field.options ?? []), ...met] } : field
    }
    const title = typeof value === 'string' ? words : ''
    return title ? { ...field, options: [...(field.options ?? []), { value: value as string, title }] } : field
  })
}
