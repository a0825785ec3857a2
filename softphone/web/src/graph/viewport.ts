/** Zoom and shift of a picture in its box: wheel, drag, pinch, fit. */
import { computed, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'
import type { Spot } from './layout'

export const CLOSEST = 1.6
const FURTHEST = 0.08
/** Below this no title can be read. */
const LEGIBLE = 0.24
/** Below this a picture opens at its beginning instead of as a whole: titles would be smaller than eight pixels. */
const READABLE = 0.6
const OPENED = 0.75
/** Pixels that a finger may shake before a press becomes a drag. */
const SHAKE = 4

export interface Extent {
  width: number
  height: number
}

export interface View {
  scale: number
  shift: Spot
}

function clamp(value: number): number {
  return Math.min(CLOSEST, Math.max(FURTHEST, value))
}

/** All of a picture in the middle of its box, never larger than life. */
export function whole(picture: Extent, box: Extent): View {
  const scale = clamp(Math.min(1, box.width / picture.width, box.height / picture.height))
  return { scale, shift: { x: (box.width - picture.width * scale) / 2, y: (box.height - picture.height * scale) / 2 } }
}

/** All of a picture, or where that could not be read its beginning, near the edge at which it begins. */
export function opened(picture: Extent, box: Extent, start: Spot): View {
  const all = whole(picture, box)
  if (all.scale >= READABLE) return all
  const along = (at: number, room: number, length: number): number =>
    length * OPENED <= room ? (room - length * OPENED) / 2 : Math.min(16, Math.max(room - length * OPENED - 16, room / 2 - at * OPENED))
  return { scale: OPENED, shift: { x: along(start.x, box.width, picture.width), y: along(start.y, box.height, picture.height) } }
}

export interface Minimap extends Extent {
  /** What is in sight, in the picture's own measure. */
  sight: Spot & Extent
  /** All of it is: there is nothing to look for. */
  isWhole: boolean
}

const MAP: Extent = { width: 180, height: 120 }

/** How large the small picture is, and which part of it the box shows. */
export function minimapOf(picture: Extent, view: View, box: Extent): Minimap {
  const by = Math.min(MAP.width / picture.width, MAP.height / picture.height)
  const edge = (at: number, length: number): number => Math.min(length, Math.max(0, at))
  const left = edge(-view.shift.x / view.scale, picture.width)
  const top = edge(-view.shift.y / view.scale, picture.height)
  const right = edge((box.width - view.shift.x) / view.scale, picture.width)
  const bottom = edge((box.height - view.shift.y) / view.scale, picture.height)
  const sight = { x: left, y: top, width: right - left, height: bottom - top }
  return { width: picture.width * by, height: picture.height * by, sight, isWhole: sight.width >= picture.width - 1 && sight.height >= picture.height - 1 }
}

export function useViewport(box: Ref<HTMLElement | undefined>, extent: () => Extent, moved: () => void, first: () => void) {
  const scale = ref(1)
  const shift = ref<Spot>({ x: 0, y: 0 })
  const size = ref<Extent>({ width: 0, height: 0 })
  const dragging = ref(false)
  const pointers = new Map<number, Spot>()
  let travelled = 0
  let watching: ResizeObserver | null = null

  const transform = computed(() => `translate(${shift.value.x}px, ${shift.value.y}px) scale(${scale.value})`)
  const far = computed(() => scale.value < 0.62)

  /** Zoom so that the point of the box at `x`, `y` stays where it is. */
  function zoom(factor: number, x = size.value.width / 2, y = size.value.height / 2): void {
    const next = clamp(scale.value * factor)
    const by = next / scale.value
    shift.value = { x: x - (x - shift.value.x) * by, y: y - (y - shift.value.y) * by }
    scale.value = next
    moved()
  }

  function show(view: View): void {
    scale.value = view.scale
    shift.value = view.shift
  }

  /** All of it, never larger than life; false when there is nothing to show yet. */
  function fit(): boolean {
    const { width, height } = extent()
    if (!width || !height || !size.value.width) return false
    show(whole(extent(), size.value))
    return true
  }

  /** All of it, or where that could not be read: its beginning, in a legible size. */
  function open(spot: Spot | undefined): void {
    if (fit() && spot) show(opened(extent(), size.value, spot))
  }

  /** Bring a point of the picture into the middle, unless it is well in sight and large enough. */
  function centre(spot: Spot, always = false): void {
    const at = { x: spot.x * scale.value + shift.value.x, y: spot.y * scale.value + shift.value.y }
    const margin = 70
    const inside = at.x > margin && at.y > margin && at.x < size.value.width - margin && at.y < size.value.height - margin
    if (inside && !always && scale.value >= LEGIBLE) return
    if (scale.value < 0.4) scale.value = 0.7
    shift.value = { x: size.value.width / 2 - spot.x * scale.value, y: size.value.height / 2 - spot.y * scale.value }
    moved()
  }

  /** Bring a point of the picture into the middle, as large as it is now. */
  function look(spot: Spot): void {
    shift.value = { x: size.value.width / 2 - spot.x * scale.value, y: size.value.height / 2 - spot.y * scale.value }
    moved()
  }

  function local(event: { clientX: number; clientY: number }): Spot {
    const found = box.value?.getBoundingClientRect()
    return { x: event.clientX - (found?.left ?? 0), y: event.clientY - (found?.top ?? 0) }
  }

  function wheel(event: WheelEvent): void {
    event.preventDefault()
    const lines = event.deltaMode === 1 ? 16 : 1
    const at = local(event)
    if (event.shiftKey) {
      shift.value = { x: shift.value.x - event.deltaY * lines, y: shift.value.y }
      moved()
    } else zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), at.x, at.y)
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return
    pointers.set(event.pointerId, local(event))
    travelled = 0
  }

  function move(event: PointerEvent): void {
    const before = pointers.get(event.pointerId)
    if (!before) return
    const now = local(event)
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1]
    pointers.set(event.pointerId, now)
    if (other) {
      const apart = (spot: Spot): number => Math.hypot(spot.x - other.x, spot.y - other.y)
      if (apart(before) > 0) zoom(apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2)
      travelled = Infinity
      return
    }
    travelled += Math.hypot(now.x - before.x, now.y - before.y)
    if (travelled < SHAKE) return
    if (!dragging.value) {
      dragging.value = true
      box.value?.setPointerCapture(event.pointerId)
    }
    shift.value = { x: shift.value.x + now.x - before.x, y: shift.value.y + now.y - before.y }
    moved()
  }

  function up(event: PointerEvent): void {
    pointers.delete(event.pointerId)
    if (pointers.size === 0) dragging.value = false
  }

  onMounted(() => {
    const found = box.value
    if (!found) return
    found.addEventListener('wheel', wheel, { passive: false })
    watching = new ResizeObserver(([entry]) => {
      const before = size.value
      size.value = { width: entry?.contentRect.width ?? 0, height: entry?.contentRect.height ?? 0 }
      if (!before.width) first()
    })
    watching.observe(found)
  })
  onBeforeUnmount(() => {
    box.value?.removeEventListener('wheel', wheel)
    watching?.disconnect()
  })

  return { scale, shift, size, transform, far, dragging, zoom, fit, open, centre, look, down, move, up, wasDrag: () => travelled >= SHAKE }
}
