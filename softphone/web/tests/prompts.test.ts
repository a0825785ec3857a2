import { describe, expect, it } from 'vitest'
import { changesOf } from '@/prompts/changes'
import { peaksOf } from '@/prompts/outline'
import { promptPath, soundPath } from '@/prompts/paths'
import { promptsScreen } from '@/prompts/screen'
import { formatName, languageOptions, lengthWords } from '@/prompts/words'

describe('prompts', () => {
  it('keeps the slashes of an id out of the path', () => {
    expect(promptPath('zh', 'ticket/state/new')).toBe('/api/prompts/zh/ticket%2Fstate%2Fnew')
    expect(soundPath('zh', 'a', 3)).toBe('/api/prompts/zh/a/versions/3/audio')
    expect(soundPath('zh', 'a', undefined, 2)).toBe('/api/prompts/zh/a/audio?v=2')
  })

  it('names a container by what people know', () => {
    expect([formatName('MOV'), formatName('MP3')]).toEqual(['M4A', 'MP3'])
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

  it('tells what became of a text', () => {
    expect(changesOf('您好，请按1。', '您好，请按2键。')).toEqual([
      { text: '您好，请按', kind: 'same' },
      { text: '1', kind: 'old' },
      { text: '2键', kind: 'new' },
      { text: '。', kind: 'same' },
    ])
    expect(changesOf('', '')).toEqual([])
    expect(changesOf('甲', '')).toEqual([{ text: '甲', kind: 'old' }])
    const rebuilt = changesOf('今天不上班', '明天上班了')
    expect(rebuilt.filter((one) => one.kind !== 'old').map((one) => one.text).join('')).toBe('明天上班了')
    expect(rebuilt.filter((one) => one.kind !== 'new').map((one) => one.text).join('')).toBe('今天不上班')
  })

  it('draws a hundred peaks a second', () => {
    const samples = new Float32Array(1600).fill(0.25)
    samples[1599] = -2
    expect(peaksOf(samples, 16_000)).toEqual([0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 1])
    expect(peaksOf(new Float32Array(0), 8000)).toEqual([])
  })
})
