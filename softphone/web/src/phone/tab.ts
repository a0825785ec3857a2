/**
 * One tab of a browser has the phone. A second one sees and steers the call, and may take the phone over.
 *
 * A web lock is held for as long as the tab lives; the browser frees it when the tab closes or dies.
 */
const LOCK = 'hotline.phone'

export class PhoneTab {
  private release: (() => void) | null = null

  constructor(private readonly lost: () => void) {}

  /** Take the phone if nobody has it; `force` takes it from the other tab. Returns whether we have it. */
  async take(force = false): Promise<boolean> {
    if (this.release) return true
    // Absent on insecure origins: then there is no microphone either, and nothing to guard.
    const locks = navigator.locks as LockManager | undefined
    if (!locks) return true
    return new Promise((resolve) => {
      const hold = (lock: Lock | null): Promise<void> | undefined => {
        if (lock === null) {
          resolve(false)
          return undefined
        }
        resolve(true)
        return new Promise<void>((done) => {
          this.release = done
        })
      }
      const options: LockOptions = force ? { steal: true } : { ifAvailable: true }
      locks.request(LOCK, options, hold).catch(() => {
        this.release = null
        this.lost()
      })
    })
  }

  /** Take the phone as soon as the other tab is gone. */
  async wait(signal: AbortSignal): Promise<boolean> {
    const locks = navigator.locks as LockManager | undefined
    if (!locks) return true
    return new Promise((resolve) => {
      locks
        .request(LOCK, { signal }, () => {
          resolve(true)
          return new Promise<void>((done) => {
            this.release = done
          })
        })
        .catch(() => {
          if (this.release) {
            this.release = null
            this.lost()
          }
          resolve(false)
        })
    })
  }

  give(): void {
    this.release?.()
    this.release = null
  }
}
