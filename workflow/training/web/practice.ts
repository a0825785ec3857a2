import type { EChartsOption } from '@/design/chart'
import type { Question } from './exam'

/** A question to practise; `id` is what an answer names. */
export interface PracticeQuestion extends Question {
  id: string
}
/** How somebody stands with practice. */
export interface Standing {
  today: number
  today_right: number
  answered: number
  right: number
  book: number
  due: number
}
export interface PracticeDay {
  day: string
  answered: number
  right: number
}

/** Answers and right ones by day. */
export function progressOf(days: readonly PracticeDay[]): EChartsOption {
  return {
    tooltip: { trigger: 'axis' },
    legend: { data: ['答题', '答对'], top: 0 },
    grid: { left: 36, right: 12, top: 32, bottom: 24 },
    xAxis: { type: 'category', data: days.map((one) => one.day) },
    yAxis: { type: 'value', minInterval: 1 },
    series: [
      { name: '答题', type: 'bar', data: days.map((one) => one.answered), barMaxWidth: 18 },
      { name: '答对', type: 'bar', data: days.map((one) => one.right), barMaxWidth: 18 },
    ],
  }
}
