/** Tones made on the spot: ringing of the mainland network (450 Hz), keys (ITU-T Q.23), and short signals. */

const KEYS: Record<string, readonly [number, number]> = {
  '1': [697, 1209],
  '2': [697, 1336],
  '3': [697, 1477],
  '4': [770, 1209],
  '5': [770, 1336],
  '6': [770, 1477],
  '7': [852, 1209],
  '8': [852, 1336],
  '9': [852, 1477],
  '*': [941, 1209],
  '0': [941, 1336],
  '#': [941, 1477],
}

type SinkContext = AudioContext & { setSinkId?: (id: string) => Promise<void> }

export class Tones {
  private context: SinkContext | null = null
  private ringing: ReturnType<typeof setInterval> | null = null
  private device = ''
  volume = 0.6

  /** Browsers keep a page silent until somebody touched it. */
  get blocked(): boolean {
    return this.context?.state === 'suspended'
  }

  /** Get ready; call it again from a click or a key press when `blocked`. */
  async wake(): Promise<void> {
    const context = this.open()
    if (context.state === 'suspended') await context.resume()
  }

  async useDevice(id: string): Promise<void> {
    this.device = id
    if (this.context?.setSinkId) await this.context.setSinkId(id).catch(() => undefined)
  }

  startRinging(): void {
    if (this.ringing !== null) return
    this.ringOnce()
    this.ringing = setInterval(() => this.ringOnce(), 3000)
  }

  stopRinging(): void {
    if (this.ringing !== null) clearInterval(this.ringing)
    this.ringing = null
  }

  /** A call was answered by itself: two rising notes. */
  autoAnswered(): void {
    this.note([660], 0, 0.09, 0.5)
    this.note([880], 0.12, 0.14, 0.5)
  }

  /** The talk is over: two falling notes. */
  ended(): void {
    this.note([520], 0, 0.09, 0.3)
    this.note([390], 0.11, 0.13, 0.3)
  }

  /** A message came: one soft note; an urgent one is three that cannot be taken for ringing. */
  message(urgent: boolean): void {
    if (!urgent) return this.note([784], 0, 0.12, 0.25)
    for (const [place, pitch] of [988, 784, 988].entries()) this.note([pitch], place * 0.18, 0.14, 0.6)
  }

  key(digit: string): void {
    const pair = KEYS[digit]
    if (pair) this.note(pair, 0, 0.12, 0.22)
  }

  close(): void {
    this.stopRinging()
    void this.context?.close()
    this.context = null
  }

  private open(): SinkContext {
    if (this.context === null) {
      this.context = new AudioContext()
      if (this.device) void this.context.setSinkId?.(this.device).catch(() => undefined)
    }
    return this.context
  }

  private ringOnce(): void {
    this.note([450, 900], 0, 0.4, 0.5)
    this.note([450, 900], 0.55, 0.4, 0.5)
  }

  private note(frequencies: readonly number[], delay: number, seconds: number, loudness: number): void {
    const context = this.open()
    if (context.state !== 'running') return
    const start = context.currentTime + delay
    const gain = context.createGain()
    const peak = (loudness * this.volume) / frequencies.length
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(peak, start + 0.015)
    gain.gain.setValueAtTime(peak, start + Math.max(0.015, seconds - 0.03))
    gain.gain.linearRampToValueAtTime(0, start + seconds)
    gain.connect(context.destination)
    for (const frequency of frequencies) {
      const oscillator = context.createOscillator()
      oscillator.frequency.value = frequency
      oscillator.connect(gain)
      oscillator.start(start)
      oscillator.stop(start + seconds)
    }
  }
}
