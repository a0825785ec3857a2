/** The name of a plugin's component by its file: `…/acd/web/SkillMatrix.vue` is `acd/SkillMatrix`. */
export function nameOf(path: string): string {
  const [, plugin, file] = /([a-z][a-z0-9_]*)\/web\/(\w+)\.vue$/.exec(path) ?? []
  if (!plugin || !file) throw new Error(`not a component of a plugin: ${path}`)
  return `${plugin}/${file}`
}
