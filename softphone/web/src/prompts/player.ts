import { computed, ref, type ComputedRef } from 'vue'

/** One sound at a time on the whole page: starting another stops the first. */
const audio = new Audio()
audio.preload = 'none'
const current = ref('')
const playing = ref(false)
const position = ref(0)
const duration = ref(0)
const failed = ref('')
let frame = 0

function follow(): void {
  position.value = audio.currentTime
  if (playing.value) frame = requestAnimationFrame(follow)
}

audio.addEventListener('play', () => {
  playing.value = true
  follow()
})
for (const event of ['pause', 'ended']) {
  audio.addEventListener(event, () => {
    playing.value = false
    cancelAnimationFrame(frame)
    position.value = event === 'ended' ? 0 : audio.currentTime
  })
}
audio.addEventListener('loadedmetadata', () => {
  duration.value = Number.isFinite(audio.duration) ? audio.duration : 0
})
audio.addEventListener('error', () => {
  if (current.value) failed.value = current.value
  playing.value = false
})

export async function toggle(url: string): Promise<void> {
  if (current.value === url && playing.value) {
    audio.pause()
    return
  }
  if (current.value !== url || failed.value === url) {
    current.value = url
    failed.value = ''
    position.value = 0
    duration.value = 0
    audio.src = url
  }
  try {
    await audio.play()
  } catch (error) {
    // Another sound was started meanwhile.
    if (!(error instanceof DOMException && error.name === 'AbortError')) failed.value = url
  }
}

export function stop(): void {
  audio.pause()
  audio.removeAttribute('src')
  current.value = ''
}

export function seek(url: string, share: number): void {
  if (current.value === url && duration.value > 0) audio.currentTime = share * duration.value
}

export interface Sound {
  playing: boolean
  failed: boolean
  position: number
  duration: number
}

export function soundOf(url: () => string): ComputedRef<Sound> {
  return computed(() => {
    const mine = current.value === url()
    return {
      playing: mine && playing.value,
      failed: failed.value !== '' && failed.value === url(),
      position: mine ? position.value : 0,
      duration: mine ? duration.value : 0,
    }
  })
}
