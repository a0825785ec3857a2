import type { EChartsOption } from '@/design/chart'
import { timeText } from '@/words/time'
import type { Chart, Row, Tone } from '../description'

/** The colours of series that name none, in their order. */
const PALETTE: readonly string[] = ['talk', 'ready', 'break', 'wrapup', 'caller-wave', 'ring']
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
const SLICES = 7

type Colour = (name: string) => string

/** The rows of a chart's answer: a list, or a page of one. */
export function rowsOf(answer: unknown): Row[] {
  if (Array.isArray(answer)) return answer as Row[]
  const items = (answer as { items?: unknown } | null)?.items
  return Array.isArray(items) ? (items as Row[]) : []
}

export function toneOf(tone: Tone | undefined, at: number): string {
  return tone ?? PALETTE[at % PALETTE.length] ?? 'talk'
}

/** A place on the axis in words: a time without its seconds, the rest as it is. */
export function axisText(value: unknown): string {
  const text = String(value ?? '—')
  return ISO.test(text) ? timeText(text).slice(5, 16) : text
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The slices of a pie, largest first; what would be too thin stands together. */
export function slicesOf(chart: Chart, rows: readonly Row[]): { name: string; value: number }[] {
  const key = chart.series[0]?.key ?? 'value'
  const all = rows
    .map((row) => ({ name: axisText(row[chart.x]), value: numberOf(row[key]) ?? 0 }))
    .filter((one) => one.value > 0)
    .sort((one, other) => other.value - one.value)
  if (all.length <= SLICES) return all
  const rest = all.slice(SLICES - 1).reduce((sum, one) => sum + one.value, 0)
  return [...all.slice(0, SLICES - 1), { name: '其他', value: rest }]
}

function common(chart: Chart, colour: Colour): EChartsOption {
  const unit = chart.unit ? ` ${chart.unit}` : ''
  return {
    animationDuration: 300,
    tooltip: {
      trigger: chart.kind === 'pie' ? 'item' : 'axis',
      renderMode: 'richText',
      backgroundColor: colour('surface'),
      borderColor: colour('line'),
      textStyle: { color: colour('ink'), fontSize: 12 },
      axisPointer: { type: chart.kind === 'line' ? 'line' : 'shadow', lineStyle: { color: colour('line-strong') }, shadowStyle: { color: colour('ink-3'), opacity: 0.08 } },
      valueFormatter: (value) => (value === null || value === undefined ? '—' : `${Number(value).toLocaleString('zh-CN')}${unit}`),
    },
  }
}

function pie(chart: Chart, rows: readonly Row[], colour: Colour): EChartsOption {
  const slices = slicesOf(chart, rows)
  const total = slices.reduce((sum, one) => sum + one.value, 0)
  return {
    ...common(chart, colour),
    legend: {
      orient: 'vertical',
      right: 4,
      top: 'middle',
      itemWidth: 10,
      itemHeight: 10,
      icon: 'circle',
      textStyle: { color: colour('ink-2'), fontSize: 13 },
      formatter: (name) => `${name}  ${(((slices.find((one) => one.name === name)?.value ?? 0) / Math.max(1, total)) * 100).toFixed(1)}%`,
    },
    series: [
      {
        type: 'pie',
        radius: ['48%', '76%'],
        center: ['30%', '50%'],
        label: { show: false },
        itemStyle: { borderColor: colour('surface'), borderWidth: 2, borderRadius: 4 },
        data: slices.map((one, at) => ({ ...one, itemStyle: { color: colour(one.name === '其他' ? 'off' : toneOf(undefined, at)) } })),
      },
    ],
  }
}

/** What ECharts is told of a described chart. */
export function optionOf(chart: Chart, rows: readonly Row[], colour: Colour): EChartsOption {
  if (chart.kind === 'pie') return pie(chart, rows, colour)
  const several = chart.series.length > 1
  const line = chart.kind === 'line'
  return {
    ...common(chart, colour),
    grid: { left: 4, right: 12, top: several ? 36 : chart.unit ? 28 : 14, bottom: 2, containLabel: true },
    ...(several && { legend: { top: 0, right: 0, itemWidth: 12, itemHeight: line ? 4 : 10, icon: 'roundRect', textStyle: { color: colour('ink-2') } } }),
    xAxis: {
      type: 'category',
      boundaryGap: !line,
      data: rows.map((row) => axisText(row[chart.x])),
      axisLine: { lineStyle: { color: colour('line-strong') } },
      axisTick: { show: false },
      axisLabel: { color: colour('ink-3'), hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      ...(chart.unit && { name: chart.unit, nameTextStyle: { color: colour('ink-3'), align: 'left' as const } }),
      axisLabel: { color: colour('ink-3') },
      splitLine: { lineStyle: { color: colour('line') } },
    },
    series: chart.series.map((one, at) => ({
      name: one.title,
      type: line ? ('line' as const) : ('bar' as const),
      ...(chart.kind === 'stack' && { stack: 'all' }),
      ...(line ? { symbol: 'circle', symbolSize: 5, showSymbol: rows.length < 40, lineStyle: { width: 2 }, smooth: 0.2 } : { barMaxWidth: 28 }),
      ...(line && chart.series.length === 1 && { areaStyle: { opacity: 0.1 } }),
      itemStyle: {
        color: colour(toneOf(one.tone, at)),
        ...(!line && (chart.kind !== 'stack' || at === chart.series.length - 1) && { borderRadius: [4, 4, 0, 0] }),
      },
      data: rows.map((row) => numberOf(row[one.key])),
    })),
  }
}
