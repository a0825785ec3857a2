/** How loud a stream is right now, 0 (silent) to 1 (full scale), on a scale that matches hearing. */
export class LevelMeter {
  private readonly source: MediaStreamAudioSourceNode
  private readonly analyser: AnalyserNode
  private readonly samples: Float32Array<ArrayBuffer>

  constructor(context: AudioContext, stream: MediaStream) {
    this.source = context.createMediaStreamSource(stream)
    this.analyser = context.createAnalyser()
    this.analyser.fftSize = 1024
    this.samples = new Float32Array(this.analyser.fftSize)
    this.source.connect(this.analyser)
  }

  read(): number {
    this.analyser.getFloatTimeDomainData(this.samples)
    let sum = 0
    for (const sample of this.samples) sum += sample * sample
    return loudness(Math.sqrt(sum / this.samples.length))
  }

  close(): void {
    this.source.disconnect()
  }
}

const FLOOR_DB = -55

export function loudness(rms: number): number {
  if (rms <= 0) return 0
  const db = 20 * Math.log10(rms)
  return Math.max(0, Math.min(1, (db - FLOOR_DB) / -FLOOR_DB))
}
