/** The pages of files of each kind: how they are called, who may edit, and how a new one begins. */
import { FIGURE, FORM, type FileKind, PRINTOUT, PROCESS } from '@/flows/kind'
import { MAY, type Permission } from '@/session/permissions'

export type Which = 'processes' | 'forms' | 'figures' | 'printouts'

export interface FilesOf {
  kind: FileKind
  heading: string
  /** The route of one. */
  one: string
  edit: Permission
  /** A name and a title, to show how they look. */
  example: readonly [string, string]
  /** A text that shows how one is written; the title comes quoted. */
  template: (name: string, title: string) => string
}

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

export const FILE_PAGES: Readonly<Record<Which, FilesOf>> = {
  processes: { kind: PROCESS, heading: '业务流程', one: 'process', edit: MAY.editProcesses, example: ['county_short', '区县简易流程'], template: process },
  forms: { kind: FORM, heading: '表单', one: 'form', edit: MAY.editProcesses, example: ['reply', '办理回复'], template: form },
  figures: { kind: FIGURE, heading: '统计口径', one: 'figure', edit: MAY.editFigures, example: ['closed_rate', '办结率'], template: figure },
  printouts: { kind: PRINTOUT, heading: '打印模板', one: 'printout', edit: MAY.editPrintouts, example: ['ticket_county', '区县工单'], template: printout },
}
