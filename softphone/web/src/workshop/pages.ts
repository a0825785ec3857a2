/** The pages of files of each kind: how they are called, who may edit, what stands beside the text, how one begins. */
import { type Component, defineAsyncComponent } from 'vue'
import type { FigureSummary } from '@/figures/types'
import { FIGURE, FLOW, FORM, type FileKind, MAPPING, PRINTOUT, PROCESS, RANKING, SCHEME, SHEET, SHIFT_TYPE } from './kind'
import type { FileSummary, FlowSummary } from '@/flows/types'
import type { ProcessSummary } from '@/processes/types'
import { MAY, type Permission } from '@/session/permissions'

export type Which = 'flows' | 'processes' | 'forms' | 'figures' | 'printouts' | 'mappings' | 'rankings' | 'shift_types' | 'sheets' | 'schemes'

/** A file in a list, with what only some kinds say. */
export type ListedFile = FileSummary & Partial<FlowSummary & ProcessSummary & FigureSummary>

/** A count of each file in the list; a lively one is marked where it is not zero. */
export interface FileCount {
  name: string
  title: string
  of: (file: ListedFile) => number
  lively?: boolean
}

export interface FilesOf {
  kind: FileKind
  heading: string
  /** The route of one. */
  one: string
  edit: Permission
  publish: Permission
  /** What stands on the page of one: the text, and beside it what it comes to. */
  pane: Component
  paneTitle: string
  /** What the list says of one, after its name. */
  about?: (file: ListedFile) => string[]
  counts?: readonly FileCount[]
  /** What stands above the list. */
  above?: Component
  /** Said where there is none yet, and in the dialog that makes one. */
  none: string
  begins: string
  /** A name and a title, to show how they look. */
  example: readonly [string, string]
  /** A text that shows how one is written; the title comes quoted. */
  template: (name: string, title: string) => string
}

const flow = (name: string, title: string): string => `flow: ${name}
title: ${title}
start: welcome
default: human

nodes:
  welcome:
    note: 问候
    say: greeting
    next: human

  human:
    note: 人工座席
    queue: general
    next: goodbye
    else: goodbye

  goodbye:
    note: 再见
    end: served
    say: goodbye

tests:
  - name: 直接到人工
    do: wait 10, agent 30
    visits: [welcome, human, goodbye]
    ends: served
`

const process = (name: string, title: string): string => `process: ${name}
title: ${title}
about: ticket
start: registered

clocks:
  whole:
    title: 办结时限
    during: [registered, handling]
    limits: {amount: 5, unit: working_days}

steps:
  registered:
    title: 登记
    public: 已登记
    who: {permission: people.see}
    actions:
      submit: {title: 送办, next: handling}
  handling:
    title: 办理
    public: 办理中
    who: {permission: people.see}
    actions:
      finish: {title: 办结, next: done}
      back: {title: 退回, next: registered, at_most: 3}
  done: {title: 已办结, public: 已办结, outcome: done}

cast:
  people:
    wang: {may: people.see}
tests:
  - name: 登记到办结
    opens: wang
    moves:
      - {who: wang, does: submit, step: handling}
      - {who: wang, does: finish, outcome: done}
`

const form = (name: string, title: string): string => `form: ${name}
title: ${title}
fields:
  content: {title: 内容, type: long, required: true, max: 2000}
  contacted: {title: 已联系市民, type: flag}
  reason: {title: 未联系原因, required: true, if: not contacted}
tests:
  - {name: 已联系, values: {content: 已办理, contacted: true}}
  - {name: 未联系要写原因, values: {content: 已办理}, wrong: reason}
`

const figure = (name: string, title: string): string => `# 先写明按什么时间归入统计期，再写分子、分母和还没有完成的。
figure: ${name}
title: ${title}
about: 统计期内登记的工单中，已经办结的比例
group: 自定义
unit: percent
source: tickets
at: created_at
numerator: {if: "outcome != ''"}
denominator: {if: true}
pending: {if: "outcome == ''"}
better: more
tests:
  - name: 两件办结一件
    rows:
      - {created_at: 2026-03-02, outcome: archived}
      - {created_at: 2026-03-02, outcome: ""}
    value: 50
`

const printout = (name: string, title: string): string => `printout: ${name}
title: ${title}
about: ticket
foot: "{print.house}　打印：{print.by}　{print.at}"
blocks:
  - title: ${title}
  - fields:
      - {title: 工单编号, value: "{record.number}"}
      - {title: 登记时间, value: "{record.created_at}"}
      - {title: 标题, value: "{record.title}", wide: true}
  - heading: 诉求内容
  - text: "{record.content}"
  - heading: 办理过程
  - rows: timeline
    columns:
      - {title: 时间, value: "{row.at}", width: 2}
      - {title: 事项, value: "{row.title}", width: 3}
      - {title: 内容, value: "{row.text}", width: 5}
tests:
  - name: 编号要打印出来
    data: {record: {number: "20260302001"}}
    says: ["20260302001"]
`

const mapping = (name: string, title: string): string => `# 左边是对方的字段，右边取我方的值；tests 在每次发布前都会重跑。
mapping: ${name}
title: ${title}
fields:
  eventId: external
  result.state: {of: state, as: {done: "3", handling: "2"}, else: "1"}
  result.words: {text: "{unit}答复：{answer}"}
  result.tel: {of: phone, optional: true}
tests:
  - name: 办结
    given: {external: E1, state: done, unit: 市水务局, answer: 已修复, phone: ""}
    gives: {eventId: E1, result: {state: "3", words: 市水务局答复：已修复, tel: ""}}
`

const ranking = (name: string, title: string): string => `ranking: ${name}
title: ${title}
candidates: 100
weights: {whole: 24, head: 5, covered: 4, title: 10, title_letters: 5, words: 1, length: -8}
tests:
  - name: 口语问法
    articles: {tiqu: 住房公积金提取办理, daikuan: 住房公积金贷款额度}
    asked: 公积金怎么取出来
    first: tiqu
`

const shiftType = (name: string, title: string): string => `shift: ${name}
title: ${title}
slots:
  early:
    title: 早班
    begin: "08:00"
    end: "16:30"
    breaks: ["11:30-12:00"]
    need: {workday: 4, weekend: 2, holiday: 2}
tests:
  - {name: 国庆, day: 2026-10-01, need: {early: 2}}
`

const sheet = (name: string, title: string): string => `sheet: ${name}
title: ${title}
passing: 80
items:
  opening: {title: 开头语, points: 10, must: [您好], within: 15}
  attitude: {title: 服务态度, points: 40, levels: {好: 40, 一般: 20, 差: 0}}
  answer: {title: 解答准确, points: 50, levels: {准确: 50, 不完整: 30, 错误: 0}, optional: true}
fatal:
  rude: {title: 顶撞市民, never: [闭嘴]}
measures: {silence: 20, talk_over: 3}
tests:
  - {name: 全部达到, score: 100, passed: true}
  - {name: 顶撞市民不得分, fatal: [rude], score: 0, passed: false}
`

const scheme = (name: string, title: string): string => `# 指标取自“统计口径”；of: agents 考核座席，of: units 考核承办单位。
scheme: ${name}
title: ${title}
of: agents
every: month
appeal_days: 5
kpis:
  answered: {title: 通话量, figure: agent_talks, better: more, weight: 40, steps: {0: 40, 300: 60, 600: 100}}
  satisfied: {title: 满意率, figure: agent_satisfaction, weight: 60, zero: 60, full: 98, least: 3}
tests:
  - {name: 全部达标, values: {answered: 600, satisfied: 98}, score: 100}
`

const BROUGHT = '业务模块会带来标准文件；也可以点“新建”写一个，或把文件放进数据目录里同名的文件夹。'
const DRAFT = '先存为草稿，检查、试算后再发布。'

export const FILE_PAGES: Readonly<Record<Which, FilesOf>> = {
  flows: {
    kind: FLOW,
    heading: '语音流程',
    one: 'flow',
    edit: MAY.editFlows,
    publish: MAY.publishFlows,
    pane: defineAsyncComponent(() => import('@/flows/EditPane.vue')),
    paneTitle: '文本',
    about: (file) => [file.type ?? '', `${file.nodes} 个节点`, file.note ?? ''],
    counts: [
      { name: 'now', title: '正在通话', of: (file) => file.now ?? 0, lively: true },
      { name: 'today', title: '今日来电', of: (file) => file.today ?? 0 },
      { name: 'lost', title: '今日挂机', of: (file) => file.lost ?? 0 },
    ],
    none: '点“新建流程”写第一个，或把文件放进流程文件夹。',
    begins: '先存为草稿，发布后才可以接听来电；再到“号码路由”里选择它。',
    example: ['night_service', '夜间服务'],
    template: flow,
  },
  processes: {
    kind: PROCESS,
    heading: '业务流程',
    one: 'process',
    edit: MAY.editProcesses,
    publish: MAY.publishProcesses,
    pane: defineAsyncComponent(() => import('@/processes/ProcessEditPane.vue')),
    paneTitle: '文本',
    about: (file) => [`${file.steps} 个环节`, file.replaces ? `在 ${(file.regions ?? []).join('、')} 代替 ${file.replaces}` : ''],
    counts: [{ name: 'now', title: '在办', of: (file) => file.now ?? 0 }],
    none: BROUGHT,
    begins: '先存为草稿，检查、试走后再发布。要在某个区县代替市级流程，在文本里写 replaces 和 regions。',
    example: ['county_short', '区县简易流程'],
    template: process,
  },
  forms: {
    kind: FORM,
    heading: '表单',
    one: 'form',
    edit: MAY.editProcesses,
    publish: MAY.publishProcesses,
    pane: defineAsyncComponent(() => import('@/processes/FormEditPane.vue')),
    paneTitle: '文本与预览',
    none: BROUGHT,
    begins: '先存为草稿，检查、预览后再发布。',
    example: ['reply', '办理回复'],
    template: form,
  },
  figures: {
    kind: FIGURE,
    heading: '统计口径',
    one: 'figure',
    edit: MAY.editFigures,
    publish: MAY.publishFigures,
    above: defineAsyncComponent(() => import('@/figures/KeptFigures.vue')),
    pane: defineAsyncComponent(() => import('@/figures/FigureEditPane.vue')),
    paneTitle: '文本与试算',
    about: (file) => [file.source ?? '', file.unit ? `单位：${file.unit}` : '', file.since ? `${file.since} 起` : ''],
    none: BROUGHT,
    begins: DRAFT,
    example: ['closed_rate', '办结率'],
    template: figure,
  },
  printouts: {
    kind: PRINTOUT,
    heading: '打印模板',
    one: 'printout',
    edit: MAY.editPrintouts,
    publish: MAY.publishPrintouts,
    pane: defineAsyncComponent(() => import('@/figures/PrintoutEditPane.vue')),
    paneTitle: '文本与样张',
    none: BROUGHT,
    begins: '先存为草稿，检查、看过样张后再发布。',
    example: ['ticket_county', '区县工单'],
    template: printout,
  },
  mappings: {
    kind: MAPPING,
    heading: '字段对照',
    one: 'mapping',
    edit: MAY.editConnectors,
    publish: MAY.editConnectors,
    pane: defineAsyncComponent(() => import('@/mappings/MappingEditPane.vue')),
    paneTitle: '文本与试用',
    none: '字段对照说明我方的值怎样变成对方系统的字段，由连接器文件按名称引用。点“新建字段对照”写第一个。',
    begins: '先存为草稿，试用后再发布；连接器文件里用 mapping: 名称 引用它。',
    example: ['event_result', '事件办理结果'],
    template: mapping,
  },
  rankings: {
    kind: RANKING,
    heading: '检索排序',
    one: 'ranking',
    edit: MAY.knowledge,
    publish: MAY.knowledge,
    pane: defineAsyncComponent(() => import('@/rankings/RankingEditPane.vue')),
    paneTitle: '文本与试用',
    none: BROUGHT,
    begins: '知识检索按名为 knowledge 的排序。先存为草稿，在评测问法上对比后再发布。',
    example: ['trial', '试验排序'],
    template: ranking,
  },
  shift_types: {
    kind: SHIFT_TYPE,
    heading: '排班类型',
    one: 'shift_type',
    edit: MAY.shiftTypes,
    publish: MAY.shiftTypes,
    pane: defineAsyncComponent(() => import('@/shift-types/ShiftTypeEditPane.vue')),
    paneTitle: '文本与试用',
    none: BROUGHT,
    begins: '先存为草稿，看过各天人数后再发布；月度排班中选用。',
    example: ['county_day', '区县日班'],
    template: shiftType,
  },
  sheets: {
    kind: SHEET,
    heading: '评分标准',
    one: 'sheet',
    edit: MAY.sheets,
    publish: MAY.sheets,
    pane: defineAsyncComponent(() => import('@/sheets/SheetEditPane.vue')),
    paneTitle: '文本与预览',
    none: BROUGHT,
    begins: '先存为草稿，检查、预览后再发布；质检计划按名称选用。',
    example: ['callback', '回访质检'],
    template: sheet,
  },
  schemes: {
    kind: SCHEME,
    heading: '考核方案',
    one: 'scheme',
    edit: MAY.schemes,
    publish: MAY.schemes,
    pane: defineAsyncComponent(() => import('@/schemes/SchemeEditPane.vue')),
    paneTitle: '文本与试算',
    none: BROUGHT,
    begins: '先存为草稿，检查、按最近三期试算后再发布；考核期按名称选用。',
    example: ['agents_quarter', '座席季度绩效'],
    template: scheme,
  },
}
