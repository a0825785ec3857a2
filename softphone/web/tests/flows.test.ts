import schemaText from '../../../ivr/flows/flow.schema.json?raw'
import SHIPPED from '../../../ivr/flows/hotline.yaml?raw'
import type { ComputedRef, Ref } from 'vue'
import { describe, expect, it } from 'vitest'
import { dayKind, hoursText, monthsOf, weekWords } from '@/flows/calendars'
import { bundles } from '@/graph/drawing'
import { arrange, arrangeTowards, type Drawing, NODE, pathOf, textWidth } from '@/graph/layout'
import { lossesOf } from '@/flows/losses'
import { withFields } from '@/flows/nodeForm'
import { nodesIn } from '@/workshop/text/nodesInText'
import { placeAt } from '@/workshop/text/place'
import { bodyOf, draftsOf, holdsNow, missingIn } from '@/flows/routing'
import { kindAt, propertiesOf, schemasAt, takesName, valuesOf } from '@/workshop/text/schema'
import { asTest, withTest } from '@/flows/trial'
import { minimapOf, opened } from '@/graph/viewport'
import type { DayView, Graph, GraphEdge, Schema } from '@/flows/types'
import { edgeLabel } from '@/flows/words'

const SCHEMA = JSON.parse(schemaText) as Schema

describe('the small picture', () => {
  const box = { width: 800, height: 600 }

  it('shows which part is in sight', () => {
    const map = minimapOf({ width: 3600, height: 1200 }, { scale: 0.5, shift: { x: -400, y: 0 } }, box)
    expect(map.sight).toEqual({ x: 800, y: 0, width: 1600, height: 1200 })
    expect([map.width, map.height, map.isWhole]).toEqual([180, 60, false])
  })

  it('goes away when all of it is in sight', () => {
    expect(minimapOf({ width: 700, height: 500 }, { scale: 1, shift: { x: 50, y: 50 } }, box).isWhole).toBe(true)
  })

  it('marks nothing outside of the picture', () => {
    const { sight } = minimapOf({ width: 1000, height: 400 }, { scale: 1, shift: { x: -900, y: 300 } }, box)
    expect(sight).toEqual({ x: 900, y: 0, width: 100, height: 300 })
  })
})

describe('the view of a picture', () => {
  const box = { width: 900, height: 520 }

  it('is all of a small one, in the middle', () => {
    const { scale, shift } = opened({ width: 1000, height: 400 }, box, { x: 100, y: 200 })
    expect(scale).toBe(0.9)
    expect(shift).toEqual({ x: 0, y: 80 })
  })

  it('of a large one is its beginning, so that titles can be read', () => {
    for (const [width, height] of [[2600, 700], [900, 1800], [4000, 3000]] as const) {
      const start = { x: 112, y: height / 2 }
      const { scale, shift } = opened({ width, height }, box, start)
      expect(scale).toBe(0.75)
      const at = { x: start.x * scale + shift.x, y: start.y * scale + shift.y }
      expect(at.x > 60 && at.x < box.width - 60 && at.y > 20 && at.y < box.height - 20).toBe(true)
    }
  })
})

describe('a picture', () => {
  const way = (source: string, target: string, label = '', isDefault = false) => ({ source, target, label, isDefault })
  const large: Drawing = {
    start: 'n0',
    nodes: Array.from({ length: 60 }, (_, index) => `n${index}`),
    ways: Array.from({ length: 59 }, (_, index) => way(`n${Math.floor(index / 3)}`, `n${index + 1}`, `按 ${(index % 3) + 1}`)).concat(
      Array.from({ length: 40 }, (_, index) => way(`n${index + 10}`, 'n59', '超时')),
    ),
  }

  it('has no two boxes on top of each other', () => {
    for (const direction of ['LR', 'TB'] as const) {
      const boxes = Object.values(arrangeTowards(large, direction).nodes)
      expect(boxes).toHaveLength(60)
      boxes.forEach((a, index) => {
        for (const b of boxes.slice(index + 1)) {
          const apart = Math.abs(a.x - b.x) >= NODE.width || Math.abs(a.y - b.y) >= (a.height + b.height) / 2
          expect(apart).toBe(true)
        }
      })
    }
  })

  it('names a target of many in rows, and keeps every way', () => {
    const picture = arrange(large, 2)
    const rows = Object.values(picture.nodes).flatMap((box) => box.exits)
    expect(rows.length).toBeGreaterThan(30)
    expect(rows.every((row) => row.target === 'n59')).toBe(true)
    expect(picture.lines.length + rows.length).toBe(large.ways.length)
  })

  it('makes a way back a row of its source', () => {
    const picture = arrangeTowards({ start: 'a', nodes: ['a', 'b'], ways: [way('a', 'b'), way('b', 'a', '重听')] }, 'LR')
    expect(picture.lines.map((line) => line.target)).toEqual(['b'])
    expect(picture.nodes.b?.exits.map((exit) => exit.target)).toEqual(['a'])
  })

  it('shows keys in their order', () => {
    const keys = ['1', '2', '3', '4', '5']
    const drawing = { start: 'menu', nodes: ['menu', ...keys.map((key) => `t${key}`)], ways: keys.map((key) => way('menu', `t${key}`, `按 ${key}`)) }
    const picture = arrangeTowards(drawing, 'TB')
    const first = picture.nodes.t1?.x ?? 0
    expect(first).toBeLessThan(picture.nodes.t5?.x ?? 0)
  })

  it('leaves out ways to nodes that do not exist', () => {
    expect(arrangeTowards({ start: 'a', nodes: ['a'], ways: [way('a', 'gone')] }, 'LR').lines).toEqual([])
  })

  it('is as good without a start', () => {
    expect(Object.keys(arrange({ start: 'gone', nodes: ['a'], ways: [] }, 1).nodes)).toEqual(['a'])
  })

  it('has an end for a flow of a thousand nodes', () => {
    const nodes = Array.from({ length: 1000 }, (_, index) => `n${index}`)
    const ways = nodes.slice(1).map((name, index) => way(`n${Math.floor(index / 4)}`, name))
    const begin = performance.now()
    arrangeTowards({ start: 'n0', nodes, ways }, 'LR')
    expect(performance.now() - begin).toBeLessThan(20_000)
  })

  it('draws lines along its direction', () => {
    expect(pathOf([{ x: 0, y: 0 }, { x: 10, y: 20 }], 'LR')).toBe('M0,0C5,0 5,20 10,20')
    expect(pathOf([], 'TB')).toBe('')
    expect(textWidth('按1')).toBe(19)
  })
})

describe('lines', () => {
  const edge = (way: string, target: string, more: Partial<GraphEdge> = {}): GraphEdge => ({ source: 'm', target, way, count: 0, is_default: false, hint: '', ...more })
  const graph: Graph = {
    flow: 'f',
    revision: 1,
    start: 'm',
    nodes: [{ name: 'm', kind: 'menu', note: '', about: '', line: 1, entered: 0, hangups: 0, invalid: 0, seconds: 0, now: 0 }],
    edges: [edge('1', 'a', { count: 3 }), edge('2', 'a'), edge('timeout', 'a'), edge('invalid', 'z', { is_default: true }), edge('failed', 'z', { is_default: true, count: 2 })],
  }

  it('bundles ways between the same nodes', () => {
    expect(bundles(graph, false, false).map((one) => one.label)).toEqual(['按 1/2、超时'])
    expect(bundles(graph, true, false).map((one) => one.label)).toEqual(['按 1/2、超时', '按错、出错'])
  })

  it('shows defaults that were taken, with their count', () => {
    expect(bundles(graph, false, true).map((one) => [one.label, one.count])).toEqual([['按 1/2、超时 · 3', 3], ['出错 · 2', 2]])
  })

  it('says intents and short conditions themselves', () => {
    expect(edgeLabel('ask', [{ way: 'fire', hint: '着火、火灾' }])).toBe('“着火”')
    expect(edgeLabel('when', [{ way: '1', hint: 'vip' }, { way: 'else', hint: '' }])).toBe('vip、其他')
    expect(edgeLabel('when', [{ way: '1', hint: "call.medium == 'phone'" }])).toBe('第 1 条')
    expect(edgeLabel('say', [{ way: 'next', hint: '' }])).toBe('')
    expect(edgeLabel('queue', [{ way: 'next', hint: '' }, { way: 'key 9', hint: '' }])).toBe('通话后、按 9')
  })
})

describe('nodes in a text', () => {
  const nodes = nodesIn(SHIPPED)

  it('finds all with their notes, kinds and lines', () => {
    const lines = SHIPPED.split('\n')
    expect(nodes.length).toBeGreaterThan(30)
    for (const node of nodes) expect(lines[node.first - 1]).toContain(`${node.name}:`)
    expect(nodes.every((node) => node.kind && node.note)).toBe(true)
    expect(nodes.find((node) => node.name === 'human')).toMatchObject({ kind: 'queue', note: '综合受理座席' })
    expect(nodes.find((node) => node.name === 'voicemail_thanks')).toMatchObject({ kind: 'end' })
  })

  it('ends a node before the next one', () => {
    nodes.slice(1).forEach((node, index) => expect(nodes[index]?.last).toBeLessThan(node.first))
    expect(nodes.at(-1)?.last).toBeLessThan(SHIPPED.split('\n').findIndex((line) => line.startsWith('tests:')) + 1)
  })

  it('bears half-written texts', () => {
    for (let end = 0; end < SHIPPED.length; end += 37) expect(nodesIn(SHIPPED.slice(0, end)).length).toBeLessThanOrEqual(nodes.length)
    expect(nodesIn('flow: x\n')).toEqual([])
  })
})

describe('the place of the cursor', () => {
  function at(text: string) {
    const position = text.indexOf('|')
    return placeAt(text.replace('|', ''), position)
  }

  it.each([
    ['fl|', [], 'key', 'fl'],
    ['nodes:\n  a:\n    ne|', ['nodes', 'a'], 'key', 'ne'],
    ['nodes:\n  a:\n    menu: x\n    timeout: hu|', ['nodes', 'a', 'timeout'], 'value', 'hu'],
    ['nodes:\n  a:\n    menu:\n      - gree|', ['nodes', 'a', 'menu', '[]'], 'value', 'gree'],
    ['nodes:\n  a:\n    menu:\n    - one\n    - gree|', ['nodes', 'a', 'menu', '[]'], 'value', 'gree'],
    ['nodes:\n  a:\n    keys:\n      "1": hu|', ['nodes', 'a', 'keys', '1'], 'value', 'hu'],
    ['nodes:\n  a: {say: gr|', ['nodes', 'a', 'say'], 'value', 'gr'],
    ['nodes:\n  a: {say: greeting, ne|', ['nodes', 'a'], 'key', 'ne'],
    ['nodes:\n  a: {menu: x, keys: {"1": b, "2": c|', ['nodes', 'a', 'keys', '2'], 'value', 'c'],
    ['nodes:\n  a:\n    steps:\n      - after: 0\n        sa|', ['nodes', 'a', 'steps', '[]'], 'key', 'sa'],
    ['nodes:\n  a:\n    steps:\n      - {after: 0, say: [{prompt: qu|', ['nodes', 'a', 'steps', '[]', 'say', '[]', 'prompt'], 'value', 'qu'],
    ["nodes:\n  a:\n    # it's a note\n    ne|", ['nodes', 'a'], 'key', 'ne'],
    ['tests:\n  - name: x\n    vis|', ['tests', '[]'], 'key', 'vis'],
  ])('%s', (text, path, kind, word) => {
    expect(at(text)).toMatchObject({ path, kind, word })
  })

  it('is nowhere in a comment', () => {
    expect(at('# fl|ow')).toBeNull()
  })

  it('is found anywhere in a whole flow', () => {
    for (let position = 0; position < SHIPPED.length; position += 11) {
      const place = placeAt(SHIPPED, position)
      if (place) expect(place.from).toBeLessThanOrEqual(position)
    }
  })
})

describe('the schema', () => {
  const names = (path: string[], kind = ''): string[] => propertiesOf(schemasAt(SCHEMA, path, kind)).map((one) => one.name)

  it('knows keys at a place', () => {
    expect(names([])).toEqual(expect.arrayContaining(['flow', 'title', 'start', 'nodes']))
    expect(names(['nodes', 'a'])).toEqual(expect.arrayContaining(['say', 'menu', 'queue', 'end']))
    expect(names(['nodes', 'a'], 'menu')).toEqual(expect.arrayContaining(['keys', 'timeout', 'invalid', 'tries']))
    expect(names(['nodes', 'a'], 'menu')).not.toContain('priority')
    expect(names(['nodes', 'a', 'keys', '1'], 'menu')).toEqual(['next', 'title', 'words', 'if'])
    expect(names(['nodes', 'a', 'menu', '[]'], 'menu')).toContain('instead')
    expect(names(['tests', '[]'])).toContain('visits')
  })

  it('knows what is a name and which values there are', () => {
    expect(takesName(schemasAt(SCHEMA, ['nodes', 'a', 'timeout'], 'menu'))).toBe(true)
    expect(takesName(schemasAt(SCHEMA, ['nodes', 'a', 'note'], 'menu'))).toBe(false)
    expect(valuesOf(schemasAt(SCHEMA, ['nodes', 'a', 'interrupt'], 'say'))).toEqual(['true', 'false'])
    expect(valuesOf(schemasAt(SCHEMA, ['nodes', 'a', 'method'], 'http'))).toContain('POST')
    expect(kindAt(SHIPPED, ['nodes', 'human'])).toBe('queue')
  })
})

describe('a try-out kept as a test', () => {
  const test = '  - name: x\n    do: press 1\n'
  it('goes to the end of the tests', () => {
    expect(withTest('flow: a\ntests:\n  - name: y\n', test)).toBe(`flow: a\ntests:\n  - name: y\n${test}`)
    expect(withTest('flow: a', test)).toBe(`flow: a\n\ntests:\n${test}`)
    expect(withTest('tests:\n  - name: y\nnodes:\n  a: {end: x}\n', test)).toBe(`tests:\n  - name: y\n${test}nodes:\n  a: {end: x}\n`)
  })
})

describe('losses', () => {
  const graph = { start: 'a', nodes: [{ name: 'a', kind: 'say', note: '问候' }, { name: 'b', kind: 'end', note: '' }] } as unknown as Graph
  it('come first where most hung up, nodes that are gone too', () => {
    const rows = lossesOf(graph, {
      a: { entered: 10, ways: { next: 9, hangup: 1 }, seconds: 40, invalid: 2, hangups: 1 },
      gone: { entered: 4, ways: { hangup: 3, next: 1 }, seconds: 8, invalid: 0, hangups: 3 },
    })
    expect(rows.map((row) => [row.title, row.hangups, row.share, row.average])).toEqual([['gone（已删除）', 3, 0.75, 2], ['问候', 1, 0.1, 4], ['b', 0, 0, 0]])
    expect(rows[1]?.ways[0]).toEqual({ way: 'next', count: 9 })
  })
})

describe('a try-out as a test', () => {
  it('says who calls', () => {
    const is = <T>(value: T) => ({ value }) as Ref<T> & ComputedRef<T>
    const test = asTest('贵宾', {
      caller: is('13800000001'), at: is('2026-03-03 10:00'), medium: is<'phone' | 'chat'>('phone'), script: is('press 1'), report: is(null), trail: is(['a', 'b']),
      called: is('12328'), kind: is(''), language: is('en'), tags: is('vip，white'), given: is('{"ticket": "42"}'),
    })
    expect(test.split('\n').slice(3, 7)).toEqual(['    called: "12328"', '    language: "en"', '    tags: ["vip","white"]', '    arguments: {"ticket":"42"}'])
  })
})

describe('routing', () => {
  const routes = [{ number: ['12345'], choose: [{ flow: 'night', calendar: 'office', during: 'closed' as const }, { flow: 'hotline', calendar: null, during: 'open' as const }] }]
  it('goes to the form and back', () => {
    const [draft] = draftsOf(routes)
    expect(draft).toEqual({ numbers: ['12345'], choices: [{ calendar: 'office', during: 'closed', flow: 'night' }], otherwise: 'hotline' })
    expect(bodyOf(draftsOf(routes))).toEqual([{ number: ['12345'], choose: [{ flow: 'night', calendar: 'office', during: 'closed' }, { flow: 'hotline' }] }])
  })
  it('keeps what flows are given', () => {
    const given = [{ number: ['12328'], choose: [{ flow: 'a', arguments: { wave: 1 }, calendar: 'office', during: 'open' as const }, { flow: 'b', arguments: { wave: 2 }, calendar: null, during: 'open' as const }] }]
    const drafts = draftsOf(given)
    expect(bodyOf(drafts)[0]?.choose).toEqual([{ flow: 'a', arguments: { wave: 1 }, calendar: 'office', during: 'open' }, { flow: 'b', arguments: { wave: 2 } }])
    if (drafts[0]) drafts[0].otherwise = 'c'
    expect(bodyOf(drafts)[0]?.choose[1]).toEqual({ flow: 'c' })
  })
  it('says what is missing', () => {
    const draft = { numbers: ['12345'], choices: [], otherwise: 'hotline' }
    expect(missingIn(draft, [draft])).toBe('')
    expect(missingIn({ ...draft, numbers: [] }, [])).toBe('请填写号码')
    expect(missingIn({ ...draft, numbers: ['abc'] }, [])).toBe('abc 不是号码')
    expect(missingIn({ ...draft }, [draft])).toBe('12345 出现了两次')
    expect(missingIn({ ...draft, otherwise: '' }, [])).toBe('请选择其余时间的流程')
    expect(missingIn({ ...draft, choices: [{ calendar: '', during: 'open', flow: '' }] }, [])).toBe('请选择每一条的日历和流程')
  })
  it('marks the choice that holds', () => {
    const [draft] = draftsOf(routes)
    if (!draft) throw new Error('no draft')
    expect(holdsNow(draft, { office: false })).toBe(0)
    expect(holdsNow(draft, { office: true })).toBe(-1)
  })
})

describe('a calendar', () => {
  const day = (date: string, more: Partial<DayView> = {}): DayView => ({ day: date, hours: ['09:00-12:00'], holiday: '', is_makeup: false, differs: false, ...more })
  it('has weeks from Monday', () => {
    const [month] = monthsOf([day('2026-10-01'), day('2026-10-04'), day('2026-10-05')])
    expect(month?.month).toBe(10)
    expect(month?.weeks.map((week) => week.map((one) => one?.day.slice(8) ?? ''))).toEqual([['', '', '', '01', '', '', '04'], ['05', '', '', '', '', '', '']])
  })
  it('says what a day is', () => {
    expect(dayKind(day('2026-10-01', { holiday: '国庆节', hours: [] }))).toBe('holiday')
    expect(dayKind(day('2026-10-01', { holiday: '国庆节' }))).toBe('open')
    expect(dayKind(day('2026-10-10', { is_makeup: true }))).toBe('makeup')
    expect(hoursText(day('2026-10-01', { holiday: '国庆节', hours: [] }))).toBe('2026-10-01 国庆节：不服务')
  })
  it('says hours of a week together', () => {
    const nine = ['09:00-17:00']
    expect(weekWords([nine, nine, nine, nine, nine, [], []])).toBe('周一至周五 09:00-17:00')
    expect(weekWords(Array.from({ length: 7 }, () => ['00:00-24:00']))).toBe('每天 全天')
    expect(weekWords([[], [], [], [], [], nine, nine])).toBe('周六、周日 09:00-17:00')
  })
})

describe('the form of a node', () => {
  it('has what belongs together in a group, that goes as a whole', () => {
    const field = (path: string[], group: string, gone: string[] | null) => ({ path, title: '', kind: 'words' as const, value: '', group, gone })
    const groups = withFields([
      field(['note'], '', null), field(['keys', '1'], '按 1', ['keys', '1']), field(['keys', '1', 'title'], '按 1', null), field(['next'], '去向', ['next']),
    ])
    expect(groups.map((one) => [one.title, one.fields.length, one.gone])).toEqual([['', 1, null], ['按 1', 2, ['keys', '1']], ['去向', 1, null]])
  })
})
