import type { FormScreen, ListScreen, Option } from '@/screens/description'

export function peopleScreen(roles: readonly Option[]): ListScreen {
  return {
    name: 'people',
    title: '人员管理',
    source: '/api/people',
    id: 'id',
    columns: [
      { key: 'name', title: '姓名', kind: 'text', width: 130 },
      { key: 'login', title: '账号', kind: 'text', width: 130 },
      { key: 'agent_no', title: '工号', kind: 'text', width: 90 },
      { key: 'roles', title: '角色', kind: 'tags', width: 160, options: roles },
      { key: 'organisation', title: '机构', kind: 'text', width: 120 },
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
        key: 'enabled',
        title: '状态',
        kind: 'flag',
        width: 90,
        options: [
          { value: 'true', title: '正常', tone: 'ready' },
          { value: 'false', title: '已停用', tone: 'off' },
        ],
      },
    ],
    filters: [
      { kind: 'text', key: 'q', title: '姓名、账号或工号' },
      ...(roles.length ? [{ kind: 'choice' as const, key: 'role', title: '角色', options: roles }] : []),
    ],
    empty: { title: '还没有人员', text: '点“新增人员”建立第一个账号。' },
  }
}

export function personForm(roles: readonly Option[]): FormScreen {
  return {
    name: 'person',
    fields: [
      { key: 'name', title: '姓名', kind: 'text', required: true },
      {
        key: 'login',
        title: '账号',
        kind: 'text',
        required: true,
        fixed: true,
        pattern: '^[a-z][a-z0-9._-]{1,31}$',
        wrong: '小写字母开头，2 至 32 位字母、数字、点、横线',
      },
      {
        key: 'agent_no',
        title: '工号',
        kind: 'text',
        pattern: '^(|\\d{3,8})$',
        wrong: '3 至 8 位数字',
        help: '接听电话的人员需要工号；同时会分配网页话机。',
      },
      { key: 'roles', title: '角色', kind: 'choices', required: true, options: roles },
      { key: 'auto_answer', title: '自动应答', kind: 'flag' },
    ],
  }
}
