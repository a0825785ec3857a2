import {
  AudioLines,
  BellRing,
  Braces,
  CalendarClock,
  CircleStop,
  DatabaseSearch,
  Globe,
  GitFork,
  Hash,
  type LucideIcon,
  Languages,
  ListChecks,
  ListOrdered,
  MessageCircleQuestionMark,
  MessageSquare,
  PhoneForwarded,
  Star,
  UserRound,
  UsersRound,
  Voicemail,
  Workflow,
} from '@lucide/vue'

export interface KindWords {
  title: string
  icon: LucideIcon
  /** The group of kinds that share a colour. */
  tone: 'voice' | 'ask' | 'logic' | 'human' | 'data' | 'end'
  what: string
}

/** The kinds of nodes in words for people. */
export const KINDS: Record<string, KindWords> = {
  say: { title: '播放', icon: AudioLines, tone: 'voice', what: '播放语音，然后走 next。' },
  menu: { title: '菜单', icon: ListOrdered, tone: 'ask', what: '播放菜单并等待按键；在线渠道按 words 里的词选择。' },
  collect: { title: '收号', icon: Hash, tone: 'ask', what: '请来电者输入号码，存入 into。' },
  ask: { title: '问答', icon: MessageCircleQuestionMark, tone: 'ask', what: '听懂一句话（语音或文字），按意图走；按键兜底。' },
  fill: { title: '多项询问', icon: ListChecks, tone: 'ask', what: '一次问清几项内容：说几项记几项，缺哪项问哪项，可随时更正。' },
  when: { title: '条件', icon: GitFork, tone: 'logic', what: '按条件走：第一个成立的 if，都不成立走 else。' },
  hours: { title: '时段', icon: CalendarClock, tone: 'logic', what: '按工作日历走：open、closed、holiday。' },
  language: { title: '语言', icon: Languages, tone: 'logic', what: '此后用这种语言播放语音。' },
  set: { title: '赋值', icon: Braces, tone: 'logic', what: '计算变量。' },
  lookup: { title: '查询', icon: DatabaseSearch, tone: 'data', what: '向业务模块查询，结果存入 into。' },
  http: { title: '接口', icon: Globe, tone: 'data', what: '访问外部系统（仅限允许的主机）。' },
  queue: { title: '排队', icon: UsersRound, tone: 'human', what: '排队等待座席并通话，通话后走 next；没接通走 else 或各自的去向。' },
  transfer: { title: '转接', icon: PhoneForwarded, tone: 'human', what: '转给座席、座席组、分机、外线、110/119/120/122 或另一个流程。' },
  record: { title: '留言', icon: Voicemail, tone: 'human', what: '录下留言。' },
  message: { title: '短信', icon: MessageSquare, tone: 'data', what: '发送一条短信（只发一次）。' },
  callback: { title: '回电', icon: BellRing, tone: 'human', what: '登记回电，保留排队位置。' },
  rate: { title: '评价', icon: Star, tone: 'ask', what: '请来电者评价刚才的通话。' },
  call: { title: '子流程', icon: Workflow, tone: 'logic', what: '运行另一个流程，回来后按结果走。' },
  end: { title: '结束', icon: CircleStop, tone: 'end', what: '结束，并给出结果的名称。' },
}

/** The kinds of steps of a process. */
export const STEP_KINDS: Record<string, KindWords> = {
  step: { title: '环节', icon: UserRound, tone: 'ask', what: '由有权限的人办理。' },
  gather: { title: '并行办理', icon: UsersRound, tone: 'human', what: '等待并行任务办完后汇合。' },
  pass: { title: '自动', icon: GitFork, tone: 'logic', what: '立即按条件通过，没有人在此办理。' },
  outcome: { title: '办结', icon: CircleStop, tone: 'end', what: '事项到此办结。' },
}

export function kindWords(kind: string): KindWords | undefined {
  return KINDS[kind] ?? STEP_KINDS[kind]
}

export function kindTitle(kind: string): string {
  return kindWords(kind)?.title ?? kind
}

const WAYS: Record<string, string> = {
  next: '继续',
  else: '其他',
  timeout: '超时',
  invalid: '按错',
  failed: '出错',
  hangup: '挂机',
  exhausted: '次数用尽',
  open: '服务时间',
  closed: '非服务时间',
  holiday: '节假日',
  none: '未找到',
  unknown: '未听懂',
  empty: '无内容',
  busy: '占线',
  no_answer: '无人接听',
  no_agents: '无人在线',
  full: '队列已满',
  voicemail: '转留言',
  callback: '转回电',
  message: '转短信',
}

/** A way out of a node in words: `1` of a menu is `按 1`, of a condition `第 1 条`. */
export function wayTitle(kind: string, way: string): string {
  const known = WAYS[way]
  if (known !== undefined) return kind === 'queue' && way === 'next' ? '通话后' : known
  if (way.startsWith('key ')) return `按 ${way.slice(4)}`
  if (way.startsWith('end ')) return `结果 ${way.slice(4)}`
  if (kind === 'menu') return `按 ${way}`
  if (kind === 'when') return `第 ${way} 条`
  return way
}

/** Whether a condition is short enough to stand on a line. */
const SHORT = 12

/** What stands on a line of the picture; `继续` goes without saying. Intents are told by their first word. */
export function edgeLabel(kind: string, edges: readonly { way: string; hint: string }[]): string {
  const keys = edges.filter(({ way }) => kind === 'menu' && /^[\d*#-]+$/.test(way)).map(({ way }) => way)
  const rest = edges.filter(({ way }) => !keys.includes(way) && !(way === 'next' && kind !== 'queue'))
  const words = rest.map(({ way, hint }) => {
    if (kind === 'ask' && hint) return `“${hint.split('、')[0]}”`
    return kind === 'when' && hint && hint.length <= SHORT ? hint : wayTitle(kind, way)
  })
  return [...(keys.length ? [`按 ${keys.join('/')}`] : []), ...words].join('、')
}

/** Who published a revision and why, in words: the programme writes some messages itself. */
export function authorTitle(author: string): string {
  return author === 'hotline' ? '系统自带' : author === 'file' ? '流程文件夹' : author
}

export function messageTitle(message: string): string {
  if (message === 'as delivered') return '随系统提供'
  return message.startsWith('saved ') ? `保存文件 ${message.slice(6)}` : message
}

const HAPPENED: Record<string, string> = {
  hears: '听到',
  presses: '按键',
  says: '说',
  queue: '排队',
  talks: '通话',
  dials: '拨号',
  records: '留言',
  message: '短信',
  callback: '回电',
  rates: '评价',
  asks: '查询',
  fails: '出错',
  language: '语言',
  note: '说明',
  'hangs up': '挂机',
  ends: '结束',
  node: '节点',
}

export function happenedTitle(what: string): string {
  return HAPPENED[what] ?? what
}

/** What stands in a line of a try-out; the interpreter tells it in English. */
export function happenedText(what: string, text: string): string {
  if (what === 'talks' || what === 'records') return text.replace(/^([\d.]+) s$/, '$1 秒')
  if (what === 'queue' && text.startsWith('left: ')) {
    const [why = '', which = ''] = text.slice(6).split(' ')
    if (why === 'key') return `按 ${which} 离开队列`
    return why === 'timeout' ? '等待超时，离开队列' : `溢出到 ${which}`
  }
  if (what === 'dials') return RESULTS[text] ?? text
  return text
}

const RESULTS: Record<string, string> = { busy: '占线', no_answer: '无人接听', failed: '没有接通', answered: '接通' }

const OUTCOMES: Record<string, string> = { hangup: '来电者挂机', unfinished: '未能走完', waiting: '等待下一步' }

export function outcomeTitle(outcome: string): string {
  return OUTCOMES[outcome] ?? `结束：${outcome}`
}
