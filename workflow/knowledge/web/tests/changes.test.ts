import { describe, expect, it } from 'vitest'
import { changes } from '../changes'

const told = (then: string, now: string): string[] => changes(then, now).map((side) => side.map((one) => (one.other ? `[${one.text}]` : one.text)).join(''))

describe('two editions beside each other', () => {
  it('mark what is another, to the character and the number', () => {
    expect(told('工本费20元，当场办理。', '工本费25元，当场办理。')).toEqual(['工本费[20]元，当场办理。', '工本费[25]元，当场办理。'])
    expect(told('甲\n乙\n', '甲\n新增\n乙\n')).toEqual(['甲\n乙\n', '甲\n[新增\n]乙\n'])
    expect(told('凭身份证办理', '办理')).toEqual(['[凭身份证]办理', '办理'])
    expect(told('', '新')).toEqual(['', '[新]'])
    expect(told('same', 'same')).toEqual(['same', 'same'])
  })

  it('compare long texts by lines, at once', () => {
    const long = Array.from({ length: 3000 }, (_, at) => `第${at}条规定如下`).join('\n')
    const begun = performance.now()
    const [then, now] = changes(long, long.replace('第1500条', '第一千五百条').replace('第7条', '第七条'))
    expect(performance.now() - begun).toBeLessThan(3000)
    expect(now.filter((one) => one.other).map((one) => one.text)).toEqual(['第七条规定如下\n', '第一千五百条规定如下\n'])
    expect(then.map((one) => one.text).join('')).toBe(long)
  })
})
