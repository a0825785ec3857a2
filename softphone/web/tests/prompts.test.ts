import { describe, expect, it } from 'vitest'
import { promptPath, soundPath } from '@/prompts/paths'
import { promptsScreen } from '@/prompts/screen'
import { languageOptions, lengthWords } from '@/prompts/words'

describe('prompts', () => {
  it('keeps the slashes of an id out of the path', () => {
    expect(promptPath('zh', 'ticket/state/new')).toBe('/api/prompts/zh/ticket%2Fstate%2Fnew')
    expect(soundPath('zh', 'a', 3)).toBe('/api/prompts/zh/a/versions/3/audio')
    expect(soundPath('zh', 'a', undefined, 2)).toBe('/api/prompts/zh/a/audio?v=2')
  })

  it('says how long a sound lasts', () => {
    expect(lengthWords(null)).toBe('无录音')
    expect(lengthWords(3.42)).toBe('3.4 秒')
    expect(lengthWords(75)).toBe('1 分 15 秒')
  })

  it('offers the languages in use first, and no language twice', () => {
    const values = languageOptions(['zh', 'xx']).map((one) => one.value)
    expect(values.slice(0, 2)).toEqual(['zh', 'xx'])
    expect(new Set(values).size).toBe(values.length)
  })

  it('filters by language only where there are several', () => {
    const offers = { applications: ['来电接入'], languages: ['zh'], voices: [], trouble: '', phone: false }
    const keys = (languages: string[]) => promptsScreen({ ...offers, languages }).filters.map((one) => one.key)
    expect(keys(['zh'])).not.toContain('language')
    expect(keys(['zh', 'en'])).toContain('language')
  })
})
