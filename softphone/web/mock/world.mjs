/** A small town's hotline that lives by itself: calls come, wait, are answered, end. */
import { agentNo, dice, mask, NAMES, QUEUES, someNumber, ulid } from './past.mjs'

const iso = (at = Date.now()) => new Date(at).toISOString()
const today = () => ({ answered: 0, talk_seconds: 0 })

/** Every other caller has a record. */
function knownOf(number) {
  if (Number(number.at(-1)) % 2) return {}
  return { citizen: 'C100', name: '王建国', vip: number.endsWith('0'), tags: ['高龄'], address: '临江区建设路 1 号', notes: '住七楼，无电梯。\n来电多为下午，耳朵不好，请放慢语速。', calls: 12, others: 1 }
}

/** What takes an agent's ear, as the engine says it. */
function engagedIn({ state, call }) {
  if (!call) return state === 'reserved' ? 'offered' : ''
  return call.state === 'held' ? 'talking' : call.state
}

export class World {
  constructor(registrar, told) {
    this.registrar = registrar
    this.told = told
    this.random = dice(42)
    this.open = 0
    this.count = 214
    this.waiting = []
    this.alarms = [{ name: 'disk', text: '录音磁盘剩余空间不足 10%', at: iso(Date.now() - 1_800_000) }]
    this.queues = new Map(
      QUEUES.map((one, index) => [
        one.queue,
        { ...one, waiting: 0, longest_wait_since: null, ready: 0, talking: 0, signed_in: 0, estimate: null, answered_today: 60 - index * 11, abandoned_today: 4 - Math.min(3, index), service_level: [0.93, 0.97, 0.86, 0.74, null][index] },
      ]),
    )
    const states = ['ready', 'talking', 'ready', 'talking', 'wrapup', 'break', 'talking', 'signed_out', 'offline']
    this.agents = new Map(
      NAMES.map((name, index) => {
        const state = index < 1 ? 'signed_out' : states[(index * 4) % states.length]
        const agent = { agent: agentNo(index), name, state, reason: state === 'break' ? 'lunch' : '', requested: '', since: iso(Date.now() - this.random() * 600_000), call: null, wrapup_until: null, today: today(), live: index < 1, until: Date.now() + this.random() * 40_000 }
        if (state === 'talking') agent.call = this.newCall('talking')
        return [agent.agent, agent]
      }),
    )
    this.agents.set('1900', { agent: '1900', name: '周班长', state: 'signed_out', reason: '', requested: '', since: iso(), call: null, wrapup_until: null, today: today(), live: true, until: 0 })
    for (let i = 0; i < 3; i++) this.arrive()
    this.timer = setInterval(() => this.tick(), 500)
  }

  newCall(state) {
    const queue = QUEUES[Math.floor(this.random() ** 2 * QUEUES.length)]
    const number = someNumber(this.random)
    return { id: ulid(Date.now(), this.random), number, caller: mask(number), called: '12345', queue: queue.queue, home: '江苏省常州市', queue_title: queue.title, state, since: iso(), waited: 0, known: {}, owner: true, follows: '', browser: state === 'talking', other: '', consulted: '', consulted_answered: false, recording: '', paused: [], emergency: null, together: [], told: [], returned: null, arrived: Date.now() }
  }

  arrive() {
    const call = this.newCall('queued')
    this.waiting.push(call)
    this.count += 1
    this.countQueue(call.queue)
  }

  countQueue(name) {
    const queue = this.queues.get(name)
    const waiting = this.waiting.filter((call) => call.queue === name)
    queue.waiting = waiting.length
    queue.longest_wait_since = waiting[0] ? iso(waiting[0].arrived) : null
    queue.ready = [...this.agents.values()].filter((agent) => agent.state === 'ready').length
    queue.signed_in = [...this.agents.values()].filter((agent) => agent.state !== 'signed_out').length
    queue.talking = [...this.agents.values()].filter((agent) => agent.call?.queue === name && agent.state === 'talking').length
    queue.estimate = waiting.length * 14
    this.told('queue', queue)
  }

  set(agent, state, reason = '') {
    agent.state = state
    agent.reason = reason
    agent.since = iso()
    if (state !== 'wrapup') agent.wrapup_until = null
    this.told('agent', agent)
    if (agent.call) this.countQueue(agent.call.queue)
  }

  tick() {
    const now = Date.now()
    if (this.random() < 0.11 && this.waiting.length < 9) this.arrive()
    for (const agent of this.agents.values()) {
      if (agent.state === 'wrapup' && agent.live) {
        if (agent.wrapup_until && Date.parse(agent.wrapup_until) < now) this.set(agent, 'ready')
        continue
      }
      if (agent.live && agent.state === 'ringing' && now - Date.parse(agent.since) > 20_000) {
        this.registrar.end(agent.leg)
        this.arrive()
        agent.call = null
        this.set(agent, 'break', 'ring_no_answer')
      }
      if (agent.live && agent.state === 'ready' && !this.registrar.has(`${agent.agent}-web`)) this.set(agent, 'offline', 'phone_lost')
      if (agent.live || agent.until > now) continue
      agent.until = now + (agent.state === 'talking' ? 3000 + this.random() * 9000 : 5000 + this.random() * 30_000)
      if (agent.state === 'ringing') {
        agent.call = { ...agent.call, state: 'talking', since: iso() }
        this.set(agent, 'talking')
      } else if (agent.state === 'talking') {
        const queue = agent.call.queue
        this.queues.get(queue).answered_today += 1
        agent.call = null
        this.set(agent, 'wrapup')
        this.countQueue(queue)
      } else if (agent.state === 'wrapup') this.set(agent, 'ready')
      else if (agent.state === 'break' || agent.state === 'offline') this.set(agent, this.random() < 0.3 ? 'ready' : agent.state, agent.reason)
      else if (agent.state === 'ready' && this.random() < 0.1) this.set(agent, 'break', 'rest')
    }
    this.match()
    this.open = this.waiting.length + [...this.agents.values()].filter((agent) => agent.call).length
    this.told('calls')
  }

  match() {
    const call = this.waiting[0]
    if (!call || Date.now() - call.arrived < 2500) return
    const free = [...this.agents.values()].filter((agent) => agent.state === 'ready').sort((a, b) => a.since.localeCompare(b.since))
    // Whoever works on the console should not wait long.
    const agent = free.find((one) => one.live && this.registrar.has(`${one.agent}-web`)) ?? free.find((one) => !one.live)
    if (!agent) return
    this.waiting.shift()
    this.countQueue(call.queue)
    this.offer(agent, call)
  }

  offer(agent, call) {
    agent.call = { ...call, known: knownOf(call.number), state: 'ringing', since: iso(), waited: Math.round((Date.now() - call.arrived) / 1000) }
    agent.until = Date.now() + 3000
    this.set(agent, 'ringing')
    if (!agent.live) return
    setTimeout(() => {
      if (agent.call?.id !== call.id) return
      agent.leg = this.registrar.invite(`${agent.agent}-web`, call.number.slice(3), call.id, (outcome) => this.outcome(agent, outcome))
    }, 250)
  }

  outcome(agent, outcome) {
    if (!agent.call) return
    if (outcome === 'answered') {
      agent.call = { ...agent.call, state: 'talking', since: iso() }
      this.set(agent, 'talking')
    } else if (agent.state === 'ringing') {
      agent.call = null
      this.set(agent, 'break', 'rejected')
    } else this.finish(agent)
  }

  finish(agent) {
    const queue = agent.call?.queue
    agent.today.answered += 1
    agent.today.talk_seconds += Math.round((Date.now() - Date.parse(agent.call?.since ?? iso())) / 1000)
    this.registrar.end(agent.leg)
    agent.leg = null
    agent.call = null
    agent.wrapup_until = iso(Date.now() + 30_000)
    const wish = agent.requested
    agent.requested = ''
    if (wish) this.set(agent, wish.split(':')[0], wish.split(':')[1] ?? '')
    else this.set(agent, 'wrapup')
    if (queue) this.countQueue(queue)
  }

  snapshot(no) {
    const agent = this.agents.get(no)
    const web = `${no}-web`
    return { agent: no, name: agent.name, state: agent.state, reason: agent.reason, requested: agent.requested, since: agent.since, reachable: this.registrar.has(web), engaged: engagedIn(agent), call: agent.call && { ...agent.call, number: undefined, arrived: undefined }, phones: this.registrar.has(web) ? [web] : [], phone_at: null, wrapup_until: agent.wrapup_until, not_reached: null, dropped: null, answering: { mode: 'chosen', delay: 0, queues: [] }, today: agent.today }
  }

  openCall(call, state, agent = '') {
    return { id: call.id, caller: call.caller, called: call.called, state, queue: call.queue, agent, answered: ['talking', 'held'].includes(state), arrived_at: iso(call.arrived), about: call.about ?? '' }
  }

  boardAgent(agent) {
    const call = agent.call && this.openCall(agent.call, agent.state === 'ringing' ? 'queued' : agent.call.state === 'held' ? 'held' : 'talking', agent.agent)
    return { agent: agent.agent, name: agent.name, state: agent.state, reason: agent.reason, requested: agent.requested, reachable: agent.state !== 'offline', engaged: engagedIn(agent), since: agent.since, call, unit: '市热线', groups: [] }
  }

  openCalls() {
    return [...this.waiting.map((call) => this.openCall(call, 'queued')), ...[...this.agents.values()].map((agent) => this.boardAgent(agent).call).filter(Boolean)]
  }

  board() {
    return { agents: [...this.agents.values()].map((agent) => this.boardAgent(agent)), queues: [...this.queues.values()], calls: { open: this.openCalls(), today: { arrived: this.count, ended: this.count - this.open, answered: this.count - 12, abandoned: 9, rated: 90 } }, switch: { name: 'switch-1', up: true }, alarms: this.alarms }
  }
}
