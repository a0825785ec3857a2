/**
 * `npm run size`: builds in memory and weighs what each first page brings along, gzipped, without the share of the
 * component library (Element Plus and what it alone needs). Fails above the limit.
 */
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const LIMIT = 300 * 1024
const LIBRARY = /node_modules\/(element-plus|@element-plus|@floating-ui|@popperjs|async-validator|dayjs|lodash-es|lodash-unified|memoize-one|normalize-wheel-es|@ctrl\/tinycolor|@sxzz\/popperjs-es|@vueuse)\//
const ALWAYS = ['index.html', 'src/App.vue', 'src/layout/Shell.vue']
/** First pages, with what each of them loads at once by itself. */
const PAGES = {
  'sign-in': ['src/session/SignIn.vue'],
  desk: [...ALWAYS, 'src/desk/DeskPage.vue', 'src/phone/webphone.ts'],
  board: [...ALWAYS, 'src/board/BoardPage.vue', 'src/board/TrendChart.vue', 'src/design/Chart.vue'],
  calls: [...ALWAYS, 'src/calls/CallsPage.vue', 'src/screens/ListPage.vue'],
  'described list': [...ALWAYS, 'src/screens/ScreenPage.vue', 'src/screens/DescribedList.vue'],
  'described record': [...ALWAYS, 'src/screens/DetailPage.vue'],
}

const { output } = await build({ logLevel: 'warn', build: { write: false, reportCompressedSize: false } })
const chunks = output.filter((one) => one.type === 'chunk')
const byFile = new Map(chunks.map((one) => [one.fileName, one]))
const sheets = new Map(output.filter((one) => one.type === 'asset' && one.fileName.endsWith('.css')).map((one) => [one.fileName, one]))

/** The gzipped bytes of a chunk that are not the library's: by the share of its modules. */
function own(chunk) {
  const modules = Object.entries(chunk.modules)
  const length = (list) => list.reduce((sum, [, module]) => sum + module.renderedLength, 0)
  const all = length(modules)
  const library = length(modules.filter(([id]) => LIBRARY.test(id)))
  return gzipSync(chunk.code).length * (all === 0 ? 1 : 1 - library / all)
}

/** Sheets that the library's own modules bring are its own; of the others all counts. */
function ownSheets(chunk) {
  if (Object.keys(chunk.modules).every((id) => LIBRARY.test(id))) return []
  return [...(chunk.viteMetadata?.importedCss ?? [])]
}

function weigh(sources) {
  const wanted = chunks.filter((chunk) => sources.some((source) => Object.keys(chunk.modules).some((id) => id.split('?')[0].endsWith(`/${source}`)) || (source === 'index.html' && chunk.isEntry)))
  const found = new Set()
  const follow = (chunk) => {
    if (found.has(chunk)) return
    found.add(chunk)
    for (const name of chunk.imports) if (byFile.has(name)) follow(byFile.get(name))
  }
  wanted.forEach(follow)
  const scripts = [...found].reduce((sum, chunk) => sum + own(chunk), 0)
  const styles = [...new Set([...found].flatMap(ownSheets))].reduce((sum, name) => sum + gzipSync(sheets.get(name).source).length, 0)
  return { bytes: scripts + styles, missing: sources.filter((source) => source !== 'index.html' && !wanted.some((chunk) => Object.keys(chunk.modules).some((id) => id.split('?')[0].endsWith(`/${source}`)))) }
}

let failed = false
for (const [page, sources] of Object.entries(PAGES)) {
  const { bytes, missing } = weigh(sources)
  const bad = bytes > LIMIT || missing.length > 0
  failed ||= bad
  console.log(`${bad ? '✗' : '✓'} ${page.padEnd(18)} ${(bytes / 1024).toFixed(1).padStart(6)} KB${missing.length ? `  not in the build: ${missing.join(', ')}` : ''}`)
}
if (failed) console.error(`A first page may bring ${LIMIT / 1024} KB gzipped besides the component library.`)
process.exitCode = failed ? 1 : 0
