/** Completion and hover for flows: keys from the schema, names from the house and from the text itself. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { hoverTooltip } from '@codemirror/view'
import type { Extension } from '@codemirror/state'
import { keyWords } from './keywords'
import { nodesIn } from './nodesInText'
import { placeAt } from './place'
import { kindAt, propertiesOf, schemasAt, takesName, valuesOf } from './schema'
import type { Vocabulary } from '@/flows/types'
import { KINDS, kindTitle } from '@/flows/words'

const SAID = new Set(['say', 'menu', 'collect', 'ask', 'fill', 'again', 'confirm', 'wrong', 'record', 'rate', 'prompt', 'instead', 'say_invalid', 'say_timeout'])

/** The names that may stand as a key's value; undefined: this is no place for a name of the house. */
function namesFor(path: readonly string[], kind: string, words: Vocabulary): Completion[] | undefined {
  const steps = path.filter((step) => step !== '[]')
  const key = steps.at(-1) ?? ''
  const plain = (names: readonly string[], detail: string): Completion[] => names.map((label) => ({ label, detail, type: 'constant' }))
  if (SAID.has(key) && !(key === 'ask' && steps.length < 3)) {
    return Object.entries(words.prompts).map(([label, text]) => ({ label, detail: text.slice(0, 24), type: 'text' }))
  }
  const inNode = steps[0] === 'nodes' && steps.length === 3
  if (inNode && key === 'queue') return plain(words.queues, '队列')
  if (inNode && key === 'callback' && kind === 'callback') return plain(words.queues, '队列')
  if ((inNode && key === 'hours') || key === 'calendar') return plain(words.calendars, '日历')
  if (inNode && key === 'lookup') return plain(Object.keys(words.services), '业务模块')
  if ((inNode && key === 'call') || (key === 'flow' && steps.length > 1)) {
    return Object.entries(words.flows).map(([label, flow]) => ({ label, detail: flow.title, type: 'class' }))
  }
  return key === 'group' ? plain(words.groups, '座席组') : undefined
}

export function complete(words: () => Vocabulary | null) {
  return (context: CompletionContext): CompletionResult | null => {
    const vocabulary = words()
    const text = context.state.doc.toString()
    const place = placeAt(text, context.pos)
    if (!vocabulary || !place || (!place.word && !context.explicit)) return null
    const kind = kindAt(text, place.path)
    const schemas = schemasAt(vocabulary.schema, place.path, kind)
    const options: Completion[] = []
    if (place.kind === 'key' || place.path.at(-1) === '[]') options.push(...keys(place.path, kind, schemas))
    if (place.kind === 'value') {
      const names = namesFor(place.path, kind, vocabulary)
      options.push(...(names ?? []), ...valuesOf(schemas).map((label) => ({ label, type: 'enum' })))
      if (!names && takesName(schemas)) options.push(...targets(text))
    }
    return options.length ? { from: place.from, options, validFor: /^[\w./-]*$/ } : null
  }
}

function keys(path: readonly string[], kind: string, schemas: ReturnType<typeof schemasAt>): Completion[] {
  const isNewNode = path.length === 2 && path[0] === 'nodes' && !kind
  return propertiesOf(schemas).map(({ name, required }) => {
    const isKind = name in KINDS && path.length === 2 && path[0] === 'nodes'
    return {
      label: name,
      apply: `${name}: `,
      detail: isKind ? kindTitle(name) : required ? '必填' : '',
      info: keyWords(name, path),
      type: isKind ? 'class' : 'property',
      boost: isNewNode && isKind ? 3 : required ? 2 : 0,
    }
  })
}

function targets(text: string): Completion[] {
  return nodesIn(text).map((node) => ({ label: node.name, detail: node.note || kindTitle(node.kind), type: 'variable' }))
}

/** What stands under the mouse, in words: a key, a prompt, a node, a function. */
export function hover(words: () => Vocabulary | null): Extension {
  return hoverTooltip((view, position) => {
    const line = view.state.doc.lineAt(position)
    const isPart = (sign: string | undefined): boolean => sign !== undefined && /[\w./-]/.test(sign)
    let from = position
    let to = position
    while (from > line.from && isPart(line.text[from - line.from - 1])) from -= 1
    while (to < line.to && isPart(line.text[to - line.from])) to += 1
    const word = line.text.slice(from - line.from, to - line.from)
    if (!word || /^\s*#/.test(line.text)) return null
    const said = sayOf(word, line.text.slice(to - line.from), view.state.doc.toString(), from, words())
    if (!said) return null
    return {
      pos: from,
      end: to,
      above: true,
      create: () => {
        const dom = document.createElement('div')
        dom.className = 'flow-hover'
        const name = dom.appendChild(document.createElement('b'))
        name.textContent = word
        dom.appendChild(document.createElement('p')).textContent = said
        return { dom }
      },
    }
  })
}

function sayOf(word: string, rest: string, text: string, from: number, words: Vocabulary | null): string {
  if (/^\s*["']?:(\s|$)/.test(rest)) {
    const place = placeAt(text, from)
    const node = place?.path.length === 1 && place.path[0] === 'nodes' ? nodesIn(text).find((one) => one.name === word) : undefined
    if (node) return [node.note, kindTitle(node.kind)].filter(Boolean).join(' · ')
    return place ? keyWords(word, place.path) : ''
  }
  if (rest.startsWith('(') && words?.functions[word]) return `函数 ${word}：${FUNCTIONS[word] ?? words.functions[word]}`
  const prompt = words?.prompts[word]
  if (prompt) return `语音：${prompt}`
  const node = nodesIn(text).find((one) => one.name === word)
  if (node) return `节点：${[node.note, kindTitle(node.kind)].filter(Boolean).join(' · ')}（第 ${node.first} 行）`
  const flow = words?.flows[word]
  return flow ? `流程：${flow.title}` : ''
}

const FUNCTIONS: Record<string, string> = {
  length: '文字的字数、列表的项数',
  text: '转成文字',
  number: '转成数字',
  round: '四舍五入',
  lower: '转成小写',
  trim: '去掉首尾空格',
  contains: '是否包含',
  starts_with: '是否以它开头',
  ends_with: '是否以它结尾',
  first: '前几个字',
  last: '后几个字',
  like: '是否符合样式：# 一位数字，? 一个字，* 任意',
  all_digits: '是否全是数字',
  valid_mobile: '是否大陆手机号',
  valid_number: '是否可回拨的号码',
  valid_identity: '是否有效的身份证号',
  date: '转成日期',
  days_between: '两个日期相差的天数',
  min: '较小者',
  max: '较大者',
  offered: '是否有模块提供这项业务',
  open: '日历现在是否在服务时间',
}
