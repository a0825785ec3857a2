import { describe, expect, it } from 'vitest'
import { drawnAt, type Outline, pointAt } from '@/screens/form/point'
import { pairOf } from '@/screens/value'

const map: Outline = { width: 1000, height: 1000, west: 119.7, north: 32, across: 2500, down: 2500, shapes: [] }

describe('a place that is filled in', () => {
  it.each([
    ['31.81124,119.97371', { north: 31.81124, east: 119.97371 }],
    [' 119.97371，31.81124 ', { north: 31.81124, east: 119.97371 }],
    ['31.8 119.9', { north: 31.8, east: 119.9 }],
    ['-33.4,-70.6', { north: -33.4, east: -70.6 }],
    ['91,181', null],
    ['95,96', null],
    ['31.8', null],
    ['', null],
  ])('is read from %s', (text, pair) => {
    expect(pairOf(text)).toEqual(pair)
  })

  it('is where it was pressed', () => {
    expect(pointAt(map, 500, 250)).toBe('31.90000,119.90000')
    expect(drawnAt(map, pointAt(map, 500, 250))).toEqual({ x: expect.closeTo(500, 3), y: expect.closeTo(250, 3) })
  })

  it('is not drawn outside of the outline', () => {
    expect(drawnAt(map, '30,119.9')).toBeNull()
    expect(drawnAt(map, '31.9,')).toBeNull()
  })
})
