import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import Ajv2020 from 'ajv/dist/2020'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Frame } from '@/api/live'
// @ts-expect-error plain JavaScript
import { verbsOf } from '../mock/verbs.mjs'
// @ts-expect-error plain JavaScript
import { World } from '../mock/world.mjs'

/** What the mock sends is what the engine's models can say: the schema is made from them. */
const schema = JSON.parse(readFileSync(new URL('../mock/messages.schema.json', import.meta.url), 'utf8')) as object & {
  events: Record<string, string[]>
}
const ajv = new Ajv2020({ strict: false, validateFormats: false })
ajv.addSchema(schema, 'engine')

function fits(model: string, value: unknown): void {
  const check = ajv.getSchema(`engine#/$defs/${model}`)
  if (!check) throw new Error(`the engine has no ${model}`)
  check(JSON.parse(JSON.stringify(value)))
  expect(check.errors ?? [], model).toEqual([])
}

describe('the mock over the wire', () => {
  let mock: ChildProcess
  let address = ''
  let cookie = ''
  let csrf = ''

  beforeAll(async () => {
    mock = spawn(process.execPath, [new URL('../mock/server.mjs', import.meta.url).pathname, '--port', '0'])
    address = await new Promise<string>((found, failed) => {
      mock.stdout?.on('data', (text: Buffer) => {
        const said = /http:\S+/.exec(String(text))
        if (said) found(said[0])
      })
      mock.stderr?.on('data', (text: Buffer) => failed(new Error(String(text))))
    })
    const response = await fetch(`${address}/api/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login: 'leader', password: 'demo' }) })
    cookie = response.headers.get('Set-Cookie')?.split(';')[0] ?? ''
    const answer = (await response.json()) as { csrf: string }
    csrf = answer.csrf
    fits('SessionAnswer', answer)
  })
  afterAll(() => mock.kill())

  async function get(path: string): Promise<unknown> {
    return (await fetch(address + path, { headers: { Cookie: cookie, 'X-CSRF': csrf } })).json()
  }

  it('answers with what the engine can', async () => {
    fits('AgentSnapshot', await get('/api/agent'))
    fits('BoardSnapshot', await get('/api/board'))
    fits('Targets', await get('/api/agent/targets'))
    fits('PhoneSettings', await get('/api/phone'))
    for (const reason of (await get('/api/agent/reasons')) as unknown[]) fits('BreakReason', reason)
    const calls = (await get('/api/calls?size=200')) as { items: { id: string; recordings: string[] }[] }
    fits('CallList', calls)
    const seen = new Set<string>()
    for (const call of calls.items.slice(0, 60)) {
      const story = (await get(`/api/calls/${call.id}`)) as { events: { type: string; details: object }[] }
      fits('CallStory', story)
      for (const event of story.events) {
        seen.add(event.type)
        expect(schema.events[event.type], event.type).toEqual(expect.arrayContaining(Object.keys(event.details)))
      }
      if (call.recordings[0]) fits('RecordingView', await get(`/api/recordings/${call.recordings[0]}`))
    }
    expect(seen.size).toBeGreaterThan(8)
  })

  it('tells changes as the engine does', async () => {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/ws`, { headers: { Cookie: cookie } })
    const frames: Frame[] = []
    await new Promise<void>((done) => {
      socket.on('open', () => socket.send(JSON.stringify({ subscribe: 'board' })))
      socket.on('message', (data) => {
        const said = JSON.parse(String(data)) as Frame | Frame[]
        frames.push(...(Array.isArray(said) ? said : [said]))
        if (frames.some((frame) => 'call' in Object(frame.change)) && frames.some((frame) => 'agent' in Object(frame.change))) done()
      })
    })
    socket.close()
    for (const frame of frames) {
      if (frame.snapshot) fits('BoardSnapshot', frame.snapshot)
      if (frame.change) fits('BoardChange', frame.change)
    }
  }, 20_000)
})

describe('the mock at an agent’s desk', () => {
  it('knows only states that the engine knows', () => {
    const registrar = { has: () => true, invite: () => 'leg', end: () => undefined }
    const world = new World(registrar, () => undefined)
    clearInterval(world.timer)
    const verbs = verbsOf(world, registrar) as Record<string, (agent: object, body: object) => void>
    const agent = world.agents.get('1001')
    world.set(agent, 'ready')
    fits('AgentSnapshot', world.snapshot('1001'))
    vi.useFakeTimers()
    for (const [to, state] of [['110', 'connected'], ['120', 'not_reached']] as const) {
      world.offer(agent, { ...world.newCall('queued'), number: '+8613800000002' })
      verbs.emergency?.(agent, { to })
      const told = [world.snapshot('1001')]
      vi.advanceTimersByTime(3000)
      told.push(world.snapshot('1001'))
      for (const one of told) fits('AgentSnapshot', one)
      expect(told.map((one) => one.call.emergency.state)).toEqual(['dialling', state])
      verbs.leave?.(agent, {})
    }
    vi.useRealTimers()
    for (const number of ['+8613800000002', '+8613800000010']) {
      world.offer(agent, { ...world.newCall('queued'), number })
      fits('AgentSnapshot', world.snapshot('1001'))
      for (const verb of ['retrieve', 'hold', 'retrieve', 'consult', 'consult/cancel', 'consult', 'conference', 'hangup']) {
        verbs[verb]?.(agent, { to: 'agent:1002' })
        fits('AgentSnapshot', world.snapshot('1001'))
      }
    }
  })
})
