import { learnServerTime } from './clock'

/** What went wrong, in words for people and a stable code for programs (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail = '',
    readonly field = '',
    /** Members beside the standard ones, such as who changed what. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || title)
    this.name = 'Problem'
  }

  /** One sentence for a message on the screen: the detail says more than the kind of refusal. */
  get words(): string {
    return this.detail || this.title
  }
}

export function wordsOf(error: unknown): string {
  if (error instanceof Problem) return error.words
  return error instanceof Error ? error.message : String(error)
}

const STATUS_TITLES: Record<number, string> = {
  400: '请求有误',
  401: '请先登录',
  403: '没有权限做这项操作',
  404: '没有找到',
  409: '当前状态不能这样操作',
  413: '内容太大',
  422: '填写的内容有误',
  429: '操作太频繁，请稍候再试',
  500: '服务器内部错误',
  502: '服务器暂时不可用',
  503: '服务器暂时不可用',
  504: '服务器响应超时',
}

export async function problemOf(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {}
  try {
    const parsed: unknown = await response.json()
    if (typeof parsed === 'object' && parsed !== null) body = parsed as Record<string, unknown>
  } catch {
    body = {}
  }
  const text = (key: string): string => (typeof body[key] === 'string' ? (body[key] as string) : '')
  return new Problem(
    response.status,
    text('code') || `http_${response.status}`,
    text('title') || STATUS_TITLES[response.status] || `服务器返回错误（${response.status}）`,
    text('detail'),
    text('field'),
    body,
  )
}

let csrf = ''
let onExpired: (() => void) | null = null

export function setCsrf(value: string): void {
  csrf = value
}

/** For requests that fetch cannot make. */
export function csrfValue(): string {
  return csrf
}

/** What to do when the server no longer knows the session. */
export function whenExpired(action: () => void): void {
  onExpired = action
}

export type Query = Record<string, string | number | boolean | null | undefined>

export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return text ? `${path}${path.includes('?') ? '&' : '?'}${text}` : path
}

interface Options {
  body?: unknown
  query?: Query
  signal?: AbortSignal
  /** What the answer should be; JSON without it. */
  accept?: string
  /** Leave a 401 to the caller: the first look at the session, and signing in. */
  quiet?: boolean
  timeout?: number
}

/** What is told when no answer came, or not all of it. */
function lost(error: unknown): Problem {
  return error instanceof DOMException && error.name === 'TimeoutError'
    ? new Problem(0, 'timeout', '服务器没有及时响应', '服务器没有及时响应，请稍候再试')
    : new Problem(0, 'network', '连接不上服务器', '连接不上服务器，请检查网络')
}

/** Send and return the raw answer; throws Problem for everything but success. */
export async function send(method: string, path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: options.accept ?? 'application/json' }
  if (method !== 'GET') headers['X-CSRF'] = csrf
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  const limit = AbortSignal.timeout(options.timeout ?? 15_000)
  let response: Response
  try {
    response = await fetch(withQuery(path, options.query), {
      method,
      headers,
      credentials: 'same-origin',
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
    })
  } catch (error) {
    throw options.signal?.aborted ? error : lost(error)
  }
  learnServerTime(response.headers.get('Date'))
  if (response.ok) return response
  if (response.status === 401 && !options.quiet) onExpired?.()
  throw await problemOf(response)
}

async function json<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const response = await send(method, path, options)
  if (response.status === 204) return undefined as T
  let text: string
  try {
    text = await response.text()
  } catch (error) {
    throw options.signal?.aborted ? error : lost(error)
  }
  return (text ? JSON.parse(text) : undefined) as T
}

export const http = {
  get: <T>(path: string, query?: Query, options: Options = {}) => json<T>('GET', path, { ...options, ...(query && { query }) }),
  post: <T>(path: string, body?: unknown, options: Options = {}) => json<T>('POST', path, { ...options, body: body ?? {} }),
  put: <T>(path: string, body?: unknown, options: Options = {}) => json<T>('PUT', path, { ...options, body: body ?? {} }),
  patch: <T>(path: string, body?: unknown, options: Options = {}) => json<T>('PATCH', path, { ...options, body: body ?? {} }),
  delete: <T>(path: string, options: Options = {}) => json<T>('DELETE', path, options),
}
