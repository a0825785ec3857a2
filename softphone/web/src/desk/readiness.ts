import { MICROPHONE_WORDS, type MicrophoneTrouble } from '@/phone/microphone'

/**
 * Why an agent may not become ready, in words; empty when he may. `phones` are his that can ring, `web` is this
 * browser's among them. Without a microphone nobody hears him, unless he has a desk phone.
 */
export function whyNotReady(phones: readonly string[], web: string, registered: boolean, trouble: MicrophoneTrouble | null): string {
  if (!registered && phones.length === 0) return '话机未注册，暂时不能就绪'
  const desk = phones.some((name) => name !== web && !name.endsWith('-web'))
  if (desk || trouble === null) return ''
  return `${MICROPHONE_WORDS[trouble].title}，不能就绪。${MICROPHONE_WORDS[trouble].remedy}`
}
