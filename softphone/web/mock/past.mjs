/** Yesterday's and today's calls, people, and recordings: made up, the same at every start. */

export function dice(seed) {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296
    return state / 4294967296
  }
}

export const QUEUES = [
  { queue: 'general', title: '综合受理' },
  { queue: 'enterprise', title: '企业服务专席' },
  { queue: 'water', title: '水务燃气' },
  { queue: 'traffic', title: '交通出行' },
  { queue: 'night', title: '疑难工单' },
]
export const NAMES =
  '张晓燕 王建国 李雪梅 陈志强 刘芳 杨帆 赵静怡 黄海涛 周敏 吴思远 徐丽娜 孙浩然 马晓东 朱婷婷 胡文博 郭佳慧 林子轩 何美玲 高翔 罗雨晴 郑凯 梁晨曦 谢晓峰 宋佳宁'.split(' ')
export const BREAKS = [
  { id: 'rest', title: '休息', limit_minutes: 15 },
  { id: 'lunch', title: '用餐', limit_minutes: 45 },
  { id: 'training', title: '培训', limit_minutes: null },
  { id: 'paperwork', title: '处理工单', limit_minutes: 30 },
]
export const agentNo = (index) => String(1001 + index)

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export function ulid(at, random) {
  let text = ''
  let time = at
  for (let i = 0; i < 10; i++) {
    text = CROCKFORD[time % 32] + text
    time = Math.floor(time / 32)
  }
  for (let i = 0; i < 16; i++) text += CROCKFORD[Math.floor(random() * 32)]
  return text
}

const pick = (list, random) => list[Math.floor(random() * list.length)]
export const someNumber = (random) => `+861${pick(['38', '39', '58', '77', '86', '91'], random)}${String(Math.floor(random() * 1e8)).padStart(8, '0')}`
export const mask = (number) => (number ? `${number.slice(0, 6)}****${number.slice(-4)}` : '')

export function pastCalls(count, until) {
  const random = dice(7)
  const frequent = Array.from({ length: 40 }, () => someNumber(random))
  const rows = []
  let at = until - 90_000
  for (let i = 0; i < count; i++) {
    at -= Math.floor(20_000 + random() * 200_000)
    const kind = random()
    const wait = Math.round(kind < 0.15 ? 20 + random() * 160 : random() ** 2 * 70)
    const talk = Math.round(40 + random() ** 2 * 420)
    const queue = pick(QUEUES, random)
    const agents = kind < 0.15 ? [] : kind > 0.93 ? [agentNo(Math.floor(random() * 24)), agentNo(Math.floor(random() * 24))] : [agentNo(random() < 0.2 ? 0 : Math.floor(random() * 24))]
    const reason = kind < 0.13 ? 'abandoned' : kind < 0.15 ? 'rejected' : random() < 0.4 ? 'caller_hung_up' : random() < 0.02 ? 'switch_lost' : 'completed'
    const id = ulid(at, random)
    const answered = at + 900
    const started = answered + 7000 + wait * 1000
    const satisfaction = agents.length && random() < 0.62 ? pick(['1', '1', '1', '2', '2', '3', '4'], random) : ''
    const ended = agents.length ? started + talk * 1000 + (satisfaction ? 9000 : 1500) : answered + 7000 + wait * 1000
    rows.push({
      id,
      arrived_at: new Date(at).toISOString(),
      caller: random() < 0.04 ? '' : random() < 0.5 ? pick(frequent, random) : someNumber(random),
      called: '12345',
      state: 'ended',
      queue: reason === 'rejected' ? '' : queue.queue,
      agents,
      answered_at: reason === 'rejected' ? null : new Date(answered).toISOString(),
      ended_at: new Date(ended).toISOString(),
      wait_seconds: reason === 'rejected' ? 0 : wait,
      talk_seconds: agents.length ? talk : 0,
      reason,
      satisfaction,
      score: satisfaction ? 6 - Number(satisfaction) : null,
      organisation: 'city',
      region: '',
      recordings: agents.map((_, n) => `${id}-${n + 1}`),
    })
  }
  return rows
}

export function storyOf(row) {
  let sequence = 1000
  const events = []
  let at = Date.parse(row.arrived_at)
  const tell = (type, after, fields = {}) => {
    at += after
    events.push({ sequence: sequence++, at: new Date(at).toISOString(), type, details: fields })
  }
  tell('CallArrived', 0, { caller: row.caller, called: row.called, trunk: 'carrier', leg: '1772300000.1' })
  if (row.reason !== 'rejected') {
    tell('CallAnswered', 900)
    tell('NodeEntered', 10, { flow: 'hotline', revision: 3, node: 'greeting' })
    tell('NodeLeft', 4200, { flow: 'hotline', revision: 3, node: 'greeting', way: 'next', seconds: 4.2 })
    tell('DigitsEntered', 1800, { node: 'choice', digits: '0' })
    tell('CallQueued', 1000, { queue: row.queue, position: 3, estimate: 40, priority: 0 })
    if (row.wait_seconds > 30) tell('PositionTold', 15_000, { queue: row.queue, position: 2, estimate: 25 })
    const left = row.wait_seconds * 1000 - (row.wait_seconds > 30 ? 15_000 : 0)
    if (row.agents.length === 0) {
      tell('CallLeftQueue', left, { queue: row.queue, reason: 'abandoned', waited: row.wait_seconds })
    } else {
      const agent = row.agents[0]
      tell('CallOffered', Math.max(0, left - 3000), { queue: row.queue, agent, waited: row.wait_seconds, why: 'longest idle: idle 12.4 s' })
      tell('LegStarted', 12, { leg: '1772300000.2', party: 'agent', address: `${agent}-web` })
      tell('LegRinging', 60, { leg: '1772300000.2' })
      tell('LegAnswered', 2600, { leg: '1772300000.2' })
      tell('RecordingStarted', 5, { recording: row.recordings[0], agent })
      tell('TalkStarted', 8, { agent, leg: '1772300000.2', queue: row.queue, waited: row.wait_seconds })
      const talk = row.talk_seconds * 1000
      if (row.talk_seconds > 120) {
        tell('CallHeld', talk * 0.4, { agent })
        tell('CallRetrieved', talk * 0.1, { agent })
        tell('TalkEnded', talk * 0.5, { agent, seconds: row.talk_seconds, ended_by: 'agent' })
      } else tell('TalkEnded', talk, { agent, seconds: row.talk_seconds, ended_by: 'caller' })
      tell('RecordingFinished', 120, { recording: row.recordings[0], seconds: row.talk_seconds, bytes: row.talk_seconds * 32_000, repaired: false })
      if (row.satisfaction) tell('SatisfactionGiven', 7000, { agent, key: row.satisfaction, score: 6 - Number(row.satisfaction) })
    }
  }
  tell('CallEnded', 900, { reason: row.reason, seconds: (Date.parse(row.ended_at) - Date.parse(row.arrived_at)) / 1000, answered: row.agents.length > 0 })
  return {
    ...row,
    events,
    cdr: row.agents.length
      ? [1, 2].map((leg) => ({ leg: `1772300000.${leg}`, started_at: row.arrived_at, answered_at: row.answered_at, ended_at: row.ended_at, seconds: row.talk_seconds, disposition: 'ANSWERED' }))
      : [],
  }
}

/** Two voices that take turns, as PCM 16 bit, 8 kHz, caller left and agent right. */
export function recording(seconds, seed) {
  const rate = 8000
  const random = dice(seed)
  const frames = Math.round(seconds * rate)
  const data = Buffer.alloc(44 + frames * 4)
  data.write('RIFF', 0)
  data.writeUInt32LE(36 + frames * 4, 4)
  data.write('WAVEfmt ', 8)
  data.writeUInt32LE(16, 16)
  data.writeUInt16LE(1, 20)
  data.writeUInt16LE(2, 22)
  data.writeUInt32LE(rate, 24)
  data.writeUInt32LE(rate * 4, 28)
  data.writeUInt16LE(4, 32)
  data.writeUInt16LE(16, 34)
  data.write('data', 36)
  data.writeUInt32LE(frames * 4, 40)
  let speaker = 1
  let left = 0
  let loud = 0
  let pitch = 150
  for (let i = 0; i < frames; i++) {
    if (left-- <= 0) {
      left = Math.floor((0.15 + random() * 0.5) * rate)
      if (random() < 0.18) speaker = 1 - speaker
      loud = random() < 0.22 ? 0 : 2500 + random() * 15_000
      pitch = (speaker ? 210 : 130) + random() * 60
    }
    const shape = Math.sin((Math.PI * left) / (0.4 * rate)) ** 2
    const value = loud * shape * Math.sin((2 * Math.PI * pitch * i) / rate) + (random() - 0.5) * 120
    const other = (random() - 0.5) * 160
    data.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(speaker === 0 ? value : other))), 44 + i * 4)
    data.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(speaker === 1 ? value : other))), 46 + i * 4)
  }
  return data
}

const AGENT_MAY = ['agent.work', 'calls.see', 'recordings.listen']
const LEADER_MAY = [...AGENT_MAY, 'board.see', 'supervision.join', 'supervision.control', 'calls.see_numbers', 'recordings.download', 'people.see']
const ADMIN_MAY = [...LEADER_MAY, 'people.manage', 'audit.see', 'system.see', 'system.manage']
export const ACCOUNTS = [
  { id: 'p1', login: 'zhang', name: '张晓燕', agent_no: '1001', organisation: 'city', roles: ['agent'], permissions: AGENT_MAY, auto_answer: false, disabled: false, version: 1 },
  { id: 'p2', login: 'wang', name: '王建国', agent_no: '1002', organisation: 'city', roles: ['agent'], permissions: AGENT_MAY, auto_answer: true, disabled: false, version: 1 },
  { id: 'p3', login: 'leader', name: '周班长', agent_no: '1900', organisation: 'city', roles: ['supervisor'], permissions: LEADER_MAY, auto_answer: false, disabled: false, version: 1 },
  { id: 'p4', login: 'admin', name: '系统管理员', agent_no: null, organisation: 'city', roles: ['admin'], permissions: ADMIN_MAY, auto_answer: false, disabled: false, version: 1 },
  ...NAMES.slice(2).map((name, index) => ({ id: `p${index + 5}`, login: `agent${agentNo(index + 2)}`, name, agent_no: agentNo(index + 2), organisation: 'city', roles: ['agent'], permissions: AGENT_MAY, auto_answer: index % 3 === 0, disabled: index % 11 === 5, version: 1 })),
]
export const ROLES = [
  { name: 'agent', title: '座席' },
  { name: 'supervisor', title: '班长' },
  { name: 'admin', title: '管理员' },
]
export const ORGANISATIONS = [
  { name: 'city', title: '市12345政务服务便民热线', region: '320400', parent: null },
  { name: 'wujin', title: '武进区分中心', region: '320412', parent: 'city' },
]
