/** Watches the microphone of a talk: it may be pulled out, or the one that somebody chose may come back. */

export interface Watched {
  /** What is spoken into now. */
  stream: () => MediaStream | null
  /** The device that somebody chose; empty: the system's. */
  chosen: () => string
  /** The microphone has to be opened anew; `gone`: nothing is heard of him meanwhile. */
  change: (gone: boolean) => void
}

const AFTER = 300

/** Whether the microphone has to be opened anew, and whether the present one is gone. */
export function lookAt(track: Pick<MediaStreamTrack, 'readyState' | 'getSettings'> | undefined, chosen: string, there: readonly string[]): 'gone' | 'back' | '' {
  if (!track) return ''
  const device = track.getSettings().deviceId ?? ''
  if (track.readyState === 'ended' || (device !== '' && there.length > 0 && !there.includes(device))) return 'gone'
  return chosen !== '' && device !== chosen && there.includes(chosen) ? 'back' : ''
}

/** Begin; returns the end of it. */
export function watchMicrophone(watched: Watched): () => void {
  const media = navigator.mediaDevices
  let timer: ReturnType<typeof setTimeout> | undefined
  let last: MediaStreamTrack | undefined

  async function look(): Promise<void> {
    const track = watched.stream()?.getAudioTracks()[0]
    const there = (await media.enumerateDevices()).filter((one) => one.kind === 'audioinput').map((one) => one.deviceId)
    const found = lookAt(track, watched.chosen(), there)
    if (found) watched.change(found === 'gone')
    follow()
  }
  // A headset that is plugged in tells of several devices in a row.
  function soon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void look(), AFTER)
  }
  function follow(): void {
    const track = watched.stream()?.getAudioTracks()[0]
    if (track === last) return
    last?.removeEventListener('ended', soon)
    last = track
    last?.addEventListener('ended', soon)
  }
  follow()
  media.addEventListener('devicechange', soon)
  return () => {
    clearTimeout(timer)
    media.removeEventListener('devicechange', soon)
    last?.removeEventListener('ended', soon)
  }
}
