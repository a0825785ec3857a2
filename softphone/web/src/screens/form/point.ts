import { pairOf } from '../value'

/** The outline of the house's region: paths in a box, as the server draws them. */
export interface Outline {
  width: number
  height: number
  west: number
  north: number
  across: number
  down: number
  shapes: readonly { region: string; title: string; path: string; x: number; y: number }[]
}

/** A metre: nobody knows it better. */
const DIGITS = 5

/** Where a place (`latitude,longitude`) is drawn; null outside of the outline, and for what is no place. */
export function drawnAt(map: Outline, value: string): { x: number; y: number } | null {
  const pair = pairOf(value)
  if (!pair) return null
  const x = (pair.east - map.west) * map.across
  const y = (map.north - pair.north) * map.down
  return x >= 0 && y >= 0 && x <= map.width && y <= map.height ? { x, y } : null
}

/** The place that is drawn there. */
export function pointAt(map: Outline, x: number, y: number): string {
  return `${(map.north - y / map.down).toFixed(DIGITS)},${(map.west + x / map.across).toFixed(DIGITS)}`
}
