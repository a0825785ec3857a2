import { http } from '@/api/http'

/** What the engine keeps of the talk's sound as this browser counted it (`softphone/browser_quality.py`). */
export interface BrowserCounts {
  codec: string
  received: number
  lost: number
  sent: number
  jitter: number | null
  far_lost: number | null
  far_jitter: number | null
  round_trip: number | null
}

const EVERY = 10_000

/** The counts of a report; null before anything came in. */
export function countsOf(report: RTCStatsReport): BrowserCounts | null {
  const counts: BrowserCounts = { codec: '', received: 0, lost: 0, sent: 0, jitter: null, far_lost: null, far_jitter: null, round_trip: null }
  let isThere = false
  const codecs = new Map<string, string>()
  let codec = ''
  report.forEach((entry: Record<string, unknown>) => {
    const number = (key: string): number | null => (typeof entry[key] === 'number' ? (entry[key] as number) : null)
    const count = (key: string): number => Math.max(0, Math.round(number(key) ?? 0))
    if (entry.type === 'codec') codecs.set(String(entry.id), String(entry.mimeType ?? '').replace(/^audio\//i, ''))
    if (entry.kind !== 'audio') return
    if (entry.type === 'inbound-rtp') {
      isThere = true
      codec = String(entry.codecId ?? '')
      counts.received = count('packetsReceived')
      counts.lost = count('packetsLost')
      counts.jitter = number('jitter')
    } else if (entry.type === 'outbound-rtp') {
      counts.sent = count('packetsSent')
    } else if (entry.type === 'remote-inbound-rtp') {
      counts.far_lost = count('packetsLost')
      counts.far_jitter = number('jitter')
      counts.round_trip = number('roundTripTime')
    }
  })
  counts.codec = (codecs.get(codec) ?? '').replace(/^PCMA$/i, 'alaw').replace(/^PCMU$/i, 'ulaw')
  return isThere ? counts : null
}

/** Tells the counts every ten seconds, the first time at once; a report that is lost is made up for by the next. */
export function reporter(): (report: RTCStatsReport) => void {
  let last = -Infinity
  return (report) => {
    if (Date.now() - last < EVERY) return
    const counts = countsOf(report)
    if (!counts || counts.received + counts.sent < 100) return
    last = Date.now()
    void http.post('/api/phone/quality', counts, { quiet: true }).catch(() => undefined)
  }
}
