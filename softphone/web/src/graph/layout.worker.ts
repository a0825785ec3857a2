/** Places flows beside the page's own thread: typing must not wait for a picture. */
import { arrange, type Drawing } from './layout'

export interface Order {
  number: number
  drawing: Drawing
  /** Width of the box through its height. */
  shape: number
}

addEventListener('message', (event: MessageEvent<Order>) => {
  const { number, drawing, shape } = event.data
  postMessage({ number, picture: arrange(drawing, shape) })
})
