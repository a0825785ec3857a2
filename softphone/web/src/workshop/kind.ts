/** What kind of files a workbench is for: flows, processes, forms, definitions of figures, print templates, mappings, rankings, shift types, score sheets, schemes of KPIs. */
export interface FileKind {
  /** Where the server has them. */
  base: string
  /** What one is called. */
  title: string
  /** The route of their list. */
  list: string
  /** The key of the text under which the parts stand that a picture shows. */
  section: string
  /** What a published revision means for what is under way. */
  effect: string
  /** What becomes of a file that was refused. */
  goesOn: (revision: number) => string
  published: (revision: number) => string
  /** What it means that one is withdrawn; missing: files of this kind cannot be. */
  withdrawn?: string
}

export const FLOW: FileKind = {
  base: '/api/flows',
  title: '流程',
  list: 'flows',
  section: 'nodes',
  effect: '新来电立即按新版接听；正在通话的来电仍走原来的版本。',
  goesOn: (revision) => (revision ? `来电仍按第 ${revision} 版接听` : '流程还没有发布'),
  published: (revision) => `已发布第 ${revision} 版，新来电立即生效`,
  withdrawn: '下架后新来电和新会话不再进入；正在进行的走完为止。各版本和统计都保留，重新发布即恢复使用。',
}

export const PROCESS: FileKind = {
  base: '/api/processes',
  title: '流程',
  list: 'processes',
  section: 'steps',
  effect: '新事项立即按新版办理；在办事项仍走原来的版本，可在“版本”里移到新版。',
  goesOn: (revision) => (revision ? `新事项仍按第 ${revision} 版办理` : '流程还没有发布'),
  published: (revision) => `已发布第 ${revision} 版，新事项立即按它办理`,
}

export const FORM: FileKind = {
  base: '/api/forms',
  title: '表单',
  list: 'forms',
  section: 'fields',
  effect: '下次打开表单即按新版填写。',
  goesOn: (revision) => (revision ? `表单仍按第 ${revision} 版填写` : '表单还没有发布'),
  published: (revision) => `已发布第 ${revision} 版，下次打开表单即生效`,
}

export const FIGURE: FileKind = {
  base: '/api/figures',
  title: '口径',
  list: 'figures',
  section: 'counts',
  effect: '报表、看板和接口立即按新口径统计，以前的时期也按新口径重算。',
  goesOn: (revision) => (revision ? `仍按第 ${revision} 版统计` : '口径还没有发布'),
  published: (revision) => `已发布第 ${revision} 版，立即按它统计`,
}

export const PRINTOUT: FileKind = {
  base: '/api/printouts',
  title: '打印模板',
  list: 'printouts',
  section: 'blocks',
  effect: '下次打印即按新模板。',
  goesOn: (revision) => (revision ? `仍按第 ${revision} 版打印` : '模板还没有发布'),
  published: (revision) => `已发布第 ${revision} 版，下次打印即生效`,
}

export const MAPPING: FileKind = {
  base: '/api/mappings',
  title: '字段对照',
  list: 'mappings',
  section: 'fields',
  effect: '连接器下次调用即按新版对照。',
  goesOn: (revision) => (revision ? `仍按第 ${revision} 版对照` : '字段对照还没有发布'),
  published: (revision) => `已发布第 ${revision} 版，下次调用即按它对照`,
}

export const RANKING: FileKind = {
  base: '/api/rankings',
  title: '检索排序',
  list: 'rankings',
  section: 'weights',
  effect: '知识检索立即按新排序。',
  goesOn: (revision) => (revision ? `仍按第 ${revision} 版排序` : '检索排序还没有发布'),
  published: (revision) => `已发布第 ${revision} 版，检索立即按它排序`,
}

export const SHIFT_TYPE: FileKind = {
  base: '/api/shift_types',
  title: '排班类型',
  list: 'shift_types',
  section: 'slots',
  effect: '下次生成值班表即按新版；已排的班次不变。',
  goesOn: (revision) => (revision ? `仍按第 ${revision} 版排班` : '排班类型还没有发布'),
  published: (revision) => `已发布第 ${revision} 版，下次生成值班表即按它排班`,
}

export const SHEET: FileKind = {
  base: '/api/sheets',
  title: '评分标准',
  list: 'sheets',
  section: 'items',
  effect: '之后的评分按新版；已评分的录音仍保留评分时的版本。',
  goesOn: (revision) => (revision ? `仍按第 ${revision} 版评分` : '评分标准还没有发布'),
  published: (revision) => `已发布第 ${revision} 版，之后的评分按它`,
}

export const SCHEME: FileKind = {
  base: '/api/schemes',
  title: '考核方案',
  list: 'schemes',
  section: 'kpis',
  effect: '之后建立的考核期按新版；已建立的仍按原来的版本，可在发布前改用新版。',
  goesOn: (revision) => (revision ? `仍按第 ${revision} 版考核` : '考核方案还没有发布'),
  published: (revision) => `已发布第 ${revision} 版，之后建立的考核期按它`,
}

export function pathOfFile(kind: FileKind, name: string): string {
  return `${kind.base}/${encodeURIComponent(name)}`
}
