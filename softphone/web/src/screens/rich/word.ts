/** What is pasted from Word or a web page, as the editor can take it: lists are lists, and nothing of their own look. */
export function tidied(html: string): string {
  const page = new DOMParser().parseFromString(html.replace(/<!--[\s\S]*?-->/g, '').replace(/<\/?o:p[^>]*>/g, ''), 'text/html')
  page.querySelectorAll('script, style, meta, link, xml, title').forEach((one) => one.remove())
  wordLists(page)
  for (const one of page.body.querySelectorAll('*')) {
    // Word says bold by a style as often as by a mark.
    const style = one.getAttribute('style') ?? ''
    if (one.tagName === 'SPAN' && /font-weight:\s*(bold|[6-9]00)/.test(style)) one.replaceWith(...wrapped(page, 'strong', one))
    else for (const name of one.getAttributeNames()) if (!KEPT.has(name)) one.removeAttribute(name)
  }
  // Pictures of a Word document lie on the writer's own disk.
  page.querySelectorAll('img').forEach((one) => !one.src.includes('/api/') && one.remove())
  return page.body.innerHTML
}

const KEPT = new Set(['href', 'src', 'alt', 'colspan', 'rowspan', 'start'])
const NUMBERED = /^\s*[(（]?(\d{1,3}|[a-z]|[ivx]{1,4}|[一二三四五六七八九十]{1,3})[)）.、．]/i

function wrapped(page: Document, tag: string, inner: Element): [HTMLElement] {
  const made = page.createElement(tag)
  made.append(...inner.childNodes)
  return [made]
}

/** Word writes the items of a list as paragraphs whose mark is text. */
function wordLists(page: Document): void {
  let list: HTMLElement | null = null
  for (const one of [...page.querySelectorAll<HTMLElement>('p')]) {
    if (!/mso-list:\s*l\d/.test(one.getAttribute('style') ?? '')) {
      list = null
      continue
    }
    const mark = one.querySelector('[style*="mso-list:Ignore"], [style*="mso-list: Ignore"]')
    const tag = NUMBERED.test(mark?.textContent ?? one.textContent ?? '') ? 'ol' : 'ul'
    mark?.remove()
    if (list === null || list.tagName.toLowerCase() !== tag || list.nextElementSibling !== one) {
      list = page.createElement(tag)
      one.before(list)
    }
    const item = page.createElement('li')
    item.append(...one.childNodes)
    list.append(item)
    one.remove()
  }
}

/** What a text says, in one line. */
export function plainOf(html: string): string {
  if (!/[<&]/.test(html)) return html
  const page = new DOMParser().parseFromString(html.replace(/<\/(p|h\d|li|tr|td|th)>|<br[^>]*>/g, '$& '), 'text/html')
  return (page.body.textContent ?? '').replace(/\s+/g, ' ').trim()
}
