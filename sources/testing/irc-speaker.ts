/** Somebody else in the channel: a bare client, over a WebSocket, TCP or TLS, that shares no code with ours. */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { WebSocket } from 'ws'

interface Wire {
  readonly send: (line: string) => void
  readonly close: () => void
}

export class Speaker {
  #wire: Wire | null = null
  readonly nick: string
  /** what the server sent, line by line */
  readonly heard: string[] = []

  private constructor(nick: string) {
    this.nick = nick
  }

  static async join(url: string, nick: string, channel: string): Promise<Speaker> {
    const speaker = new Speaker(nick)
    const joined = Promise.withResolvers<void>()
    const late = setTimeout(() => joined.reject(new Error(`${nick} could not join ${channel}`)), 10_000)
    const onLine = (line: string) => {
      speaker.heard.push(line)
      if (line.startsWith('PING')) speaker.send(line.replace('PING', 'PONG'))
      if (/^\S+ 001 /.test(line)) speaker.send(`JOIN ${channel}`)
      if (/^\S+ 366 /.test(line)) joined.resolve()
    }
    try {
      speaker.#wire = await (url.startsWith('ws') ? overWebSocket : overTcp)(url, onLine)
      speaker.send(`NICK ${nick}`)
      speaker.send(`USER ${nick} 8 * :${nick}`)
      await joined.promise
    } finally {
      clearTimeout(late)
    }
    return speaker
  }

  send(line: string): void {
    this.#wire?.send(line)
  }

  close(): void {
    this.#wire?.close()
  }
}

async function overWebSocket(url: string, onLine: (line: string) => void): Promise<Wire> {
  const socket = new WebSocket(url, { origin: 'http://localhost' })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.on('error', () => {})
  socket.on('message', (data) => onLine(String(data)))
  return { send: (line) => socket.send(line), close: () => socket.terminate() }
}

async function overTcp(url: string, onLine: (line: string) => void): Promise<Wire> {
  const { hostname: host, port, protocol } = new URL(url)
  const isEncrypted = protocol === 'ircs:'
  const options = { host, port: Number(port) }
  // Whose certificate it is concerns our client, not this one.
  const socket: Socket = isEncrypted ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options)
  socket.setEncoding('utf8')
  await new Promise((resolve, reject) =>
    socket.once(isEncrypted ? 'secureConnect' : 'connect', resolve).once('error', reject),
  )
  socket.on('error', () => {})
  let rest = ''
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
  return { send: (line) => void socket.write(`${line}\r\n`), close: () => socket.destroy() }
}
