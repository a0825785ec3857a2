import { beforeEach, describe, expect, it, vi } from 'vitest'
import { titlePage, titleUrgently } from '@/layout/title'

describe('the title of the tab', () => {
  const tab = { title: '' }
  beforeEach(() => {
    vi.stubGlobal('document', tab)
    titleUrgently('')
    titlePage('')
  })

  // The frame came after the page, and with it the title was reset to what the route says: described pages have none there.
  it('is that of the page whatever comes and goes over it', () => {
    titlePage('队列')
    titleUrgently('')
    expect(tab.title).toBe('队列 · 12345 热线')
    titleUrgently('【来电】138****0001')
    expect(tab.title).toBe('【来电】138****0001')
    titlePage('王建国 · 市民')
    expect(tab.title).toBe('【来电】138****0001')
    titleUrgently('')
    expect(tab.title).toBe('王建国 · 市民 · 12345 热线')
  })

  it('is the house of a page without one', () => {
    titlePage('')
    expect(tab.title).toBe('12345 热线')
  })
})
