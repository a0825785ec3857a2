import type { FormScreen, ListScreen, Option } from '@/screens/description'

export function peopleScreen(organisations: readonly Option[]): ListScreen {
  return {
    name: 'people',
    title: '人员管理',
    source: '/api/people',
    id: 'id',
    columns: [
      { key: 'name', title: '姓名', kind: 'text', width: 130 },
      { key: 'login', title: '账号', kind: 'text', width: 130 },
      { key: 'agent_no', title: '工号', kind: 'text', width: 90 },
      { key: 'role_titles', title: '角色', kind: 'tags', width: 160 },
      { key: 'organisation_title', title: '机构', kind: 'text', width: 180 },
      {
        key: 'auto_answer',
        title: '应答方式',
        kind: 'flag',
        width: 110,
        options: [
          { value: 'true', title: '自动' },
          { value: 'false', title: '手动' },
        ],
      },
      {
        key: 'disabled',
        title: '状态',
        kind: 'flag',
        width: 90,
        options: [
          { value: 'false', title: '正常', tone: 'ready' },
          { value: 'true', title: '已停用', tone: 'off' },
        ],
      },
    ],
    filters: [
      { kind: 'text', key: 'search', title: '姓名、账号或工号', wide: true },
      ...(organisations.length > 1
        ? [{ kind: 'choice' as const, key: 'organisation', title: '机构', options: organisations }]
        : []),
    ],
    empty: { title: '还没有人员', text: '点“新增人员”建立第一个账号。' },
  }
}

export function personForm(roles: readonly Option[], organisations: readonly Option[]): FormScreen {
  return {
    name: 'person',
    fields: [
      { key: 'name', title: '姓名', kind: 'text', required: true },
      {
        key: 'login',
        title: '账号',
        kind: 'text',
        required: true,
        pattern: '^\\S{1,40}$',
        wrong: '1 至 40 个字符，不能有空格',
      },
      {
        key: 'agent_no',
        title: '工号',
        kind: 'text',
        pattern: '^(|\\d{2,8})$',
        wrong: '2 至 8 位数字',
        help: '接听电话的人员需要工号；同时会分配网页话机。',
      },
      { key: 'organisation', title: '机构', kind: 'choice', required: true, options: organisations },
      { key: 'roles', title: '角色', kind: 'choices', required: true, options: roles },
      { key: 'auto_answer', title: '自动应答', kind: 'flag' },
    ],
  }
}
