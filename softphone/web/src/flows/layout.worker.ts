/** Places flows beside the page's own thread: typing must not wait for a picture. */
import { arrange, type Direction, type Drawing } from './layout'

export interface Order {
  number: number
  drawing: Drawing
  direction: Direction
  titles: Record<string, string>
}

addEventListener('message', (event: MessageEvent<Order>) => {
  const { number, drawing, direction, titles } = event.data
  postMessage({ number, picture: arrange(drawing, direction, titles) })
})
