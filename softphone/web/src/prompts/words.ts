import type { Option } from '@/screens/description'
import type { Source } from './types'

export const SOURCES: readonly Option[] = [
  { value: 'shipped', title: '系统自带', tone: 'off' },
  { value: 'upload', title: '上传', tone: 'talk' },
  { value: 'phone', title: '电话录音', tone: 'ready' },
  { value: 'synthesis', title: '文字合成', tone: 'wrapup' },
  { value: 'text', title: '仅改文字', tone: 'break' },
]

const LANGUAGES: Record<string, string> = { zh: '普通话', en: '英语', zh_hk: '粤语', ja: '日语', ko: '韩语', ug: '维吾尔语', bo: '藏语', mn: '蒙古语', ru: '俄语' }

export function languageName(tag: string): string {
  return LANGUAGES[tag] ?? tag
}

/** Every language that can be chosen for a prompt: those in use first. */
export function languageOptions(used: readonly string[]): Option[] {
  return [...new Set([...used, ...Object.keys(LANGUAGES)])].map((value) => ({ value, title: languageName(value) }))
}

export function sourceName(source: Source): string {
  return SOURCES.find((one) => one.value === source)?.title ?? source
}

const FORMATS: Record<string, string> = { MOV: 'M4A', MATROSKA: 'WebM', ASF: 'WMA' }

/** The container as people know it by its suffix. */
export function formatName(format: string): string {
  return FORMATS[format] ?? format
}

export function versionName(version: { version: number }): string {
  return version.version === 0 ? '系统自带' : `第 ${version.version} 版`
}

/** 3.42 → `3.4 秒`, 75 → `1 分 15 秒`. */
export function lengthWords(seconds: number | null): string {
  if (seconds === null) return '无录音'
  if (seconds < 60) return `${seconds.toFixed(1)} 秒`
  return `${Math.floor(seconds / 60)} 分 ${Math.round(seconds % 60)} 秒`
}
