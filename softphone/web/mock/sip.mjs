/** The least of a SIP registrar over WebSocket: browsers register, are invited, answer or refuse. There is no sound. */
import { randomBytes } from 'node:crypto'

const token = (bytes = 6) => randomBytes(bytes).toString('hex')

function parse(text) {
  const [head, body = ''] = text.split('\r\n\r\n')
  const [start, ...lines] = head.split('\r\n')
  const headers = lines.map((line) => {
    const at = line.indexOf(':')
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()]
  })
  const get = (name) => headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? ''
  const all = (name) => headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
  return { start, get, all, body }
}

const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=mock',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 0 101',
  'c=IN IP4 127.0.0.1',
  'a=rtcp-mux',
  'a=mid:0',
  'a=setup:actpass',
  'a=ice-ufrag:mock',
  'a=ice-pwd:mockmockmockmockmockmock',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=sendrecv',
  '',
].join('\r\n')

export class Registrar {
  #sockets = new Map()
  #calls = new Map()

  constructor(changed) {
    this.changed = changed
  }

  has(user) {
    return this.#sockets.has(user)
  }

  connect(socket) {
    socket.on('message', (data) => {
      const message = parse(String(data))
      if (message.start.startsWith('SIP/2.0')) this.#answered(message)
      else this.#asked(socket, message)
    })
    socket.on('close', () => {
      for (const [user, known] of this.#sockets) {
        if (known.socket === socket) {
          this.#sockets.delete(user)
          this.changed(user, false)
        }
      }
    })
  }

  invite(user, caller, callId, outcome) {
    const known = this.#sockets.get(user)
    if (!known) return null
    const call = { id: token(), user, caller, cseq: 1, fromTag: token(4), toTag: '', branch: `z9hG4bK${token()}`, outcome, up: false }
    this.#calls.set(call.id, call)
    this.#send(call, 'INVITE', 1, [`X-Hotline-Call: ${callId}`, 'Contact: <sip:mock@127.0.0.1>', 'Content-Type: application/sdp'], OFFER)
    return call
  }

  end(call) {
    if (!call || !this.#calls.has(call.id)) return
    this.#calls.delete(call.id)
    if (call.up) this.#send(call, 'BYE', 2)
    else this.#send(call, 'CANCEL', 1)
  }

  #send(call, method, cseq, extra = [], body = '') {
    const known = this.#sockets.get(call.user)
    if (!known) return
    const branch = method === 'INVITE' || method === 'CANCEL' ? call.branch : `z9hG4bK${token()}`
    const to = `<sip:${call.user}@127.0.0.1>${call.toTag ? `;tag=${call.toTag}` : ''}`
    known.socket.send(
      [
        `${method} ${known.contact} SIP/2.0`,
        `Via: SIP/2.0/WS 127.0.0.1;branch=${branch}`,
        `From: <sip:${call.caller}@127.0.0.1>;tag=${call.fromTag}`,
        `To: ${to}`,
        `Call-ID: ${call.id}`,
        `CSeq: ${cseq} ${method}`,
        'Max-Forwards: 70',
        ...extra,
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    )
  }

  #answered(message) {
    const call = this.#calls.get(message.get('Call-ID'))
    const code = Number(message.start.split(' ')[1])
    if (!call || !message.get('CSeq').endsWith('INVITE') || code < 200) return
    call.toTag = /tag=([^;]+)/.exec(message.get('To'))?.[1] ?? ''
    this.#send(call, 'ACK', 1)
    if (code < 300) {
      call.up = true
      call.outcome('answered')
    } else {
      this.#calls.delete(call.id)
      call.outcome(code === 487 ? 'cancelled' : 'rejected')
    }
  }

  #asked(socket, message) {
    const method = message.start.split(' ')[0]
    if (method === 'ACK') return
    const user = /sip:([^@>]+)@/.exec(message.get('From'))?.[1] ?? ''
    const contact = /<([^>]+)>/.exec(message.get('Contact'))?.[1] ?? ''
    const extra = []
    if (method === 'REGISTER') {
      const away = /expires=0/.test(message.get('Contact')) || message.get('Expires') === '0' || message.get('Contact') === '*'
      if (away) this.#sockets.delete(user)
      else this.#sockets.set(user, { socket, contact })
      this.changed(user, !away)
      extra.push(`Contact: <${contact}>;expires=60`)
    }
    const to = message.get('To')
    socket.send(
      [
        'SIP/2.0 200 OK',
        ...message.all('Via').map((via) => `Via: ${via}`),
        `From: ${message.get('From')}`,
        `To: ${to.includes('tag=') ? to : `${to};tag=${token(4)}`}`,
        `Call-ID: ${message.get('Call-ID')}`,
        `CSeq: ${message.get('CSeq')}`,
        ...extra,
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    )
    if (method === 'BYE') {
      const call = this.#calls.get(message.get('Call-ID'))
      this.#calls.delete(message.get('Call-ID'))
      call?.outcome('hung_up')
    }
  }
}
