import { expect, it } from 'vitest'
import { initialsOf, isMeant } from '@/words/initials'

it('knows the first letters of names', () => {
  const names: [string, string][] = [['王芳', 'wf'], ['张晓燕', 'zxy'], ['李强', 'lq'], ['欧阳娜', 'oyn'], ['综合受理', 'zhsl'], ['企业服务VIP2', 'qyfwvip2'], ['陈诺', 'cn'], ['刘陆', 'll'], ['马莫', 'mm'], ['通话记录', 'thjl'], ['安 然', 'ar']]
  for (const [name, letters] of names) expect(initialsOf(name), name).toBe(letters)
})

it('finds by name, number and initials', () => {
  for (const wanted of ['王', '芳', '100', '1002', 'wf', 'WF ', 'f']) expect(isMeant(wanted, '王芳', '1002'), wanted).toBe(true)
  for (const wanted of ['李', 'fw', '1003', '王 芳']) expect(isMeant(wanted, '王芳', '1002'), wanted).toBe(false)
})
