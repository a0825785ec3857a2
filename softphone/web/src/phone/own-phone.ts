import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { http } from '@/api/http'
import { useLink } from '@/api/link'
import type { OwnPhoneCall, OwnPhoneSnapshot } from '@/api/types'

/** How long the words of a call that is over stay. */
const READING = 12_000

const OWN: Readonly<Record<string, string>> = {
  busy: '您的电话占线，没有拨打市民',
  rejected: '您没有接听，没有拨打市民',
  no_answer: '您的电话无人接听，没有拨打市民',
  unreachable: '您的电话无法接通，没有拨打市民',
  failed: '线路故障，没有拨打市民',
  cancelled: '已取消，没有拨打市民',
}
const CITIZEN: Readonly<Record<string, string>> = {
  busy: '市民占线，没有接通',
  rejected: '市民拒接，没有接通',
  no_answer: '市民无人接听',
  unreachable: '市民的电话无法接通',
  failed: '线路故障，没有接通市民',
  cancelled: '您先挂断，没有接通市民',
}

/** Where a call from one's own telephone is, in words. */
export function stageWords({ stage, who, result, seconds }: Pick<OwnPhoneCall, 'stage' | 'who' | 'result' | 'seconds'>): string {
  if (stage === 'own') return '正在呼叫您的电话，请接听'
  if (stage === 'citizen') return '您已接听，正在拨打市民'
  if (stage === 'talking') return '通话中，正在录音'
  if (who) return (who === 'own' ? OWN : CITIZEN)[result ?? ''] ?? '没有接通市民'
  return seconds > 0 ? `通话已结束，共 ${Math.round(seconds)} 秒` : '通话已结束'
}

/** One's own telephone outside, and the call that one makes from it, on whatever page. */
export const useOwnPhone = defineStore('own-phone', () => {
  const link = useLink()
  const state = ref<OwnPhoneSnapshot>({ phone: null, confirmation: null, call: null })
  const read = ref('')
  const goesOn = computed(() => state.value.call !== null && state.value.call.stage !== 'over')
  /** The call as it is shown: while it goes on, and for some time after. */
  const shown = computed(() => {
    const { call } = state.value
    return call !== null && (goesOn.value || read.value !== call.call) ? call : null
  })
  let stopHearing: (() => void) | null = null

  function start(): void {
    if (stopHearing) return
    const come = (value: OwnPhoneSnapshot, first: boolean): void => {
      const over = value.call?.stage === 'over' ? value.call.call : ''
      // What was over before this page was opened is no news.
      if (first && over && !goesOn.value) read.value = over
      else if (over && over !== read.value) setTimeout(() => (read.value = over), READING)
      state.value = value
    }
    stopHearing = link.live.hear<OwnPhoneSnapshot, OwnPhoneSnapshot>('own_phone', {
      snapshot: (value) => come(value, true),
      change: (value) => come(value, false),
    })
  }

  function stop(): void {
    stopHearing?.()
    stopHearing = null
  }

  async function confirm(number: string): Promise<void> {
    state.value = await http.post<OwnPhoneSnapshot>('/api/own_phone/confirm', { number })
  }

  async function forget(): Promise<void> {
    state.value = await http.delete<OwnPhoneSnapshot>('/api/own_phone')
  }

  async function cancel(): Promise<void> {
    await http.post('/api/own_phone/call/cancel', {})
  }

  function dismiss(): void {
    read.value = state.value.call?.call ?? ''
  }

  return { state, shown, goesOn, start, stop, confirm, forget, cancel, dismiss }
})
