import { http, Problem, problemOf, type Query, withQuery } from './http'

/** What is asked for in the same moment goes as one request, and comes as one answer: a page of tiles would ask twenty times. */
const MOST = 40

interface Given {
  status: number
  answer: unknown
}
interface Waiting {
  path: string
  take: (answer: unknown) => void
  fail: (error: unknown) => void
}

let waiting: Waiting[] = []

/** The answer to one GET; who asks for it in vain learns it as from `http.get`. */
export function getTogether<T>(path: string, query: Query = {}): Promise<T> {
  return new Promise<T>((take, fail) => {
    if (waiting.length === 0) setTimeout(askAll)
    waiting.push({ path: withQuery(path, query), take: take as (answer: unknown) => void, fail })
  })
}

function askAll(): void {
  const all = waiting
  waiting = []
  for (let at = 0; at < all.length; at += MOST) void ask(all.slice(at, at + MOST))
}

async function ask(some: readonly Waiting[]): Promise<void> {
  try {
    const [only] = some
    if (only && some.length === 1) {
      only.take(await http.get(only.path))
      return
    }
    const search = new URLSearchParams(some.map((one) => ['path', one.path]))
    const given = await http.get<Given[]>(`/api/answers?${search}`)
    await Promise.all(some.map((one, at) => tell(one, given[at])))
  } catch (error) {
    for (const one of some) one.fail(error)
  }
}

async function tell(one: Waiting, given: Given | undefined): Promise<void> {
  if (given === undefined) one.fail(new Problem(0, 'network', '连接不上服务器'))
  else if (given.status < 400) one.take(given.answer)
  else one.fail(await problemOf(new Response(JSON.stringify(given.answer), { status: given.status })))
}
