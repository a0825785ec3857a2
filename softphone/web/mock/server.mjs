/**
 * A stand-in for the hotline while the console is worked on: `npm run mock`, then open the address it prints.
 *
 * Accounts: zhang, wang (agents), leader (shift leader), admin; the password of each is `demo`. It serves the built
 * console with the strict headers that production should have. `--port N` chooses the port, 0 a free one.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { WebSocketServer } from 'ws'
import { ACCOUNTS, BREAKS, mask, NAMES, agentNo, ORGANISATIONS, pastCalls, QUEUES, recording, ROLES, storyOf } from './past.mjs'
import { ROUTES as SCREEN_ROUTES } from './screens.mjs'
import { Registrar } from './sip.mjs'
import { verbsOf } from './verbs.mjs'
import { World } from './world.mjs'

const { values } = parseArgs({ options: { port: { type: 'string', default: '8345' } } })
const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' }
const POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; connect-src 'self' ws: wss:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"

const sessions = new Map()
const clients = new Set()
const pendingAgents = new Set()
const pendingQueues = new Set()
const toldCalls = new Map()
const past = pastCalls(640, Date.now())
const registrar = new Registrar((user) => tellAgent(user.replace('-web', '')))
const world = new World(registrar, (kind, value) => {
  if (kind === 'agent') {
    pendingAgents.add(value.agent)
    tellAgent(value.agent)
  } else if (kind === 'queue') pendingQueues.add(value.queue)
})

const verbs = verbsOf(world, registrar)

function tellAgent(no) {
  if (!world?.agents.has(no)) return
  for (const client of clients) {
    if (client.topics.has('agent') && client.person.agent_no === no) client.say({ topic: 'agent', change: world.snapshot(no) })
  }
}

function changedCalls() {
  const open = new Map(world.openCalls().map((call) => [call.id, call]))
  const changed = [...open.values()].filter((call) => toldCalls.get(call.id) !== JSON.stringify(call))
  const ended = [...toldCalls.keys()].filter((id) => !open.has(id)).map((id) => ({ id, ended: true, abandoned: false }))
  for (const call of changed) toldCalls.set(call.id, JSON.stringify(call))
  for (const call of ended) toldCalls.delete(call.id)
  return [...changed, ...ended]
}

setInterval(() => {
  const changes = [
    ...[...pendingAgents].map((no) => ({ agent: world.boardAgent(world.agents.get(no)) })),
    ...[...pendingQueues].map((name) => ({ queue: world.queues.get(name) })),
    ...changedCalls().map((call) => ({ call })),
  ]
  pendingAgents.clear()
  pendingQueues.clear()
  for (const client of clients) if (client.topics.has('board')) client.tell(changes.map((change) => ({ topic: 'board', change })))
}, 200)

const problem = (status, code, title, detail = '', field) => ({ status, body: { type: 'about:blank', title, status, code, detail, ...(field && { field }) }, problem: true })
const ok = (body, status = 200) => ({ status, body })
const paged = (items, query) => {
  const page = Number(query.get('page') ?? 1)
  const size = Number(query.get('size') ?? 50)
  return ok({ items: items.slice((page - 1) * size, page * size), total: items.length, page, size })
}
const shown = (row) => ({ ...row, caller: mask(row.caller) })

function forAgent(person) {
  return person.agent_no && world.agents.get(person.agent_no)
}

function findCalls(query) {
  const number = (query.get('number') ?? '').replaceAll('*', '')
  return past.filter(
    (row) =>
      (!query.get('from') || row.arrived_at >= query.get('from')) &&
      (!query.get('to') || row.arrived_at <= query.get('to')) &&
      (!query.get('agent') || row.agents.includes(query.get('agent'))) &&
      (!query.get('queue') || row.queue === query.get('queue')) &&
      (!query.get('reason') || row.reason === query.get('reason')) &&
      (!number || row.caller.endsWith(number.slice(-4))),
  )
}

/** The same for everybody: what an inbox looks like. */
const messages = [
  { id: '01M2', at: new Date(Date.now() - 300_000).toISOString(), kind: 'note', kind_title: '通知', title: '明天上午系统维护', text: '8:00 至 8:30 请使用备用台席。', link: '', urgency: 'normal', by: '王芳', read: false },
  { id: '01M1', at: new Date(Date.now() - 90_000_000).toISOString(), kind: 'note', kind_title: '通知', title: '新增队列“供暖”', text: '', link: '/desk', urgency: 'quiet', by: '', read: true },
]

const routes = [
  ['GET', /^\/api\/inbox$/, ({ query }) => {
    const items = messages.filter((one) => (query.get('unread') !== 'true' || !one.read) && (!query.get('kind') || one.kind === query.get('kind')))
    return ok({ items, total: items.length, page: 1, size: 20 })
  }],
  ['GET', /^\/api\/inbox\/kinds$/, () => ok([{ value: 'note', title: '通知' }])],
  ['POST', /^\/api\/inbox\/mark$/, ({ body }) => (messages.filter((one) => body.ids.includes(one.id)).forEach((one) => (one.read = body.read)), ok({ done: 1 }))],
  ['POST', /^\/api\/inbox\/mark_all$/, () => (messages.forEach((one) => (one.read = true)), ok({ done: messages.length }))],
  ['GET', /^\/api\/phone$/, ({ person, host }) => (person.agent_no ? ok({ endpoint: person.agent_no, server: '127.0.0.1:5060', endpoint6: null, server6: null, web: { endpoint: `${person.agent_no}-web`, realm: 'hotline', ha1: 'demo', host: '127.0.0.1', port: 8088, ws_url: `ws://${host}/sip` } }) : problem(404, 'no_phone', '没有分配话机'))],
  ['GET', /^\/api\/agent$/, ({ person }) => (forAgent(person) ? ok(world.snapshot(person.agent_no)) : problem(404, 'no_agent', '没有工号'))],
  ['GET', /^\/api\/agent\/reasons$/, () => ok(BREAKS)],
  ['GET', /^\/api\/agent\/targets$/, () => ok({ agents: [...world.agents.values()].filter(({ state }) => state !== 'signed_out').map(({ agent, name, state }) => ({ agent, name, state, reachable: state !== 'offline', engaged: '' })), queues: [...world.queues.values()].map(({ queue, title, waiting, ready }) => ({ queue, title, waiting, ready })), flows: [{ flow: 'survey', title: '满意度评价' }] })],
  ['PUT', /^\/api\/agent\/state$/, ({ person, body }) => {
    const agent = forAgent(person)
    if (body.state === 'ready' && !registrar.has(`${agent.agent}-web`)) return problem(409, 'no_phone', '不能就绪', '话机没有注册')
    if (agent.call) {
      agent.requested = body.reason ? `${body.state}:${body.reason}` : body.state
      world.set(agent, agent.state)
    } else world.set(agent, body.state, body.reason)
    return ok(world.snapshot(agent.agent))
  }],
  ['PUT', /^\/api\/phone\/place$/, ({ body }) => ok({ browser: body.browser, address: '127.0.0.1', since: new Date().toISOString() })],
  ['PUT', /^\/api\/agent\/answer_mode$/, ({ person, body }) => ((person.auto_answer = body.auto), ok({}))],
  ['POST', /^\/api\/agent\/wrapup\/end$/, ({ person }) => (world.set(forAgent(person), 'ready'), ok(world.snapshot(person.agent_no)))],
  ['POST', /^\/api\/agent\/wrapup\/extend$/, ({ person, body }) => {
    const agent = forAgent(person)
    agent.wrapup_until = new Date(Date.parse(agent.wrapup_until) + body.seconds * 1000).toISOString()
    tellAgent(agent.agent)
    return ok(world.snapshot(agent.agent))
  }],
  ['POST', /^\/api\/agent\/call\/(.+)$/, ({ person, body, found }) => {
    const agent = forAgent(person)
    if (!agent?.call) return problem(409, 'no_call', '当前没有通话')
    if (!(found[1] in verbs)) return problem(404, 'unknown_verb', '没有这个操作')
    verbs[found[1]](agent, body)
    return ok(world.snapshot(agent.agent))
  }],
  ['POST', /^\/api\/supervision\/(\d+)\/(\w+)$/, ({ person, found }) => {
    const agent = world.agents.get(found[1])
    if (!agent?.call) return problem(409, 'not_talking', '座席不在通话中')
    if (found[2] === 'hangup') {
      agent.call = null
      world.set(agent, 'wrapup')
    } else {
      const own = forAgent(person)
      own.spy = registrar.invite(`${own.agent}-web`, agent.agent, '', () => undefined)
    }
    return ok({})
  }],
  ['PUT', /^\/api\/supervision\/(\d+)\/state$/, ({ found, body }) => (world.set(world.agents.get(found[1]), body.state, body.reason), ok({}))],
  ['GET', /^\/api\/board$/, () => ok(world.board())],
  ['GET', /^\/api\/agent\/calls\/(\w+)\/earlier$/, ({ person }) => {
    const caller = forAgent(person)?.call?.caller
    const earlier = past.filter((one) => one.caller === caller).map((one) => ({ ...shown(one), within_reach: one.agents.includes(person.agent_no) }))
    return ok({ items: earlier.slice(0, 20), total: earlier.length })
  }],
  ['GET', /^\/api\/calls$/, ({ query }) => paged(findCalls(query).map(shown), query)],
  ['GET', /^\/api\/calls\/(\w+)$/, ({ found }) => {
    const row = past.find((one) => one.id === found[1])
    if (!row) return problem(404, 'no_call', '没有找到这通电话')
    const story = storyOf(row)
    return ok({ ...story, caller: mask(row.caller), events: story.events.map((event) => (event.details.caller === undefined ? event : { ...event, details: { ...event.details, caller: mask(event.details.caller) } })) })
  }],
  ['GET', /^\/api\/recordings\/([\w-]+)\/outline$/, () => ok({ a_second: 10, sides: ['gICAAACA', 'AACAgIAA'], speech: [[[0, 0.3]], [[0.2, 0.5]]] })],
  ['GET', /^\/api\/recordings\/([\w-]+)$/, ({ found }) => {
    const row = past.find((one) => one.recordings.includes(found[1]))
    return row ? ok({ id: found[1], call: row.id, agent: row.agents[0], started_at: row.answered_at, seconds: row.talk_seconds, bytes: row.talk_seconds * 32_000, channels: 2, state: 'stored', repaired: false, kind: 'talk' }) : problem(404, 'no_recording', '没有找到录音')
  }],
  ['GET', /^\/api\/people$/, ({ query }) => {
    const q = query.get('search') ?? ''
    return paged(ACCOUNTS.filter((one) => (!q || `${one.name}${one.login}${one.agent_no}`.includes(q)) && (!query.get('organisation') || one.organisation === query.get('organisation'))), query)
  }],
  ['POST', /^\/api\/people$/, ({ body }) => {
    if (ACCOUNTS.some((one) => one.login === body.login)) return problem(409, 'login_taken', '账号已存在', '请换一个账号', 'login')
    const fresh = { id: `p${ACCOUNTS.length + 1}`, permissions: [], auto_answer: false, disabled: false, version: 1, organisation: 'city', ...body }
    ACCOUNTS.unshift(fresh)
    return ok({ person: fresh, password: randomBytes(6).toString('base64url') }, 201)
  }],
  ['PUT', /^\/api\/people\/(\w+)$/, ({ found, body }) => {
    const person = ACCOUNTS.find((one) => one.id === found[1])
    if (body.version !== person.version) return problem(409, 'changed_meanwhile', '与现有数据冲突', '别人刚刚改过，请刷新后再改')
    return ok(Object.assign(person, body, { version: person.version + 1 }))
  }],
  ['POST', /^\/api\/people\/(\w+)\/(enable|disable)$/, ({ found }) => ok(Object.assign(ACCOUNTS.find((one) => one.id === found[1]), { disabled: found[2] === 'disable' }))],
  ['GET', /^\/api\/organisations$/, () => ok(ORGANISATIONS)],
  ['PUT', /^\/api\/session\/password$/, ({ body }) => (body.old === 'demo' ? ok({}) : problem(422, 'wrong_password', '填写有误', '原密码不正确', 'old'))],
  ['POST', /^\/api\/people\/(\w+)\/password$/, () => ok({ password: randomBytes(6).toString('base64url') })],
  ['GET', /^\/api\/roles$/, () => ok(ROLES)],
]

const sounds = new Map()
function sound(request, response, id) {
  const row = past.find((one) => one.recordings.includes(id))
  if (!row) return send(response, problem(404, 'no_recording', '没有找到录音'))
  if (!sounds.has(id)) sounds.set(id, recording(row.talk_seconds, Number.parseInt(id.slice(12, 16), 36)))
  const data = sounds.get(id)
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '')
  const first = range ? Number(range[1]) : 0
  const last = range?.[2] ? Math.min(Number(range[2]), data.length - 1) : data.length - 1
  response.writeHead(range ? 206 : 200, { 'Content-Type': 'audio/wav', 'Accept-Ranges': 'bytes', 'Content-Length': last - first + 1, ...(range && { 'Content-Range': `bytes ${first}-${last}/${data.length}` }) })
  response.end(data.subarray(first, last + 1))
}

function send(response, { status, body, problem: bad }, headers = {}) {
  response.writeHead(status, { 'Content-Type': bad ? 'application/problem+json' : 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

const me = ({ id, login, name, agent_no, organisation, roles, permissions, auto_answer }) => ({ id, login, name, agent_no, organisation, organisation_title: '市民热线中心', roles, permissions, auto_answer, must: [] })
const sessionOf = (request) => sessions.get(/hotline=(\w+)/.exec(request.headers.cookie ?? '')?.[1])

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://x')
  if (!url.pathname.startsWith('/api/')) return serve(response, url.pathname)
  let text = ''
  for await (const chunk of request) text += chunk
  const body = text && request.headers['content-type'] === 'application/json' ? JSON.parse(text) : {}
  const session = sessionOf(request)
  if (url.pathname === '/api/session') {
    if (request.method === 'POST') {
      const person = ACCOUNTS.find((one) => one.login === body.login)
      if (!person || body.password !== 'demo') return send(response, problem(401, 'bad_credentials', '登录失败', '账号或密码不正确'))
      const id = randomBytes(12).toString('hex')
      sessions.set(id, { id, person, csrf: randomBytes(8).toString('hex') })
      return send(response, ok({ person: me(person), csrf: sessions.get(id).csrf }), { 'Set-Cookie': `hotline=${id}; HttpOnly; SameSite=Lax; Path=/` })
    }
    if (!session) return send(response, problem(401, 'no_session', '请先登录'))
    if (request.method === 'GET') return send(response, ok({ person: me(session.person), csrf: session.csrf }))
    sessions.delete(session.id)
    for (const client of clients) if (client.session === session.id) client.socket.close(4401)
    return send(response, ok({}))
  }
  if (!session) return send(response, problem(401, 'no_session', '请先登录'))
  if (request.method !== 'GET' && request.headers['x-csrf'] !== session.csrf) return send(response, problem(403, 'csrf', '请求校验失败', '请刷新页面后再试'))
  const audio = /^\/api\/recordings\/([\w-]+)\/audio$/.exec(url.pathname)
  if (audio) return sound(request, response, audio[1])
  for (const [method, pattern, handle] of [...routes, ...SCREEN_ROUTES]) {
    const found = request.method === method && pattern.exec(url.pathname)
    if (found) return send(response, handle({ person: session.person, body, found, query: url.searchParams, host: request.headers.host }))
  }
  return send(response, problem(404, 'no_route', '没有找到'))
})

function serve(response, path) {
  const file = normalize(join(DIST, path))
  const found = file.startsWith(DIST) && extname(file) && existsSync(file) ? file : join(DIST, 'index.html')
  if (extname(path) && found.endsWith('index.html') && !path.endsWith('index.html')) return response.writeHead(404).end()
  response.writeHead(200, { 'Content-Type': TYPES[extname(found)] ?? 'application/octet-stream', 'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff' })
  response.end(readFileSync(found))
}

const live = new WebSocketServer({ noServer: true })
const sip = new WebSocketServer({ noServer: true, handleProtocols: () => 'sip' })
server.on('upgrade', (request, socket, head) => {
  if (request.url === '/sip') return sip.handleUpgrade(request, socket, head, (client) => registrar.connect(client))
  return live.handleUpgrade(request, socket, head, (client) => connect(client, sessionOf(request)))
})

function connect(socket, session) {
  if (!session) return socket.close(4401)
  const client = { socket, session: session.id, person: session.person, topics: new Set(), say: (frame) => socket.send(JSON.stringify(frame)), tell: (frames) => frames.length && socket.send(JSON.stringify(frames.length === 1 ? frames[0] : frames)) }
  clients.add(client)
  socket.on('close', () => clients.delete(client))
  socket.on('message', (data) => {
    const message = JSON.parse(String(data))
    if (message.unsubscribe) client.topics.delete(message.unsubscribe)
    if (!message.subscribe) return
    if (message.subscribe === 'board' && !client.person.permissions.includes('board.see')) {
      client.say({ error: { topic: 'board', code: 'not_allowed', detail: '没有查看实时监控的权限' } })
      return
    }
    client.topics.add(message.subscribe)
    if (message.subscribe === 'agent') client.say({ topic: 'agent', snapshot: world.snapshot(client.person.agent_no) })
    if (message.subscribe === 'inbox') client.say({ topic: 'inbox', snapshot: { unread: { all: messages.filter((one) => !one.read).length, urgent: 0 } } })
    if (message.subscribe === 'board') client.say({ topic: 'board', snapshot: world.board() })
  })
}

server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`mock of ${NAMES.length} agents (${agentNo(0)}…) and ${QUEUES.length} queues at http://127.0.0.1:${server.address().port}`)
})
