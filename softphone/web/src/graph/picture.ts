/** The picture of a graph, placed in a worker; the newest order wins. */
import { onBeforeUnmount, shallowRef } from 'vue'
import type { Drawing, Picture } from './layout'
import type { Order } from './layout.worker'

export function usePicture() {
  const picture = shallowRef<Picture | null>(null)
  const busy = shallowRef(false)
  const worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' })
  let wanted = 0
  let last = ''

  worker.onmessage = (event: MessageEvent<{ number: number; picture: Picture }>) => {
    if (event.data.number !== wanted) return
    busy.value = false
    picture.value = event.data.picture
  }
  worker.onerror = () => {
    busy.value = false
  }

  /** Place a drawing; one that is the same as the last is left as it is. */
  function draw(drawing: Drawing, shape: number): void {
    const text = JSON.stringify([drawing, shape])
    if (text === last) return
    last = text
    wanted += 1
    busy.value = true
    const order: Order = { number: wanted, drawing, shape }
    worker.postMessage(order)
  }

  onBeforeUnmount(() => worker.terminate())
  return { picture, busy, draw }
}
