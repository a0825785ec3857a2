/** A file of a record (`cti/office/files`). */
export interface RecordFile {
  id: string
  name: string
  type: string
  sort: 'picture' | 'document' | 'text' | 'sound' | 'video' | 'archive' | 'other'
  size: number
  by: string
  added_at: string
  removed: boolean
  removed_by: string
  scan: 'off' | 'pending' | 'clean' | 'infected' | 'failed'
  /** Why it cannot be opened now; empty when it can. */
  blocked: string
  preview: 'picture' | 'pages' | 'text' | 'sound' | 'video' | ''
  thumbnail: boolean
  /** Whether whoever may add files may rename and remove this one. */
  changeable: boolean
}

export interface RecordFiles {
  items: RecordFile[]
  most: number
}

export interface TextPreview {
  kind: 'html' | 'sheets' | 'text'
  cut: boolean
  html: string
  text: string
  sheets: readonly { title: string; rows: readonly (readonly string[])[] }[]
}

/** How a scan stands, where that is worth a word. */
export const SCANS: Readonly<Partial<Record<RecordFile['scan'], { words: string; tone: string }>>> = {
  pending: { words: '扫描中', tone: 'break' },
  failed: { words: '扫描未完成', tone: 'break' },
  infected: { words: '有病毒', tone: 'ring' },
}
