/** Bars that lie, the longest on top: names of departments and categories are read without turning one's head. */
import type { EChartsOption } from '@/design/chart'
import type { Row } from '@/screens/description'

type Colour = (name: string) => string
const NAME_WIDTH = 120
const FAINT = 0.28

/** The last part of a path is what tells it apart. */
function short(name: string): string {
  return name.split(' · ').map((part) => part.split('/').at(-1)).join(' ')
}

export function rankingOf(rows: readonly Row[], unit: string, title: string, chosen: string, colour: Colour): EChartsOption {
  const said = (value: unknown): string => (typeof value === 'number' ? `${value.toLocaleString('zh-CN')}${unit === '%' ? '%' : ''}` : '—')
  return {
    animationDuration: 300,
    grid: { left: 4, right: 52, top: 2, bottom: 2, containLabel: true },
    tooltip: {
      trigger: 'item', renderMode: 'richText', backgroundColor: colour('surface'), borderColor: colour('line'), textStyle: { color: colour('ink'), fontSize: 12 },
      valueFormatter: (value) => `${said(value)}${unit === '%' ? '' : ` ${unit}`}`,
    },
    xAxis: { type: 'value', axisLabel: { show: false }, splitLine: { show: false }, max: unit === '%' ? 100 : undefined },
    yAxis: {
      type: 'category', inverse: true, data: rows.map((row) => String(row.x)), axisLine: { show: false }, axisTick: { show: false },
      axisLabel: { color: colour('ink-2'), width: NAME_WIDTH, overflow: 'truncate', formatter: short },
    },
    series: [{
      type: 'bar', name: title, barMaxWidth: 16, barMinHeight: 2,
      label: { show: true, position: 'right', color: colour('ink-2'), formatter: (point) => said(point.value) },
      data: rows.map((row) => ({ value: (row.now as number | null) ?? 0, itemStyle: { color: colour('talk'), opacity: chosen && chosen !== row.by ? FAINT : 1, borderRadius: [0, 4, 4, 0] } })),
    }],
  }
}
