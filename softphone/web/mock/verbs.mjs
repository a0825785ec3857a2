/** What an agent does with his own call, as far as the mock goes. */

export function verbsOf(world, registrar) {
  function change(agent, state, more = {}) {
    agent.call = { ...agent.call, state, ...more }
    world.set(agent, 'talking')
  }
  return {
    hangup: (agent) => (agent.state === 'ringing' ? (registrar.end(agent.leg), (agent.call = null), world.set(agent, 'break', 'rejected')) : world.finish(agent)),
    hold: (agent) => change(agent, 'held'),
    retrieve: (agent) => change(agent, 'talking'),
    transfer: (agent) => world.finish(agent),
    interrupted: (agent) => change(agent, 'returning', { browser: false }),
    move: (agent) => change(agent, 'returning', { browser: false }),
    reconnect: (agent) => {
      const call = { ...agent.call, number: '+8613800000001', arrived: Date.now() - 4000 }
      agent.call = null
      return world.offer(agent, call)
    },
    consult: (agent, { to }) => {
      change(agent, 'consulting', { consulted: to.split(':')[1], consulted_answered: false })
      setTimeout(() => {
        if (agent.call?.state === 'consulting') change(agent, 'consulting', { consulted_answered: true })
      }, 2500)
    },
    'consult/complete': (agent) => world.finish(agent),
    'consult/cancel': (agent) => change(agent, 'talking', { consulted: '', consulted_answered: false }),
    conference: (agent) => change(agent, 'conference'),
    // 120 is busy here; the others answer after a while, and talk until the agent leaves.
    emergency: (agent, { to }) => {
      change(agent, 'talking', { emergency: { to, title: '', state: 'dialling', result: null } })
      const call = agent.call.id
      setTimeout(() => {
        if (agent.call?.id !== call) return
        change(agent, 'talking', { emergency: to === '120' ? { to, title: '', state: 'not_reached', result: 'busy' } : { to, title: '', state: 'connected', result: null } })
      }, 2500)
    },
    leave: (agent) => world.finish(agent),
    put_out: (agent) => change(agent, 'talking', { consulted: '', consulted_answered: false }),
    digits: () => undefined,
    to_flow: (agent) => world.finish(agent),
  }
}
