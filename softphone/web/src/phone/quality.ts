/** Call quality from WebRTC statistics: what an agent must know is whether the caller can be heard. */

export interface Sample {
  at: number
  received: number
  lost: number
  jitter: number
  bytes: number
  roundTrip: number | null
  remoteLoss: number | null
}

export interface Quality {
  /** Mean opinion score, 1 to 4.5 (E-model of ITU-T G.107, simplified). */
  mos: number
  loss: number
  remoteLoss: number | null
  jitterMs: number
  roundTripMs: number | null
  /** Nothing arrived since the last sample. */
  silent: boolean
}

/** How well the codec hides lost packets (Bpl of ITU-T G.107), between plain G.711 and Opus. */
const LOSS_ROBUSTNESS = 15

export type Grade = 'good' | 'fair' | 'poor' | 'silent'

export function sampleOf(report: RTCStatsReport, at: number): Sample | null {
  let sample: Sample | null = null
  let roundTrip: number | null = null
  let remoteLoss: number | null = null
  report.forEach((entry: Record<string, unknown>) => {
    const number = (key: string): number => (typeof entry[key] === 'number' ? (entry[key] as number) : 0)
    if (entry.type === 'inbound-rtp' && entry.kind === 'audio') {
      sample = {
        at,
        received: number('packetsReceived'),
        lost: number('packetsLost'),
        jitter: number('jitter'),
        bytes: number('bytesReceived'),
        roundTrip: null,
        remoteLoss: null,
      }
    } else if (entry.type === 'remote-inbound-rtp' && entry.kind === 'audio') {
      if (typeof entry.roundTripTime === 'number') roundTrip = entry.roundTripTime
      if (typeof entry.fractionLost === 'number') remoteLoss = entry.fractionLost
    } else if (entry.type === 'candidate-pair' && entry.nominated === true && roundTrip === null) {
      if (typeof entry.currentRoundTripTime === 'number') roundTrip = entry.currentRoundTripTime
    }
  })
  return sample === null ? null : { ...(sample as Sample), roundTrip, remoteLoss }
}

export function qualityOf(before: Sample, after: Sample): Quality {
  const received = Math.max(0, after.received - before.received)
  const lost = Math.max(0, after.lost - before.lost)
  const loss = received + lost === 0 ? 0 : lost / (received + lost)
  const worst = Math.max(loss, after.remoteLoss ?? 0)
  const oneWay = ((after.roundTrip ?? 0) * 1000) / 2 + after.jitter * 1000 * 2 + 20
  const delay = oneWay < 160 ? oneWay / 40 : (oneWay - 120) / 10
  const impairment = (95 * worst * 100) / (worst * 100 + LOSS_ROBUSTNESS)
  const r = Math.max(0, Math.min(93.2, 93.2 - delay - impairment))
  const mos = 1 + 0.035 * r + 0.000007 * r * (r - 60) * (100 - r)
  return {
    mos: Math.max(1, Math.min(4.5, Math.round(mos * 10) / 10)),
    loss,
    remoteLoss: after.remoteLoss,
    jitterMs: Math.round(after.jitter * 1000),
    roundTripMs: after.roundTrip === null ? null : Math.round(after.roundTrip * 1000),
    silent: received === 0,
  }
}

export function gradeOf(quality: Quality): Grade {
  if (quality.silent) return 'silent'
  if (quality.mos >= 3.9) return 'good'
  return quality.mos >= 3.2 ? 'fair' : 'poor'
}
