/**
 * `npm run size`: builds in memory and weighs what each first page brings along, gzipped, without the share of the
 * component library (Element Plus and what it alone needs), and counts the files that it asks the server for: each is
 * a way there and back, which costs more than its bytes on a county's line. Fails above the limits.
 */
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { LIBRARY } from './library.mjs'

/** The first file names every component that modules bring: each module more costs some hundred bytes here. */
const LIMIT = 310 * 1024
/** Files of a first page. What it asks the API for comes on top, and stays below 60 with them (`tests/browser`). */
const FILES = 45
const ALWAYS = ['index.html', 'src/App.vue', 'src/layout/Shell.vue']
/** First pages, with what each of them loads at once by itself. */
const PAGES = {
  'sign-in': ['src/session/SignIn.vue'],
  desk: [...ALWAYS, 'src/desk/DeskPage.vue', 'src/phone/webphone.ts'],
  board: [...ALWAYS, 'src/board/BoardPage.vue', 'src/board/TrendChart.vue', 'src/design/Chart.vue'],
  home: [...ALWAYS, 'src/home/HomePage.vue', 'src/design/Chart.vue', 'src/screens/charts/pie.ts'],
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
  const files = 1 + found.size + new Set([...found].flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])])).size
  return { bytes: scripts + styles, files, missing: sources.filter((source) => source !== 'index.html' && !wanted.some((chunk) => Object.keys(chunk.modules).some((id) => id.split('?')[0].endsWith(`/${source}`)))) }
}

let failed = false
for (const [page, sources] of Object.entries(PAGES)) {
  const { bytes, files, missing } = weigh(sources)
  const bad = bytes > LIMIT || files > FILES || missing.length > 0
  failed ||= bad
  console.log(`${bad ? '✗' : '✓'} ${page.padEnd(18)} ${(bytes / 1024).toFixed(1).padStart(6)} KB ${String(files).padStart(4)} files${missing.length ? `  not in the build: ${missing.join(', ')}` : ''}`)
}
if (failed) console.error(`A first page may bring ${LIMIT / 1024} KB gzipped besides the component library, in ${FILES} files.`)
process.exitCode = failed ? 1 : 0
