import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef } from 'vue'
import { useLink } from '@/api/link'
import type { FloorAlarm, FloorChange, FloorHand, FloorSnapshot } from '@/api/messages'
import { usePhone } from '@/phone/phone'
import { preferences } from '@/phone/preferences'

export type Level = FloorAlarm['level']

/** Raised hands and alarms within reach, and how each queue and seat stands by the rules; heard once however many look. */
export const useFloor = defineStore('floor', () => {
  const link = useLink()
  const hands = shallowRef(new Map<string, FloorHand>())
  const alarms = shallowRef(new Map<string, FloorAlarm>())
  /** Whether this visitor leads the floor; else there is nothing here to see. */
  const leads = shallowRef(false)
  let lookers = 0
  let stop: (() => void) | null = null

  /** The worst alarm of each subject, by `queue:NAME`, `agent:NUMBER`, `trunk:NAME`. */
  const levels = computed(() => {
    const found = new Map<string, Level>()
    for (const { subject, level } of alarms.value.values()) {
      if (found.get(subject) !== 'red') found.set(subject, level)
    }
    return found
  })
  /** What is wrong with each subject, in words. */
  const texts = computed(() => {
    const found = new Map<string, string>()
    for (const { subject, text } of alarms.value.values()) found.set(subject, [found.get(subject), text].filter(Boolean).join('；'))
    return found
  })
  const waiting = computed(() => [...hands.value.values()].sort((a, b) => a.at.localeCompare(b.at)))
  const standing = computed(() =>
    [...alarms.value.values()].sort((a, b) => Number(b.level === 'red') - Number(a.level === 'red') || b.at.localeCompare(a.at)),
  )
  const handOf = (agent: string): FloorHand | undefined => hands.value.get(agent)

  function take(whole: FloorSnapshot): void {
    hands.value = new Map(whole.hands.map((one) => [one.agent, one]))
    alarms.value = new Map(whole.alarms.map((one) => [one.id, one]))
    leads.value = true
  }

  function change({ hand, alarm }: FloorChange): void {
    if (hand) {
      if (hand.ended) hands.value.delete(hand.agent)
      else if (!hands.value.has(hand.agent)) sound(true)
      if (!hand.ended) hands.value.set(hand.agent, hand)
      triggerRef(hands)
    }
    if (alarm) {
      if (alarm.ended) alarms.value.delete(alarm.id)
      else if (alarm.sound && !alarms.value.has(alarm.id)) sound(alarm.level === 'red')
      if (!alarm.ended) alarms.value.set(alarm.id, alarm)
      triggerRef(alarms)
    }
  }

  function sound(urgent: boolean): void {
    const phone = usePhone()
    phone.tones.volume = preferences.ringVolume
    phone.tones.message(urgent)
  }

  /** Follow; returns the end of following. */
  function follow(): () => void {
    lookers += 1
    stop ??= link.live.hear('floor', {
      snapshot: take,
      change,
      refused: () => {
        leads.value = false
      },
    })
    return () => {
      lookers -= 1
      if (lookers > 0) return
      stop?.()
      stop = null
      hands.value = new Map()
      alarms.value = new Map()
      leads.value = false
    }
  }

  return { hands, alarms, leads, levels, texts, waiting, standing, handOf, take, change, follow }
})
