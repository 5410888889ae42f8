/**
 * One IRC connection over a WebSocket, from the handshake to its end. It notices by itself when the other side is
 * gone without a word (a laptop that slept, a NAT that forgot): after a silence it asks PING, and without any
 * answer it drops the socket. It does not reconnect and knows nothing of Twitch.
 */
import type { SourceEnvironment } from '../source-environment.ts'
import { LineSplitter } from './line-splitter.ts'

export interface IrcLimits {
  /** until the WebSocket is open */
  readonly connectMs: number
  /** without a byte, until we ask PING */
  readonly silenceMs: number
  /** for an answer to that PING */
  readonly pongMs: number
  /** for the rest of a line whose end did not come */
  readonly restMs: number
}

/** The values of the Twitch clients that last for weeks. */
export const ircLimits: IrcLimits = { connectMs: 10_000, silenceMs: 60_000, pongMs: 10_000, restMs: 250 }

export interface IrcEnd {
  readonly reason: 'connect-failed' | 'connect-timeout' | 'silent' | 'closed' | 'left'
  readonly detail: string
}

export interface IrcConnection {
  readonly send: (line: string) => void
  /** Ends it now; `ended` then says `left`. */
  readonly leave: () => void
  /** Never rejects. */
  readonly ended: Promise<IrcEnd>
}

export interface IrcHandlers {
  readonly onOpen: () => void
  readonly onLine: (line: string) => void
  /** so many lines could not be kept */
  readonly onOverlong: (lines: number) => void
}

/** A frame of more than this is not chat; `ws` then closes the connection. */
const MAX_FRAME_BYTES = 1_048_576

export function connectIrc(
  url: string,
  { clock, WebSocket }: Pick<SourceEnvironment, 'clock' | 'WebSocket'>,
  limits: IrcLimits,
  handlers: IrcHandlers,
): IrcConnection {
  const { promise: ended, resolve } = Promise.withResolvers<IrcEnd>()
  const splitter = new LineSplitter()
  // A frame may end inside a character; invalid bytes become U+FFFD instead of costing the connection.
  const decoder = new TextDecoder('utf-8')
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    skipUTF8Validation: true,
    followRedirects: false,
    // Servers that also serve browsers refuse a handshake without one.
    origin: `${new URL(url).protocol.replace('ws', 'http')}//${new URL(url).host}`,
  })
  let isOpen = false
  let hasEnded = false
  let lastTraffic = clock.now()
  let failure = ''
  let cancelRest = () => {}
  let cancelWatch = clock.after(limits.connectMs, () =>
    finish('connect-timeout', `no answer in ${limits.connectMs} ms`),
  )

  const finish = (reason: IrcEnd['reason'], detail: string) => {
    if (hasEnded) return
    hasEnded = true
    cancelWatch()
    cancelRest()
    // A close handshake would wait for a peer that may be gone.
    socket.terminate()
    resolve({ reason, detail })
  }
  const send = (line: string) => {
    if (isOpen && !hasEnded) socket.send(`${line}\r\n`)
  }
  const watch = () => {
    const silentFor = clock.now() - lastTraffic
    if (silentFor < limits.silenceMs) {
      cancelWatch = clock.after(limits.silenceMs - silentFor, watch)
      return
    }
    const askedAt = lastTraffic
    send(`PING :${clock.now()}`)
    cancelWatch = clock.after(limits.pongMs, () => {
      if (lastTraffic === askedAt) finish('silent', `no answer to PING in ${limits.pongMs} ms`)
      else watch()
    })
  }
  const deliver = (lines: readonly string[]) => {
    for (const line of lines) {
      if (hasEnded) return
      handlers.onLine(line)
    }
  }

  socket.on('open', () => {
    if (hasEnded) return
    isOpen = true
    lastTraffic = clock.now()
    cancelWatch()
    watch()
    handlers.onOpen()
  })
  socket.on('message', (data) => {
    if (hasEnded) return
    lastTraffic = clock.now()
    cancelRest()
    const before = splitter.overlong
    deliver(splitter.push(decoder.decode(data as Buffer, { stream: true })))
    if (splitter.overlong > before) handlers.onOverlong(splitter.overlong - before)
    if (splitter.hasRest) cancelRest = clock.after(limits.restMs, () => deliver(splitter.flush()))
  })
  // Every WebSocket ping of the server is traffic too; `ws` answers it.
  socket.on('ping', () => {
    lastTraffic = clock.now()
  })
  socket.on('error', (cause) => {
    failure = cause.message
  })
  socket.on('close', (code, reason) => {
    deliver(splitter.flush())
    const said = [failure, reason.toString('utf8'), isOpen ? `close code ${code}` : ''].filter((part) => part !== '')
    finish(isOpen ? 'closed' : 'connect-failed', said.join(', '))
  })
  return { send, ended, leave: () => finish('left', '') }
}
