/**
 * One IRC connection, over a WebSocket (`ws:`, `wss:`) or over TCP (`irc:`, `ircs:`), from the handshake to its end.
 * It notices by itself when the other side is gone without a word (a laptop that slept, a NAT that forgot): after a
 * silence it asks PING, and without any answer it drops the connection. It does not reconnect and knows nothing of
 * Twitch.
 */
import type { SourceEnvironment } from '../source-environment.ts'
import { ircOverTcp } from './irc-over-tcp.ts'
import { ircOverWebSocket } from './irc-over-websocket.ts'
import { type IrcTransport, isCertificateError } from './irc-transport.ts'
import { LineSplitter } from './line-splitter.ts'

export interface IrcLimits {
  /** until the connection is open, TLS and the WebSocket's handshake included */
  readonly connectMs: number
  /** without a byte, until we ask PING */
  readonly silenceMs: number
  /** for an answer to that PING */
  readonly pongMs: number
  /** for the rest of a line whose end did not come; over TCP it is waited for as long as the connection lives */
  readonly restMs: number
}

/** The values of the Twitch clients that last for weeks. */
export const ircLimits: IrcLimits = { connectMs: 10_000, silenceMs: 60_000, pongMs: 10_000, restMs: 250 }

export interface IrcEnd {
  /** `certificate`: the server's did not prove whose it is, and nothing was sent to it */
  readonly reason: 'connect-failed' | 'connect-timeout' | 'certificate' | 'silent' | 'closed' | 'left'
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

export function connectIrc(
  url: string,
  environment: Pick<SourceEnvironment, 'clock' | 'WebSocket' | 'connect'>,
  limits: IrcLimits,
  handlers: IrcHandlers,
): IrcConnection {
  const { clock } = environment
  const { promise: ended, resolve } = Promise.withResolvers<IrcEnd>()
  const isStream = /^ircs?:/.test(url)
  const splitter = new LineSplitter({ endsLines: isStream })
  // What arrives may end inside a character; invalid bytes become U+FFFD instead of costing the connection.
  const decoder = new TextDecoder('utf-8')
  let isOpen = false
  let hasEnded = false
  let lastTraffic = clock.now()
  let cancelRest = () => {}
  let cancelWatch = clock.after(limits.connectMs, () =>
    finish('connect-timeout', `no answer in ${limits.connectMs} ms`),
  )

  const finish = (reason: IrcEnd['reason'], detail: string) => {
    if (hasEnded) return
    hasEnded = true
    cancelWatch()
    cancelRest()
    transport.drop()
    resolve({ reason, detail })
  }
  const send = (line: string) => {
    if (isOpen && !hasEnded) transport.send(line)
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
  const alive = () => {
    lastTraffic = clock.now()
  }

  const transport: IrcTransport = (isStream ? ircOverTcp : ircOverWebSocket)(url, environment, {
    onOpen: () => {
      if (hasEnded) return
      isOpen = true
      alive()
      cancelWatch()
      watch()
      handlers.onOpen()
    },
    onData: (data) => {
      if (hasEnded) return
      alive()
      cancelRest()
      const before = splitter.overlong
      deliver(splitter.push(decoder.decode(data, { stream: true })))
      if (splitter.overlong > before) handlers.onOverlong(splitter.overlong - before)
      if (splitter.hasRest && !isStream) cancelRest = clock.after(limits.restMs, () => deliver(splitter.flush()))
    },
    onAlive: alive,
    onClose: (cause, detail) => {
      // Half a line of a stream is no line.
      if (!isStream) deliver(splitter.flush())
      const reason = isOpen ? 'closed' : isCertificateError(cause) ? 'certificate' : 'connect-failed'
      finish(reason, [cause?.message ?? '', detail].filter((part) => part !== '').join(', '))
    },
  })
  return { send, ended, leave: () => finish('left', '') }
}
