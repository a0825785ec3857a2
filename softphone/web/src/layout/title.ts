/** The tab's title: the page's, or for a moment something more urgent. Whoever writes it writes it here. */
const HOUSE = '12345 热线'
let page = ''
let urgent = ''

function show(): void {
  document.title = urgent || (page ? `${page} · ${HOUSE}` : HOUSE)
}

/** What the page that is open is called. */
export function titlePage(title: string): void {
  page = title
  show()
}

/** Shown instead of the page's title until it is empty again. */
export function titleUrgently(words: string): void {
  urgent = words
  show()
}
