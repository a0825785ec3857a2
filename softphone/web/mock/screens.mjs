/** Described screens with made-up data: what modules would tell the console, for work on it without an engine. */
import { randomBytes } from 'node:crypto'

const TONES = [
  { value: 'black', title: '黑名单', tone: 'ring' },
  { value: 'white', title: '白名单', tone: 'ready' },
  { value: 'vip', title: '重点', tone: 'wrapup' },
]
const TAGS = [
  { value: 'elder', title: '高龄' },
  { value: 'vip', title: '重点关注', tone: 'wrapup' },
  { value: 'angry', title: '情绪激动', tone: 'ring' },
  { value: 'foreign', title: '外籍' },
]
const entryForm = [
  { key: 'number', title: '号码或模式', kind: 'text', required: true, max_length: 32, pattern: '^[+\\d*?]{3,24}$', wrong: '只能有数字、+、*、?', help: '* 代表任意位，? 代表一位，例如 0571*', section: '号码' },
  { key: 'kind', title: '名单', kind: 'choice', required: true, options: TONES, default: 'black' },
  { key: 'level', title: '关注级别', kind: 'number', min: 1, max: 5, step: 1, when: { key: 'kind', in: ['vip'] }, help: '1 最低，5 最高；排队时优先' },
  { key: 'permanent', title: '长期有效', kind: 'flag', default: true },
  { key: 'expires_on', title: '到期日', kind: 'date', required: true, when: { key: 'permanent', in: [false] } },
  { key: 'organisation', title: '适用机构', kind: 'choice', required: true, options_from: '/api/organisations/options', section: '适用范围' },
  { key: 'queues', title: '适用队列', kind: 'choices', options: [{ value: 'general', title: '综合受理' }, { value: 'social', title: '社保医保' }, { value: 'city', title: '城市管理' }] },
  { key: 'reason', title: '原因', kind: 'long', required: true, max_length: 300, section: '说明' },
]
const JOB_STATES = [
  { value: 'waiting', title: '等待', tone: 'ring' }, { value: 'running', title: '执行中', tone: 'talk' }, { value: 'done', title: '完成', tone: 'ready' },
  { value: 'failed', title: '失败', tone: 'break' }, { value: 'cancelled', title: '已取消', tone: 'off' },
]
const one = (name, more) => ({ name, kind: 'form', method: 'POST', ...more })

export const SCREENS = {
  groups: [
    { name: 'work', title: '工作台', icon: 'headset', order: 10 },
    { name: 'calls', title: '通话', icon: 'phone', order: 20 },
    { name: 'citizens', title: '市民与通讯录', icon: 'contact', order: 30 },
    { name: 'people', title: '人员与权限', icon: 'users', order: 80 },
    { name: 'system', title: '系统', icon: 'settings', order: 90 },
  ],
  screens: [
    {
      name: 'figures', title: '话务统计', group: 'calls', icon: 'chart-column', order: 30, permission: 'calls.see', kind: 'charts',
      filters: [{ kind: 'period', key: 'period', title: '来电时间' }, { kind: 'choice', key: 'organisation', title: '机构', options_from: '/api/organisations/options' }],
      figures: [
        { title: '来电', source: '/api/figures/sum', key: 'arrived', kind: 'number' },
        { title: '接听', source: '/api/figures/sum', key: 'answered', kind: 'number' },
        { title: '平均排队', source: '/api/figures/sum', key: 'wait', kind: 'duration' },
        { title: '平均通话', source: '/api/figures/sum', key: 'talk', kind: 'duration' },
      ],
      charts: [
        { title: '来电趋势', kind: 'line', source: '/api/figures/days', x: 'day', unit: '通', series: [{ key: 'arrived', title: '来电' }, { key: 'answered', title: '接听', tone: 'ready' }] },
        { title: '诉求类别', kind: 'pie', source: '/api/figures/kinds', x: 'kind', unit: '通', series: [{ key: 'count', title: '通数' }] },
        { title: '各时段来电', kind: 'stack', source: '/api/figures/hours', x: 'hour', unit: '通', series: [{ key: 'answered', title: '接听', tone: 'ready' }, { key: 'abandoned', title: '放弃', tone: 'break' }] },
        { title: '县区来电', kind: 'bar', source: '/api/figures/regions', x: 'region', unit: '通', series: [{ key: 'count', title: '来电' }] },
      ],
    },
    {
      name: 'lists', title: '号码名单', group: 'calls', icon: 'shield-ban', order: 40, permission: 'lists.see', kind: 'list',
      create: one('create', { title: '新增号码', path: '/api/lists', tone: 'primary', form: entryForm, done: '已新增' }),
      list: {
        source: '/api/lists', sort: '-updated_at', sorts: ['number', 'hits', 'updated_at'], export: '/api/lists/export',
        columns: [
          { key: 'number', title: '号码', kind: 'text', width: 150 },
          { key: 'kind', title: '名单', kind: 'choice', width: 100, options: TONES },
          { key: 'reason', title: '原因', kind: 'long', width: 260 },
          { key: 'organisation', title: '机构', kind: 'text', width: 130 },
          { key: 'hits', title: '拦截', kind: 'number', width: 80 },
          { key: 'expires_on', title: '到期', kind: 'date', width: 120, none: '长期' },
          { key: 'updated_at', title: '更新时间', kind: 'time', width: 170 },
          { key: 'by', title: '更新人', kind: 'person', width: 100, hidden: true },
        ],
        filters: [
          { kind: 'text', key: 'search', title: '号码或原因', wide: true },
          { kind: 'choices', key: 'kind', title: '名单', options: TONES },
          { kind: 'choice', key: 'organisation', title: '机构', options_from: '/api/organisations/options' },
          { kind: 'period', key: 'period', title: '更新时间' },
          { kind: 'flag', key: 'removed', title: '已删除' },
        ],
        empty: { title: '还没有号码', text: '点“新增号码”，或导入一张表格。' },
        actions: [one('import', { title: '导入', path: '/api/lists/import', preview: '/api/lists/import/preview', form: [{ key: 'file', title: '表格文件', kind: 'file', required: true, accept: '.xlsx', help: '第一行为列名，可先下载模板：/api/lists/template' }] })],
        bulk: [
          { name: 'remove_many', title: '删除', kind: 'confirm', method: 'POST', path: '/api/lists/bulk/remove', tone: 'danger', confirm: '删除后可以恢复。' },
          one('extend_many', { title: '延期', path: '/api/lists/bulk/extend', form: [{ key: 'expires_on', title: '新的到期日', kind: 'date', required: true }] }),
        ],
        row: [
          one('edit', { title: '修改', method: 'PUT', path: '/api/lists/{id}', form: entryForm, form_source: '/api/lists/{id}', done: '已保存' }),
          { name: 'remove', title: '删除', kind: 'confirm', method: 'DELETE', path: '/api/lists/{id}', tone: 'danger', confirm: '删除该号码？删除后可以恢复。', done: '已删除' },
        ],
      },
    },
    {
      name: 'citizens', title: '市民档案', group: 'citizens', icon: 'contact', order: 10, permission: 'citizens.see', kind: 'list',
      create: one('create', { title: '新建档案', path: '/api/citizens', tone: 'primary', form: [
        { key: 'name', title: '姓名', kind: 'text', required: true, max_length: 40 },
        { key: 'phone', title: '电话', kind: 'phone', required: true },
        { key: 'gender', title: '称谓', kind: 'choice', required: true, options: [{ value: 'mr', title: '先生' }, { value: 'ms', title: '女士' }], default: 'mr' },
        { key: 'born_on', title: '出生日期', kind: 'date' },
        { key: 'caretaker', title: '网格员', kind: 'person', options_from: '/api/people/options', options_search: true },
        { key: 'tags', title: '标签', kind: 'tags', options: TAGS },
        { key: 'colour', title: '提示颜色', kind: 'color', default: '#2456d6' },
        { key: 'photo', title: '证明材料', kind: 'file', accept: 'image/*,.pdf' },
        { key: 'extra', title: '附加信息', kind: 'json', default: { source: 'phone' } },
        { key: 'note', title: '备注', kind: 'long', max_length: 500 },
      ] }),
      list: {
        source: '/api/citizens', sort: '-last_call_at', sorts: ['name', 'calls', 'last_call_at'],
        columns: [
          { key: 'name', title: '姓名', kind: 'text', width: 120 },
          { key: 'phone', title: '电话', kind: 'phone', width: 150 },
          { key: 'tags', title: '标签', kind: 'tags', width: 200, options: TAGS },
          { key: 'address', title: '地址', kind: 'text', width: 240 },
          { key: 'calls', title: '来电', kind: 'number', width: 80 },
          { key: 'last_call_at', title: '最近来电', kind: 'time', width: 170 },
        ],
        filters: [{ kind: 'text', key: 'search', title: '姓名、电话或地址', wide: true }, { kind: 'choice', key: 'tag', title: '标签', options: TAGS }],
        empty: { title: '还没有档案', text: '市民来电后可由座席建立。' },
      },
      detail: {
        source: '/api/citizens/{id}', title: 'name', subtitle: 'phone', tags: 'tags',
        tabs: [
          { name: 'facts', title: '基本信息', kind: 'fields', fields: [
            { key: 'name', title: '姓名', kind: 'text' }, { key: 'phone', title: '电话', kind: 'phone' }, { key: 'address', title: '地址', kind: 'text' },
            { key: 'caretaker', title: '网格员', kind: 'person' }, { key: 'calls', title: '来电次数', kind: 'number' }, { key: 'last_call_at', title: '最近来电', kind: 'time' },
            { key: 'tags', title: '标签', kind: 'tags', options: TAGS }, { key: 'note', title: '备注', kind: 'long' },
          ] },
          { name: 'calls', title: '历史来电', kind: 'list', list: {
            source: '/api/citizens/{id}/calls', sort: '-arrived_at', sorts: ['arrived_at'],
            columns: [{ key: 'arrived_at', title: '来电时间', kind: 'time', width: 170 }, { key: 'queue', title: '队列', kind: 'text' }, { key: 'talk_seconds', title: '通话', kind: 'duration' }, { key: 'agent', title: '座席', kind: 'text' }],
            empty: { title: '没有来电' },
          } },
          { name: 'story', title: '动态', kind: 'timeline', source: '/api/citizens/{id}/timeline' },
        ],
        actions: [
          one('edit', { title: '修改', method: 'PUT', path: '/api/citizens/{id}', tone: 'primary', form_source: '/api/citizens/{id}', form: [
            { key: 'name', title: '姓名', kind: 'text', required: true }, { key: 'address', title: '地址', kind: 'text' }, { key: 'tags', title: '标签', kind: 'tags', options: TAGS }, { key: 'note', title: '备注', kind: 'long', max_length: 500 },
          ], done: '已保存' }),
          one('merge', { title: '合并重复档案', path: '/api/citizens/{id}/merge', form: [{ key: 'other', title: '并入的档案', kind: 'person', required: true, options_from: '/api/citizens/options', options_search: true }] }),
          { name: 'print', title: '导出档案', kind: 'download', method: 'GET', path: '/api/citizens/{id}/export' },
          { name: 'remove', title: '删除', kind: 'confirm', method: 'DELETE', path: '/api/citizens/{id}', tone: 'danger', confirm: '删除这份档案？' },
        ],
      },
    },
    { name: 'settings', title: '系统设置', group: 'system', icon: 'sliders-horizontal', order: 10, permission: 'settings.manage', kind: 'component', component: 'settings' },
    { name: 'plugins', title: '模块管理', group: 'system', icon: 'blocks', order: 20, permission: 'plugins.manage', kind: 'component', component: 'plugins' },
    {
      name: 'jobs', title: '后台任务', group: 'system', icon: 'list-checks', order: 30, permission: 'system.see', kind: 'list',
      list: {
        source: '/api/jobs',
        columns: [{ key: 'title', title: '任务', kind: 'text', width: 200 }, { key: 'state', title: '状态', kind: 'choice', width: 110, options: JOB_STATES }, { key: 'tries', title: '已尝试', kind: 'number', width: 90 }, { key: 'next_at', title: '下次执行', kind: 'time' }, { key: 'last_error', title: '最近错误', kind: 'text', width: 300 }],
        filters: [{ kind: 'choice', key: 'state', title: '状态', options: JOB_STATES }],
        empty: { title: '没有后台任务', text: '需要稍后执行或重试的工作会出现在这里。' },
        row: [
          { name: 'retry', title: '重试', kind: 'confirm', method: 'POST', path: '/api/jobs/{id}/retry', when: { key: 'state', in: ['failed', 'cancelled'] }, done: '已重新排入' },
          { name: 'cancel', title: '取消', kind: 'confirm', method: 'POST', path: '/api/jobs/{id}/cancel', tone: 'danger', when: { key: 'state', in: ['waiting', 'running'] }, done: '已取消' },
        ],
      },
    },
  ],
}

const SURNAMES = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高'
const GIVEN = ['建国', '秀英', '伟', '芳', '娜', '敏', '静', '丽', '强', '磊', '军', '洋', '勇', '艳', '杰', '涛', '明', '霞']
const STREETS = ['建设路', '人民路', '滨江大道', '学院街', '东门新村', '翠苑小区', '和平里']
const REASONS = ['多次拨打后不说话，影响其他市民。', '冒充工作人员推销。', '领导热线，优先接入。', '夜间反复骚扰，已由派出所登记。', '对口联络单位，直接接入。', '短时间内拨打 60 次以上。']
const COUNTIES = ['临江区', '西湖新区', '青山县', '平川县', '云溪市', '高新区', '河东区', '松林县']
const pick = (list, at) => list[Math.abs(at) % list.length]
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString()

const lists = Array.from({ length: 137 }, (_, at) => {
  const kind = pick(['black', 'black', 'white', 'vip'], at * 7)
  return {
    id: `L${1000 + at}`, number: at % 9 === 4 ? `0571${pick(['88', '86', '85'], at)}*` : `+86138${String(10_000_000 + at * 7919).slice(0, 8)}`, kind, reason: pick(REASONS, at * 5), organisation: pick(COUNTIES, at * 3),
    level: kind === 'vip' ? (at % 5) + 1 : null, permanent: at % 3 !== 0, queues: [], hits: kind === 'black' ? (at * 13) % 90 : 0, expires_on: at % 3 === 0 ? `2027-0${(at % 9) + 1}-15` : null, updated_at: ago(at * 311 + 4), by: pick(['王建国', '李敏'], at), version: 1, removed: false,
  }
})
const citizens = Array.from({ length: 63 }, (_, at) => ({
  id: `C${100 + at}`, name: `${SURNAMES[(at * 7) % SURNAMES.length]}${pick(GIVEN, at * 5)}`, phone: `+86139****${String(1000 + at * 37).slice(-4)}`, tags: at % 4 === 0 ? ['elder'] : at % 7 === 1 ? ['vip', 'angry'] : [],
  address: `${pick(COUNTIES, at)}${pick(STREETS, at * 3)} ${at * 3 + 1} 号`, calls: (at * 11) % 23, last_call_at: ago(at * 700 + 11), caretaker: { id: 'p2', name: '李敏' }, note: at % 5 === 0 ? '住七楼，无电梯。\n来电多为下午，耳朵不好，请放慢语速。' : '', version: 1,
}))
const plugins = [
  ['ivr', '语音流程', [], ['workflow']], ['acd', '排队分配', [], ['softphone']], ['recorder', '录音', [], []], ['softphone', '座席', ['acd'], []], ['workflow', '工单', ['ivr'], []], ['lists', '号码名单', [], []],
].map(([name, title, needs, needed_by], at) => ({ name, title, version: `0.${at + 1}.0`, state: 'running', reason: '', essential: at < 2, needs, needed_by, jobs: Array.from({ length: at % 3 }, String) }))
plugins.push({ name: 'mail', title: '邮件通知', version: '0.2.1', state: 'failed', reason: 'ConnectionRefusedError: 127.0.0.1:25 拒绝连接', essential: false, needs: [], needed_by: [], jobs: ['send'] }, { name: 'bigscreen', title: '大屏', version: '0.1.0', state: 'stopped', reason: '', essential: false, needs: ['acd'], needed_by: [], jobs: [] })
const jobs = Array.from({ length: 26 }, (_, at) => ({ id: `J${at}`, title: pick(['话单归档', '录音转存', '名单到期清理', '统计汇总', '通知重发'], at), plugin: pick(['recorder', 'lists', 'acd', 'mail'], at), state: pick(['done', 'done', 'waiting', 'failed', 'running', 'cancelled'], at), tries: (at % 4) + 1, next_at: at % 6 === 2 ? ago(-at) : null, last_error: at % 6 === 3 ? '目标存储没有响应（超时 30 秒）' : null }))
const settings = [
  { name: 'acd', title: '排队与分配', plugin: 'acd', version: '3', needs_restart: false, pending: false, values: { wrapup: 30, ring: 15, music: 'default', announce: true, longest: 600 }, fields: [
    { key: 'wrapup', title: '话后处理时长（秒）', kind: 'number', min: 0, max: 600, step: 1, required: true, section: '座席' }, { key: 'ring', title: '振铃时长（秒）', kind: 'number', min: 5, max: 60, step: 1, required: true },
    { key: 'music', title: '等待音乐', kind: 'choice', options: [{ value: 'default', title: '默认' }, { value: 'quiet', title: '轻音乐' }], section: '排队' }, { key: 'announce', title: '播报排队位置', kind: 'flag' }, { key: 'longest', title: '最长排队（秒）', kind: 'number', min: 30, max: 3600, step: 1, help: '超过后转人工留言' },
  ] },
  { name: 'web', title: '登录与安全', plugin: 'cti', version: '1', needs_restart: true, pending: false, values: { idle: 480, tries: 10, second_factor: 'optional' }, fields: [
    { key: 'idle', title: '闲置退出（分钟）', kind: 'number', min: 5, max: 1440, step: 1, required: true }, { key: 'tries', title: '密码错误锁定次数', kind: 'number', min: 3, max: 20, step: 1, required: true },
    { key: 'second_factor', title: '双因素登录', kind: 'choice', required: true, options: [{ value: 'off', title: '关闭' }, { value: 'optional', title: '可选' }, { value: 'always', title: '必须' }] },
  ] },
  { name: 'recorder', title: '录音与保存', plugin: 'recorder', version: '1', needs_restart: false, pending: false, values: { days: 1095, notice: '为了提高服务质量，您的通话将被录音。' }, fields: [
    { key: 'days', title: '保存天数', kind: 'number', min: 30, max: 3650, step: 1, required: true }, { key: 'notice', title: '录音告知', kind: 'long', max_length: 200 },
  ] },
]

const problem = (status, code, title, detail, more = {}) => ({ status, body: { type: 'about:blank', title, status, code, detail, ...more }, problem: true })
const ok = (body, status = 200) => ({ status, body })

function ordered(rows, sort) {
  if (!sort) return rows
  const key = sort.replace(/^-/, '')
  const sign = sort.startsWith('-') ? -1 : 1
  return rows.toSorted((a, b) => sign * (typeof a[key] === 'number' ? a[key] - b[key] : String(a[key] ?? '').localeCompare(String(b[key] ?? ''), 'zh')))
}

function paged(rows, query) {
  const page = Number(query.get('page') ?? 1)
  const size = Number(query.get('size') ?? 50)
  const all = ordered(rows, query.get('sort') ?? '')
  return ok({ items: all.slice((page - 1) * size, page * size), total: all.length, page, size })
}

const matches = (row, text, keys) => !text || keys.some((key) => String(row[key] ?? '').includes(text))

function edit(rows, id, body, words) {
  const row = rows.find((item) => item.id === id)
  if (!row) return problem(404, 'not_found', '未找到', '没有这条记录')
  // A note “冲突” stands for a colleague who is quicker.
  if (JSON.stringify(body).includes('冲突') && row.version === body.version) Object.assign(row, words, { version: row.version + 1 })
  if (row.version !== body.version) return problem(409, 'changed', '与现有数据冲突', `李敏于11月26日 10:32修改了${Object.keys(words).length > 1 ? '原因、到期日' : '备注'}。请核对后重新提交`, { version: row.version, changes: [{ version: row.version, by: '李敏', fields: Object.keys(words) }] })
  return ok(Object.assign(row, body, { version: row.version + 1, updated_at: new Date().toISOString() }))
}

const days = Array.from({ length: 30 }, (_, at) => ({ day: `${at < 5 ? '10' : '11'}-${String(((at + 26) % 31) + 1).padStart(2, '0')}`, arrived: 820 + ((at * 137) % 260) - (at % 7 > 4 ? 300 : 0), answered: 780 + ((at * 131) % 240) - (at % 7 > 4 ? 290 : 0) }))

export const ROUTES = [
  ['GET', /^\/api\/screens$/, () => ok(SCREENS)],
  ['GET', /^\/api\/organisations\/options$/, () => ok(COUNTIES.map((title) => ({ value: title, title })))],
  ['GET', /^\/api\/people\/options$/, ({ query }) => ok(['王建国', '李敏', '赵静', '周强'].filter((name) => name.includes(query.get('search') ?? '')).map((title, at) => ({ value: `p${at}`, title })))],
  ['GET', /^\/api\/citizens\/options$/, ({ query }) => ok(citizens.filter((item) => matches(item, query.get('search'), ['name', 'phone'])).slice(0, 20).map((item) => ({ value: item.id, title: `${item.name} ${item.phone}` })))],
  ['GET', /^\/api\/lists$/, ({ query }) => paged(lists.filter((row) => !row.removed && matches(row, query.get('search'), ['number', 'reason']) && (!query.get('kind') || query.get('kind').split(',').includes(row.kind)) && matches(row, query.get('organisation'), ['organisation'])), query)],
  ['GET', /^\/api\/lists\/export$/, () => ok({})],
  ['POST', /^\/api\/lists$/, ({ body }) => {
    if (lists.some((row) => row.number === body.number)) return problem(422, 'taken', '填写有误', '这个号码已在名单里', { field: 'number' })
    const fresh = { id: `L${randomBytes(3).toString('hex')}`, hits: 0, version: 1, updated_at: new Date().toISOString(), ...body }
    lists.unshift(fresh)
    return ok(fresh, 201)
  }],
  ['POST', /^\/api\/lists\/import\/preview$/, () => ok({ columns: [{ key: 'number', title: '号码或模式' }, { key: 'kind', title: '名单' }, { key: 'reason', title: '原因' }], rows: lists.slice(0, 12).map((row) => ({ 号码或模式: row.number, 名单: '黑名单', 原因: row.reason })), total: 214, good: 211, bad: 3, errors: [{ row: 7, field: '号码或模式', detail: '格式不正确' }, { row: 19, field: '到期日', detail: '时间格式不正确' }, { row: 140, field: '原因', detail: '必填' }] })],
  ['POST', /^\/api\/lists\/import$/, () => ok({ added: 211, failed: 3, errors: [{ row: 7, field: '号码或模式', detail: '格式不正确' }, { row: 19, field: '到期日', detail: '时间格式不正确' }, { row: 140, field: '原因', detail: '必填' }] })],
  ['POST', /^\/api\/lists\/bulk\/(\w+)$/, ({ body }) => {
    const failed = body.ids.filter((id) => lists.find((row) => row.id === id)?.kind === 'vip').map((id) => ({ id, detail: '重点号码需由上级删除' }))
    for (const id of body.ids) if (!failed.some((bad) => bad.id === id)) lists.splice(lists.findIndex((row) => row.id === id), 1)
    return ok({ done: body.ids.length - failed.length, failed })
  }],
  ['GET', /^\/api\/lists\/(\w+)$/, ({ found }) => ok(lists.find((row) => row.id === found[1]))],
  ['PUT', /^\/api\/lists\/(\w+)$/, ({ found, body }) => edit(lists, found[1], body, { reason: '已由派出所处理，保留观察。', expires_on: '2027-06-30' })],
  ['DELETE', /^\/api\/lists\/(\w+)$/, ({ found }) => (lists.splice(lists.findIndex((row) => row.id === found[1]), 1), ok({}))],
  ['GET', /^\/api\/citizens$/, ({ query }) => paged(citizens.filter((row) => matches(row, query.get('search'), ['name', 'phone', 'address']) && (!query.get('tag') || row.tags.includes(query.get('tag')))), query)],
  ['POST', /^\/api\/citizens$/, ({ body }) => (citizens.unshift({ id: `C${randomBytes(3).toString('hex')}`, calls: 0, version: 1, ...body }), ok(citizens[0], 201))],
  ['GET', /^\/api\/citizens\/caller$/, () => ok(citizens.slice(0, 2))],
  ['GET', /^\/api\/citizens\/(\w+)\/calls$/, ({ query }) => paged(Array.from({ length: 34 }, (_, at) => ({ id: `K${at}`, arrived_at: ago(at * 1900 + 30), queue: pick(['综合受理', '社保医保'], at), talk_seconds: (at * 37) % 400, agent: `工号 ${1001 + (at % 6)}` })), query)],
  ['GET', /^\/api\/citizens\/(\w+)\/timeline$/, ({ query }) => {
    const every = Array.from({ length: 33 }, (_, at) => ({ kind: at % 5 === 1 ? 'change' : 'call', id: String(at), at: ago(at * 640 + 5), title: pick(['来电，咨询社保补缴', '修改了地址', '新增标签“高龄”', '工单办结', '回访：满意'], at), by: pick(['王建国', '李敏', '系统'], at), details: at % 5 === 1 ? [{ title: '地址', before: '东门新村 3 号', after: '翠苑小区 12 号' }] : [], tone: pick(['talk', 'off', 'wrapup', 'ready', 'ready'], at) }))
    const wanted = every.filter((one) => !query.get('kinds') || query.get('kinds') === one.kind)
    const from = Number(query.get('before') ?? 0)
    const size = Number(query.get('size') ?? 20)
    return ok({ items: wanted.slice(from, from + size), next: wanted.length > from + size ? String(from + size) : '', kinds: [{ value: 'change', title: '修改' }, { value: 'call', title: '来电' }] })
  }],
  ['GET', /^\/api\/citizens\/(\w+)$/, ({ found }) => {
    const row = citizens.find((item) => item.id === found[1])
    return row ? ok(row) : problem(404, 'not_found', '未找到', '没有这份档案')
  }],
  ['PUT', /^\/api\/citizens\/(\w+)$/, ({ found, body }) => edit(citizens, found[1], body, { note: '改到晚上联系。' })],
  ['DELETE', /^\/api\/citizens\/(\w+)$/, ({ found }) => (citizens.splice(citizens.findIndex((row) => row.id === found[1]), 1), ok({}))],
  ['GET', /^\/api\/figures\/sum$/, () => ok({ arrived: 26_418, answered: 25_102, wait: 17, talk: 203 })],
  ['GET', /^\/api\/figures\/days$/, () => ok(days)],
  ['GET', /^\/api\/figures\/kinds$/, () => ok(['社会保障', '城市管理', '交通出行', '住房物业', '教育', '医疗卫生', '环境保护', '劳动就业', '消费维权', '其他咨询'].map((kind, at) => ({ kind, count: 5200 - at * 520 + ((at * 97) % 130) })))],
  ['GET', /^\/api\/figures\/hours$/, () => ok(Array.from({ length: 24 }, (_, hour) => ({ hour: `${hour} 时`, answered: Math.round(900 * Math.exp(-(((hour - 10.5) / 4.5) ** 2)) + 60), abandoned: Math.round(70 * Math.exp(-(((hour - 10.5) / 3) ** 2)) + 4) })))],
  ['GET', /^\/api\/figures\/regions$/, () => ok(COUNTIES.map((region, at) => ({ region, count: 6100 - at * 640 })))],
  ['GET', /^\/api\/settings$/, () => ok({ sections: settings })],
  ['PUT', /^\/api\/settings\/(\w+)$/, ({ found, body }) => {
    const section = settings.find((item) => item.name === found[1])
    if (body.version !== section.version) return problem(409, 'changed', '与现有数据冲突', '李敏于11月26日 10:32修改了此项')
    return ok(Object.assign(section, { values: body.values, version: String(Number(section.version) + 1), pending: section.needs_restart }))
  }],
  ['GET', /^\/api\/plugins$/, () => ok(plugins)],
  ['POST', /^\/api\/plugins\/(\w+)\/(start|stop|reload)$/, ({ found }) => ok(Object.assign(plugins.find((item) => item.name === found[1]), { state: found[2] === 'stop' ? 'stopped' : 'running', reason: '' }))],
  ['GET', /^\/api\/jobs$/, ({ query }) => paged(jobs.filter((row) => !query.get('state') || row.state === query.get('state')), query)],
  ['POST', /^\/api\/jobs\/(\w+)\/(retry|cancel)$/, ({ found }) => ok(Object.assign(jobs.find((row) => row.id === found[1]), { state: found[2] === 'retry' ? 'waiting' : 'cancelled' }))],
]
