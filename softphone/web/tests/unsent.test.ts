import { beforeEach, describe, expect, it, vi } from 'vitest'
import { dropUnsent, forgetUnsent, keepUnsent, takeUnsent, unsentOf } from '@/session/unsent'

/** A browser's storage. */
class Kept {
  private readonly all = new Map<string, string>()
  get length(): number {
    return this.all.size
  }
  key = (place: number): string | null => [...this.all.keys()][place] ?? null
  getItem = (key: string): string | null => this.all.get(key) ?? null
  setItem = (key: string, value: string): void => void this.all.set(key, value)
  removeItem = (key: string): void => void this.all.delete(key)
  clear = (): void => this.all.clear()
}

describe('what no server has taken', () => {
  beforeEach(() => {
    vi.stubGlobal('localStorage', new Kept())
    unsentOf('anna')
  })

  it('is there for whoever typed it, until it is sent', () => {
    keepUnsent('reply', 't1', { answer: '已修复' })
    expect(takeUnsent('reply', 't1')).toEqual({ answer: '已修复' })
    expect(takeUnsent('reply', 't2')).toBeNull()
    dropUnsent('reply', 't1')
    expect(takeUnsent('reply', 't1')).toBeNull()
  })

  it('goes when he signs out, when somebody else signs in, and after a week; nothing else goes', () => {
    localStorage.setItem('hotline.theme', 'dark')
    keepUnsent('reply', 't1', { answer: '1' })
    unsentOf('bert')
    unsentOf('anna')
    expect(takeUnsent('reply', 't1')).toBeNull()
    keepUnsent('reply', 't1', { answer: '2' })
    unsentOf('anna')
    expect(takeUnsent('reply', 't1')).toEqual({ answer: '2' })
    vi.useFakeTimers({ now: Date.now() + 8 * 86_400_000 })
    expect(takeUnsent('reply', 't1')).toBeNull()
    vi.useRealTimers()
    keepUnsent('reply', 't1', { answer: '3' })
    forgetUnsent()
    expect(takeUnsent('reply', 't1')).toBeNull()
    expect(localStorage.getItem('hotline.theme')).toBe('dark')
  })

  it('is no trouble where nothing fits, or what is there is none of ours', () => {
    const full = vi.spyOn(localStorage, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    keepUnsent('reply', 't1', { answer: '1' })
    full.mockRestore()
    localStorage.setItem('hotline.unsent.anna.reply.t1', '{')
    expect(takeUnsent('reply', 't1')).toBeNull()
  })
})
