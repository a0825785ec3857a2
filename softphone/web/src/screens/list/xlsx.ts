/** A workbook of one sheet (ECMA-376, SpreadsheetML): texts as texts, so that nothing in them becomes a formula. */

import { zip } from './zip'

export type Value = string | number | Date | null

const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const TEXT_LIMIT = 32_767
const DAY = 86_400_000
/** 1970-01-01 in days since 1899-12-30. */
const EPOCH = 25_569
const ZONE = 8 * 3_600_000

const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml':
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>' +
    '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>' +
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
  '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/_rels/workbook.xml.rels':
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>` +
    `<Relationship Id="r2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml':
    `<styleSheet xmlns="${SHEET}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd hh:mm:ss"/></numFmts>` +
    '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>' +
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>',
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as XML may hold it (XML 1.0 2.2). */
export function escaped(text: string): string {
  return text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '').replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign)
}

function cell(value: Value, style = 0): string {
  if (value === null || value === '') return '<c/>'
  if (typeof value === 'number' && Number.isFinite(value)) return `<c><v>${value}</v></c>`
  if (value instanceof Date) return `<c s="2"><v>${(value.getTime() + ZONE) / DAY + EPOCH}</v></c>`
  return `<c t="inlineStr"${style ? ` s="${style}"` : ''}><is><t xml:space="preserve">${escaped(String(value).slice(0, TEXT_LIMIT))}</t></is></c>`
}

/** The sheet as XML; `widths` in characters. */
export function sheetOf(titles: readonly string[], rows: readonly (readonly Value[])[], widths: readonly number[]): string {
  const columns = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`).join('')
  const lines = [titles.map((title) => cell(title, 1)), ...rows.map((row) => row.map((value) => cell(value)))]
  return (
    `${HEAD}<worksheet xmlns="${SHEET}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
    `<cols>${columns}</cols><sheetData>${lines.map((line) => `<row>${line.join('')}</row>`).join('')}</sheetData></worksheet>`
  )
}

/** A sheet's name may have 31 characters, and none of these. */
export function sheetName(title: string): string {
  return title.replace(/[[\]:*?/\\']/g, ' ').trim().slice(0, 31) || 'Sheet1'
}

export async function workbook(
  title: string,
  titles: readonly string[],
  rows: readonly (readonly Value[])[],
  widths: readonly number[],
): Promise<Blob> {
  const book = `${HEAD}<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}"><sheets><sheet name="${escaped(sheetName(title))}" sheetId="1" r:id="r1"/></sheets></workbook>`
  const parts = Object.entries(PARTS).map(([name, text]): [string, string] => [name, HEAD + text])
  const file = await zip([...parts, ['xl/workbook.xml', book], ['xl/worksheets/sheet1.xml', sheetOf(titles, rows, widths)]])
  return new Blob([file], { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' })
}
