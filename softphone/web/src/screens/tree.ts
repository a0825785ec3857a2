/** Trees of records: nodes come in one list, each level in its order. */
export interface TreeNode {
  id: string
  parent: string | null
  name: string
  path: string
  initials: string
  off: boolean
  version: number
  acts?: readonly string[]
}

export interface Branch extends TreeNode {
  below: Branch[]
}

/** As a tree; a node whose parent is not there stands at the top. */
export function treeOf(nodes: readonly TreeNode[]): Branch[] {
  const known = new Map<string, Branch>(nodes.map((one) => [one.id, { ...one, below: [] }]))
  const top: Branch[] = []
  for (const one of known.values()) {
    const above = one.parent === null ? undefined : known.get(one.parent)
    ;(above ? above.below : top).push(one)
  }
  return top
}

/** Whether somebody who types means this node: a part of its path, or of its pinyin initials. */
export function means(text: string, node: TreeNode): boolean {
  const wanted = text.trim().toLowerCase()
  return wanted === '' || node.path.toLowerCase().includes(wanted) || node.initials.includes(wanted)
}

/** What is in use: a node that is switched off takes those below it along. */
export function inUse(branches: readonly Branch[]): Branch[] {
  return branches.filter((one) => !one.off).map((one) => ({ ...one, below: inUse(one.below) }))
}

export type Where = 'before' | 'after' | 'inner'

/** What a drop asks the server for: the new parent, and the sibling before which it stands (none: the last). */
export function moveOf(top: readonly Branch[], moved: string, target: Branch, where: Where): { parent: string | null; before: string | null } {
  if (where === 'inner') return { parent: target.id, before: null }
  const siblings = (target.parent === null ? top : (find(top, target.parent)?.below ?? top)).filter((one) => one.id !== moved)
  const at = siblings.findIndex((one) => one.id === target.id)
  const next = where === 'before' ? target : siblings[at + 1]
  return { parent: target.parent, before: next?.id ?? null }
}

export function find(branches: readonly Branch[], id: string): Branch | null {
  for (const one of branches) {
    const found = one.id === id ? one : find(one.below, id)
    if (found) return found
  }
  return null
}
