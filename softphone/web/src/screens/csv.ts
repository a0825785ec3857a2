import type { Column, Row } from './description'
import { textOf } from './value'

/** One cell: quoted, and never a formula to the spreadsheet that opens it. */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d[\d\s.-]*$/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

/** Rows as CSV that spreadsheets open with Chinese intact (UTF-8 with its mark, CRLF). */
export function csvOf(columns: readonly Column[], rows: readonly Row[]): string {
  const lines = [
    columns.map((column) => cell(column.title)).join(','),
    ...rows.map((row) => columns.map((column) => cell(textOf(column, row).replace(/^—$/, ''))).join(',')),
  ]
  return `\uFEFF${lines.join('\r\n')}\r\n`
}

export function saveFile(name: string, text: string, type = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
