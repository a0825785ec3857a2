import { expect, it } from 'vitest'
import { topsOf } from '../industries'

it('stands industries below their own, and those whose parent is out of sight at the top', () => {
  const tops = topsOf([
    { id: '1', title: '人社', parent: '', count: 3 },
    { id: '2', title: '养老保险', parent: '1', count: 2 },
    { id: '3', title: '邻县的', parent: 'x', count: 0 },
  ])
  expect(tops.map((one) => [one.title, one.below.map((below) => below.title)])).toEqual([['人社', ['养老保险']], ['邻县的', []]])
})
