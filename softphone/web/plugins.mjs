/** Plugins keep Vue components of their own in their folder `web/`: what these import by name is the console's. */
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const CONSOLE = dirname(fileURLToPath(import.meta.url))
/** The checkout: the dev server may read it. */
export const HOUSE = dirname(dirname(CONSOLE))
/** Their tests, seen from here. */
export const TESTS = ['../../{acd,ivr,recorder}/web/**/*.test.ts', '../../workflow/*/web/**/*.test.ts']

export function imports() {
  return {
    name: 'imports of plugins',
    enforce: 'pre',
    resolveId(source, importer, options) {
      if (!importer || !/^[\w@]/.test(source) || !relative(CONSOLE, importer.split('?')[0]).startsWith('..')) return null
      return this.resolve(source, `${CONSOLE}/src/main.ts`, { ...options, skipSelf: true })
    },
  }
}
