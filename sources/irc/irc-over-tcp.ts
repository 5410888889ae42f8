/** IRC as it was always spoken: lines over TCP, with TLS (`ircs:`, port 6697) or without (`irc:`, port 6667). */
import { readyEvent, type TcpTarget } from '../tcp/connect-tcp.ts'
import type { OpenTransport } from './irc-transport.ts'

export const ircOverTcp: OpenTransport = (url, { connect }, handlers) => {
  const target = ircTarget(url)
  const socket = connect(target)
  // Lines are short, and an answer to a PING should not wait for the next one.
  socket.setNoDelay(true)
  let failure: Error | null = null
  socket.once(readyEvent(target), () => handlers.onOpen())
  socket.on('data', (data: Buffer) => handlers.onData(data))
  socket.on('error', (cause) => {
    failure = cause
  })
  socket.on('close', () => handlers.onClose(failure, failure ? '' : 'closed by the server'))
  return { send: (line) => void socket.write(`${line}\r\n`), drop: () => socket.destroy() }
}

export function ircTarget(url: string): TcpTarget {
  const { protocol, hostname, port } = new URL(url)
  const isEncrypted = protocol === 'ircs:'
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return { host, port: port === '' ? (isEncrypted ? 6697 : 6667) : Number(port), isEncrypted }
}
