/** The microphone: opened only for a talk, and its refusals told so that the agent can mend them. */

export type MicrophoneTrouble = 'denied' | 'missing' | 'busy' | 'insecure' | 'other'

export const MICROPHONE_WORDS: Record<MicrophoneTrouble, { title: string; remedy: string }> = {
  denied: {
    title: '浏览器没有允许使用麦克风',
    remedy: '点击地址栏左侧的图标，把“麦克风”改为“允许”，然后再试一次。',
  },
  missing: { title: '没有找到麦克风', remedy: '请检查耳麦是否插好，再在“话机设置”里选择设备。' },
  busy: { title: '麦克风被其他程序占用', remedy: '请关闭正在使用麦克风的程序（会议、录音等）后再试。' },
  insecure: { title: '当前地址不能使用麦克风', remedy: '浏览器只在 HTTPS 地址或本机地址上允许使用麦克风，请联系管理员。' },
  other: { title: '麦克风打不开', remedy: '请重新插拔耳麦后再试，仍不行请联系管理员。' },
}

export class MicrophoneError extends Error {
  constructor(readonly trouble: MicrophoneTrouble) {
    super(MICROPHONE_WORDS[trouble].title)
    this.name = 'MicrophoneError'
  }
}

export function troubleOf(name: string): MicrophoneTrouble {
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing'
    case 'NotReadableError':
    case 'AbortError':
      return 'busy'
    default:
      return 'other'
  }
}

/** Open the microphone `device` (empty: the system's), with noise taken out; one that is gone falls back to the system's. */
export async function openMicrophone(device: string, denoised = true): Promise<MediaStream> {
  // Absent on insecure origins, whatever the types say.
  const media = navigator.mediaDevices as MediaDevices | undefined
  if (!media) throw new MicrophoneError('insecure')
  const wanted: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: denoised, autoGainControl: true }
  try {
    return await media.getUserMedia({
      audio: device ? { ...wanted, deviceId: { exact: device } } : wanted,
      video: false,
    })
  } catch (error) {
    const name = error instanceof DOMException ? error.name : ''
    if (device && (name === 'OverconstrainedError' || name === 'NotFoundError')) return openMicrophone('', denoised)
    throw new MicrophoneError(troubleOf(name))
  }
}

export type MicrophoneAccess = 'granted' | 'prompt' | 'denied' | 'insecure' | 'unknown'

/** What the browser's word on the microphone means before anybody has tried it. */
export function barOf(access: MicrophoneAccess): MicrophoneTrouble | null {
  return access === 'denied' || access === 'insecure' ? access : null
}

export async function microphoneAccess(): Promise<MicrophoneAccess> {
  if (!(navigator.mediaDevices as MediaDevices | undefined)) return 'insecure'
  try {
    const status = await navigator.permissions.query({ name: 'microphone' as PermissionName })
    return status.state
  } catch {
    return 'unknown'
  }
}

export interface AudioDevice {
  id: string
  title: string
}

export interface AudioDevices {
  inputs: AudioDevice[]
  outputs: AudioDevice[]
}

/** Devices by name; browsers keep the names back until the microphone was allowed once. */
export async function listDevices(): Promise<AudioDevices> {
  const media = navigator.mediaDevices as MediaDevices | undefined
  if (!media) return { inputs: [], outputs: [] }
  const found = await media.enumerateDevices()
  const pick = (kind: MediaDeviceKind, word: string): AudioDevice[] =>
    found
      .filter((device) => device.kind === kind && device.deviceId && device.deviceId !== 'default')
      .map((device, index) => ({ id: device.deviceId, title: device.label || `${word} ${index + 1}` }))
  return { inputs: pick('audioinput', '麦克风'), outputs: pick('audiooutput', '扬声器') }
}
