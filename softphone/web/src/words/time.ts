/** 75 → `01:15`, 3675 → `1:01:15`. */
export function clockText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '—'
  const whole = Math.max(0, Math.floor(seconds))
  const hours = Math.floor(whole / 3600)
  const minutes = String(Math.floor((whole % 3600) / 60)).padStart(2, '0')
  const rest = String(whole % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${minutes}:${rest}` : `${minutes}:${rest}`
}

/** 75 → `1 分 15 秒`, 8 → `8 秒`. */
export function durationWords(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '—'
  const whole = Math.max(0, Math.round(seconds))
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const rest = whole % 60
  const parts: string[] = []
  if (hours) parts.push(`${hours} 小时`)
  if (minutes) parts.push(`${minutes} 分`)
  if (rest || parts.length === 0) parts.push(`${rest} 秒`)
  return parts.slice(0, 2).join(' ')
}

const ZONE = 'Asia/Shanghai'
const full = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const clock = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

function parsed(iso: string | null | undefined): Date | null {
  if (!iso) return null
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? null : date
}

/** `2026-03-01 09:30:05`, in the hotline's time zone. */
export function timeText(iso: string | null | undefined): string {
  const date = parsed(iso)
  return date ? full.format(date).replaceAll('/', '-') : '—'
}

/** `09:30:05`, in the hotline's time zone. */
export function timeOfDay(iso: string | null | undefined): string {
  const date = parsed(iso)
  return date ? clock.format(date) : '—'
}

/** Today's clock time, or date and time for older ones. */
export function shortTime(iso: string | null | undefined, today = new Date()): string {
  const text = timeText(iso)
  return text.slice(0, 10) === timeText(today.toISOString()).slice(0, 10) ? text.slice(11) : text.slice(5, 16)
}

const day = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, month: 'long', day: 'numeric', weekday: 'long' })

/** `3月1日 星期日`. */
export function dateWords(at: number): string {
  return day.format(new Date(at)).replace('日星', '日 星')
}
