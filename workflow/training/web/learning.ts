/** Materials, courses and certificates of somebody who learns. */
export const SORTS = { video: '视频、录音', reading: '阅读' } as const
export interface Category {
  id: string
  parent: string | null
  name: string
  path: string
}
export interface Node {
  value: string
  label: string
  children: Node[]
}
export interface Material {
  id: string
  title: string
  sort: 'video' | 'reading'
  category: string
  keywords: string[]
  credits: number
  length: number
  percent: number
  done: boolean
  seconds: number
  times: number
}
export interface Course {
  id: string
  title: string
  about: string
  state: string
  due_at: string | null
  is_late: boolean
  done_at: string | null
  materials: Material[]
  exam: string
  exam_title: string
  passed: boolean
  certificate: string
  percent: number
}
export interface Certificate {
  id: string
  number: string
  course: string
  issued_at: string
  valid_until: string | null
  is_valid: boolean
}
export interface Opened {
  id: string
  token: string
  title: string
  sort: 'video' | 'reading'
  about: string
  files: { id: string; name: string; type: string }[]
  length: number
  speed: number
  position: number
  percent: number
  seconds: number
  needed: number
  credits: number
  done: boolean
  beat: number
}

/** Categories as a tree to choose from; what stands below one that is not there stands at the top. */
export function treeOf(categories: readonly Category[]): Node[] {
  const nodes = new Map(categories.map((one) => [one.id, { value: one.id, label: one.name, children: [] as Node[] }]))
  const top: Node[] = []
  for (const one of categories) {
    const node = nodes.get(one.id)
    if (node) (nodes.get(one.parent ?? '')?.children ?? top).push(node)
  }
  return top
}

/** The speeds that a rule allows. */
export const speedsTo = (most: number): number[] => [0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3].filter((one) => one <= most)
