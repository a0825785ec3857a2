import { defineStore } from 'pinia'
import { computed, ref, shallowRef, triggerRef } from 'vue'
import { useLink } from '@/api/link'
import {
  AGENT_STATES,
  type AgentState,
  type Alarm,
  type BoardAgent,
  type BoardChange,
  type BoardQueue,
  type BoardSnapshot,
  type CallOver,
  type CallsToday,
  type OpenCall,
  type SwitchHealth,
} from '@/api/types'

export interface TrendPoint {
  at: number
  waiting: number
  talking: number
  ready: number
}

const TREND_EVERY = 5000
const TREND_LENGTH = 180

/** Seats, queues and open calls as the server tells them; a change replaces one of them. */
export const useBoard = defineStore('board', () => {
  const link = useLink()
  const agents = shallowRef(new Map<string, BoardAgent>())
  const queues = shallowRef(new Map<string, BoardQueue>())
  const calls = shallowRef(new Map<string, OpenCall>())
  const today = ref<CallsToday>({ arrived: 0, ended: 0, answered: 0, abandoned: 0, rated: 0 })
  const health = ref<SwitchHealth | null>(null)
  const alarms = ref<Alarm[]>([])
  const synced = ref(false)
  const refused = ref('')
  const trend = shallowRef<TrendPoint[]>([])

  function take(snapshot: BoardSnapshot): void {
    agents.value = new Map(snapshot.agents.map((agent) => [agent.agent, agent]))
    queues.value = new Map(snapshot.queues.map((queue) => [queue.queue, queue]))
    calls.value = new Map(snapshot.calls.open.map((call) => [call.id, call]))
    today.value = snapshot.calls.today
    health.value = snapshot.switch
    alarms.value = snapshot.alarms
    synced.value = true
    refused.value = ''
  }

  function change(part: BoardChange): void {
    if (part.agent) {
      agents.value.set(part.agent.agent, part.agent)
      triggerRef(agents)
    }
    if (part.queue) {
      queues.value.set(part.queue.queue, part.queue)
      triggerRef(queues)
    }
    if (part.call) changeCall(part.call)
    if (part.switch) health.value = part.switch
    if (part.alarm) {
      const told = part.alarm
      const others = alarms.value.filter((alarm) => alarm.name !== told.name)
      alarms.value = 'cleared' in told ? others : [told, ...others]
    }
  }

  /** The day's counts come with the snapshot; between snapshots they go on with the calls, each counted once. */
  function changeCall(call: OpenCall | CallOver): void {
    const known = calls.value.get(call.id)
    const sums = { ...today.value }
    if ('ended' in call) {
      if (!known) return
      calls.value.delete(call.id)
      sums.ended += 1
      if (call.abandoned && !known.answered) sums.abandoned += 1
    } else {
      if (!known) sums.arrived += 1
      if (call.answered && !known?.answered) sums.answered += 1
      calls.value.set(call.id, call)
    }
    today.value = sums
    triggerRef(calls)
  }

  const counts = computed(() => {
    const found = Object.fromEntries(AGENT_STATES.map((state) => [state, 0])) as Record<AgentState, number>
    for (const agent of agents.value.values()) found[agent.state] += 1
    return found
  })

  const totals = computed(() => {
    let waiting = 0
    let longest: string | null = null
    let weighted = 0
    let weight = 0
    for (const queue of queues.value.values()) {
      waiting += queue.waiting
      if (queue.longest_wait_since && (longest === null || queue.longest_wait_since < longest)) {
        longest = queue.longest_wait_since
      }
      const offered = queue.answered_today + queue.abandoned_today
      if (queue.service_level !== null && offered > 0) {
        weighted += queue.service_level * offered
        weight += offered
      }
    }
    // Of calls, not of queues: a call that is handed on is answered in each of them.
    const { answered, abandoned } = today.value
    const offered = answered + abandoned
    return {
      waiting,
      longest,
      answerRate: offered === 0 ? null : answered / offered,
      serviceLevel: weight === 0 ? null : weighted / weight,
    }
  })

  const queueTitle = (name: string): string => queues.value.get(name)?.title ?? name

  function mark(): void {
    if (!synced.value) return
    const point = {
      at: Date.now(),
      waiting: totals.value.waiting,
      talking: counts.value.talking,
      ready: counts.value.ready,
    }
    trend.value = [...trend.value.slice(1 - TREND_LENGTH), point]
  }

  /** Follow the board; returns the end of following. */
  function follow(): () => void {
    const stop = link.live.hear('board', {
      snapshot: (value) => {
        take(value)
        if (trend.value.length === 0) mark()
      },
      change,
      refused: (_code, detail) => {
        refused.value = detail || '没有查看实时监控的权限'
      },
    })
    const marking = setInterval(mark, TREND_EVERY)
    return () => {
      clearInterval(marking)
      stop()
      synced.value = false
    }
  }

  return {
    agents,
    queues,
    calls,
    today,
    health,
    alarms,
    synced,
    refused,
    trend,
    counts,
    totals,
    queueTitle,
    take,
    change,
    follow,
  }
})
