import type { ListScreen } from '@/screens/description'
import type { Offers } from './types'
import { languageName, SOURCES } from './words'

export function promptsScreen(offers: Offers): ListScreen {
  const languages = offers.languages.map((value) => ({ value, title: languageName(value) }))
  return {
    name: 'prompts',
    title: '语音文件',
    source: '/api/prompts',
    id: 'key',
    exported: true,
    columns: [
      { key: 'text', title: '文字', kind: 'text', width: 340 },
      { key: 'id', title: '编号', kind: 'text', width: 170 },
      { key: 'application', title: '业务应用', kind: 'text', width: 110 },
      { key: 'language', title: '语言', kind: 'choice', width: 90, options: languages, hidden: offers.languages.length < 2 },
      { key: 'source', title: '来源', kind: 'choice', width: 100, options: SOURCES },
      { key: 'seconds', title: '时长（秒）', kind: 'number', width: 100, none: '无录音' },
      { key: 'used', title: '使用处', kind: 'number', width: 80 },
      { key: 'version', title: '版本', kind: 'number', width: 70, hidden: true },
      { key: 'changed_at', title: '更新时间', kind: 'time', width: 170 },
      { key: 'author', title: '更新人', kind: 'text', width: 100, hidden: true },
    ],
    filters: [
      { kind: 'text', key: 'search', title: '文字或编号', wide: true },
      { kind: 'choice', key: 'application', title: '业务应用', options: offers.applications.map((value) => ({ value, title: value })) },
      ...(languages.length > 1 ? [{ kind: 'choice' as const, key: 'language', title: '语言', options: languages }] : []),
      { kind: 'choice', key: 'source', title: '来源', options: SOURCES },
      {
        kind: 'choice',
        key: 'state',
        title: '状态',
        options: [
          { value: 'unused', title: '未被使用' },
          { value: 'silent', title: '没有录音' },
        ],
      },
    ],
    empty: { title: '没有语音文件', text: '点“新建语音”上传、用电话录制或由文字合成第一条。' },
  }
}
