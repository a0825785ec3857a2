/** What a JSON schema says of a place in a flow's text. */
import { nodesIn } from './nodesInText'
import type { Schema } from '@/flows/types'

/** The schemas that hold at a path, alternatives side by side; of a node, those of its kind. */
export function schemasAt(root: Schema, path: readonly string[], kind: string): Schema[] {
  let found: Schema[] = [root]
  for (const key of path) found = found.flatMap((one) => open(root, one, kind)).flatMap((one) => inside(one, key))
  return found.flatMap((one) => open(root, one, kind))
}

/** The kind of the node that a path leads into. */
export function kindAt(text: string, path: readonly string[]): string {
  if (path[0] !== 'nodes' || path.length < 2) return ''
  return nodesIn(text).find((node) => node.name === path[1])?.kind ?? ''
}

export interface Property {
  name: string
  required: boolean
  schema: Schema
}

export function propertiesOf(schemas: readonly Schema[]): Property[] {
  const found = new Map<string, Property>()
  for (const one of schemas) {
    const required = Array.isArray(one.required) ? (one.required as string[]) : []
    for (const [name, schema] of Object.entries((one.properties as Record<string, Schema> | undefined) ?? {})) {
      if (!found.has(name)) found.set(name, { name, schema, required: required.includes(name) })
    }
  }
  return [...found.values()]
}

/** The values that can be listed: enumerations and truths. */
export function valuesOf(schemas: readonly Schema[]): string[] {
  const found = schemas.flatMap((one) => {
    if (Array.isArray(one.enum)) return one.enum.map(String)
    if ('const' in one) return [String(one.const)]
    return one.type === 'boolean' ? ['true', 'false'] : []
  })
  return [...new Set(found)]
}

/** Whether a name of a node, a queue … may stand here: names have a pattern, free texts have none. */
export function takesName(schemas: readonly Schema[]): boolean {
  return schemas.some((one) => one.type === 'string' && typeof one.pattern === 'string' && one.pattern.startsWith('^[a-z]'))
}

/** A schema with its references followed and alternatives laid open. */
function open(root: Schema, schema: Schema, kind: string): Schema[] {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? ''
    const definitions = root.$defs as Record<string, Schema>
    if (name === 'AnyNode') return kinds(root, definitions, kind)
    const target = definitions[name]
    return target ? open(root, target, kind) : []
  }
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (choices && !schema.properties) return choices.flatMap((one) => open(root, one, kind))
  return [schema]
}

/** The definitions of nodes: the one of this kind, or all while it has none. */
function kinds(root: Schema, definitions: Record<string, Schema>, kind: string): Schema[] {
  const cases = (definitions.AnyNode?.allOf ?? []) as { if: Schema; then: Schema }[]
  const chosen = cases.filter((one) => !kind || ((one.if.required as string[] | undefined) ?? [])[0] === kind)
  return chosen.flatMap((one) => open(root, one.then, kind))
}

function inside(schema: Schema, key: string): Schema[] {
  if (key === '[]') return schema.items ? [schema.items as Schema] : []
  const own = (schema.properties as Record<string, Schema> | undefined)?.[key]
  if (own) return [own]
  for (const [pattern, found] of Object.entries((schema.patternProperties as Record<string, Schema> | undefined) ?? {})) {
    if (new RegExp(pattern).test(key)) return [found]
  }
  const more = schema.additionalProperties
  return typeof more === 'object' && more !== null ? [more as Schema] : []
}
