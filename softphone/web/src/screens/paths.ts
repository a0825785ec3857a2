import type { Action, List, Row, When } from './description'

/** A path with its keys filled from a row, each as one part of it: `/api/citizens/{id}`. */
export function filled(path: string, row: Row): string {
  return path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(row[key] ?? '')))
}

/** Where a link leads: a path with its keys filled in, or the path that a row itself has under the only key. */
export function linked(path: string, row: Row): string {
  const whole = /^\{(\w+)\}$/.exec(path)?.[1]
  return whole ? String(row[whole] ?? '') : filled(path, row)
}

/** A list inside of a record, its paths filled from it. */
export function filledList(list: List, record: Row): List {
  const one = (action: Action): Action => ({
    ...action,
    path: filled(action.path, record),
    ...(action.form_source && { form_source: filled(action.form_source, record) }),
    ...(action.preview && { preview: filled(action.preview, record) }),
  })
  return {
    ...list,
    source: filled(list.source, record),
    ...(list.conditions && { conditions: filled(list.conditions, record) }),
    ...(list.export && { export: filled(list.export, record) }),
    ...(list.actions && { actions: list.actions.map(one) }),
    ...(list.bulk && { bulk: list.bulk.map(one) }),
  }
}

export function holds(when: When | undefined, row: Row): boolean {
  return !when || when.in.some((one) => one === row[when.key] || (one === null && row[when.key] === undefined))
}

/** Those of the actions that a row can have. */
export function actionsFor(actions: readonly Action[] | undefined, row: Row): Action[] {
  const acts = Array.isArray(row.acts) ? row.acts : []
  return (actions ?? []).filter((one) => holds(one.when, row) && (!one.told || acts.includes(one.name)))
}

/** A path within the console, for links: never another site's. */
export function inside(path: string): string | null {
  return /^\/(?![/\\])/.test(path) ? path : null
}
