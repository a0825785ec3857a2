import { csrfValue, Problem, problemOf } from './http'

export interface Upload<T> {
  done: Promise<T>
  stop(): void
}

/** Send a file as the body of a request. Fetch cannot tell how much has been sent, so this does not use it. */
export function upload<T>(path: string, file: Blob, sent: (share: number) => void, method = 'POST'): Upload<T> {
  const request = new XMLHttpRequest()
  const done = new Promise<T>((resolve, reject) => {
    request.open(method, path)
    request.setRequestHeader('X-CSRF', csrfValue())
    request.setRequestHeader('Accept', 'application/json')
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) sent(event.loaded / event.total)
    })
    request.addEventListener('load', () => {
      if (request.status < 300) resolve((request.responseText ? JSON.parse(request.responseText) : undefined) as T)
      else void problemOf(new Response(request.responseText, { status: request.status })).then(reject)
    })
    request.addEventListener('error', () => reject(new Problem(0, 'network', '连接不上服务器', '上传中断，请检查网络后重试')))
    request.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')))
    request.send(file)
  })
  return { done, stop: () => request.abort() }
}
