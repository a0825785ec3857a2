/**
 * Screens as data: what a list, a form and a detail show. The console's own pages and those that plugins describe are
 * drawn by the same components. Everything here but `text` and `tone` functions is plain data that can come as JSON.
 */

export type Tone = 'ready' | 'break' | 'ring' | 'talk' | 'wrapup' | 'off'

export type Kind = 'text' | 'number' | 'time' | 'duration' | 'phone' | 'choice' | 'tags' | 'flag'

export interface Option {
  value: string
  title: string
  tone?: Tone
}

export interface Column {
  key: string
  title: string
  kind: Kind
  /** Pixels; columns without it share the rest. */
  width?: number
  /** Words for values of `choice`, `tags` and `flag` (`true`, `false`). */
  options?: readonly Option[]
  /** Not shown until somebody chooses it. */
  hidden?: boolean
  /** Words instead of an empty value. */
  none?: string
  /** Another field that says it better when it is there, such as a title beside a code. */
  better?: string
}

export type Filter =
  | { kind: 'text'; key: string; title: string; wide?: boolean }
  | { kind: 'choice'; key: string; title: string; options: readonly Option[] }
  /** Sends `from` and `to` as ISO times. */
  | { kind: 'period'; key: string; title: string }

export interface ListScreen {
  name: string
  title: string
  /** A route that answers `{items, total, page, size}` to `page`, `size` and the filters. */
  source: string
  /** The field that identifies a row. */
  id: string
  columns: readonly Column[]
  filters: readonly Filter[]
  empty: { title: string; text: string }
  exported?: boolean
}

export type FieldKind = 'text' | 'password' | 'choice' | 'choices' | 'flag' | 'number'

export interface Field {
  key: string
  title: string
  kind: FieldKind
  required?: boolean
  options?: readonly Option[]
  pattern?: string
  /** Said when `pattern` does not match. */
  wrong?: string
  help?: string
  /** Only when a new record is made. */
  onlyNew?: boolean
  /** Shown, and fixed, when an existing record is edited. */
  fixed?: boolean
}

export interface FormScreen {
  name: string
  fields: readonly Field[]
}

export type Row = Record<string, unknown>
