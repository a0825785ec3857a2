/** A workbook of one sheet: texts as texts, so that nothing in them becomes a formula. */

export type Value = string | number | Date | null

const TEXT_LIMIT = 32_767
/** Spreadsheets know no zones: they show the hotline's own time. */
const ZONE = 8 * 3_600_000

/** Text as XML may hold it (XML 1.0 2.2). */
function plain(text: string): string {
  return text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '').slice(0, TEXT_LIMIT)
}

function cell(value: Value) {
  if (value instanceof Date) return { value: new Date(value.getTime() + ZONE), type: Date, format: 'yyyy-mm-dd hh:mm:ss' } as const
  return typeof value === 'string' ? { value: plain(value), type: String } : value
}

/** A sheet's name may have 31 characters, and none of these. */
export function sheetName(title: string): string {
  return title.replace(/[[\]:*?/\\']/g, ' ').trim().slice(0, 31) || 'Sheet1'
}

/** `widths` are in characters. */
export async function workbook(
  title: string,
  titles: readonly string[],
  rows: readonly (readonly Value[])[],
  widths: readonly number[],
): Promise<Blob> {
  const { default: write } = await import('write-excel-file/universal')
  const head = titles.map((one) => ({ value: one, type: String, fontWeight: 'bold' }) as const)
  const columns = widths.map((width) => ({ width }))
  return write([head, ...rows.map((row) => row.map(cell))], { sheet: sheetName(title), columns, stickyRowsCount: 1 }).toBlob()
}
