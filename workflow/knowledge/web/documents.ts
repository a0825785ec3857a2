/** Documents on their way to drafts: what each would become, and what became of it. */
import { ARTICLES } from './article'

export const DOCUMENTS = `${ARTICLES}/documents`
/** Documents at once: with the pictures in one of them they are no more than somebody may have on the way. */
export const MOST = 50
/** What is read, by the end of the name; all else in a folder is passed over. */
export const READ = ['.docx', '.xlsx', '.pdf', '.txt', '.md', '.csv']

export interface Preview {
  file: string
  title: string
  category: string
  path: string
  report: string
  /** Not all of the document is in it, as `report` counts. */
  differs: boolean
  excerpt: string
  same: string
  titled: string
  wrong: string
  /** Of a document that is longer than an article: each becomes one. */
  chapters: readonly { title: string; report: string; excerpt: string; titled: string }[]
}

export interface TakenIn {
  id: string
  number: string
  title: string
  report: string
}

export type Phase = 'waiting' | 'looking' | 'ready' | 'refused' | 'taking' | 'taken' | 'failed' | 'undone'

/** A document of the list, or a chapter of one; `chosen` says whether it is to be taken in. */
export interface Line {
  token: string
  chapter: number
  name: string
  folder: string
  phase: Phase
  trouble: string
  chosen: boolean
  title: string
  preview: Preview | null
  made: TakenIn | null
}

export function lineOf(token: string, name: string, folder: string): Line {
  return { token, chapter: 0, name, folder, phase: 'waiting', trouble: '', chosen: false, title: '', preview: null, made: null }
}

/** The folder of a chosen file, without the file's own name: of `社会保障/公积金/提取.docx` its first two parts. */
export function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/')
}

/** Those of a folder that can be read, and how many are passed over. Files that begin with `~$` or `.` are nobody's. */
export function readable<F extends { name: string }>(files: readonly F[]): { taken: F[]; passed: number } {
  const taken = files.filter((one) => !/^(~\$|\.)/.test(one.name) && READ.some((end) => one.name.toLowerCase().endsWith(end)))
  return { taken, passed: files.length - taken.length }
}

/** What was looked at: what is there already or cannot be read is not chosen. */
export function lookedAt(line: Line, preview: Preview): void {
  line.preview = preview
  line.title = preview.title
  line.phase = preview.wrong || preview.same ? 'refused' : 'ready'
  line.trouble = preview.wrong || (preview.same && `原件与知识 ${preview.same} 相同，已导入过`)
  line.chosen = line.phase === 'ready' && !preview.titled
}

/** The lines of a document that was looked at: its own, or one for each chapter. */
export function linesOf(line: Line, preview: Preview): Line[] {
  if (!preview.chapters.length || preview.wrong || preview.same) {
    lookedAt(line, preview)
    return [line]
  }
  return preview.chapters.map((chapter, at) => {
    const found = { ...line, chapter: at }
    lookedAt(found, { ...preview, ...chapter })
    return found
  })
}

/** Whether a line is the last of its document that is wanted: that one keeps the original. */
export function isLast(line: Line, wanted: readonly Line[]): boolean {
  return wanted.filter((one) => one.token === line.token).at(-1) === line
}

/** How far it is, in words. */
export function sumOf(lines: readonly Line[]): string {
  const count = (...phases: Phase[]): number => lines.filter((one) => phases.includes(one.phase)).length
  const said: [number, string][] = [
    [count('waiting', 'looking'), '个正在查看'], [count('ready', 'taking'), '个可以导入'], [count('taken'), '个已成为草稿'],
    [count('refused', 'failed'), '个不能导入'], [count('undone'), '个已撤销'],
  ]
  return said.filter(([many]) => many > 0).map(([many, words]) => `${many} ${words}`).join('，')
}
