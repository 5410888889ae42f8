/**
 * One WebSocket, from the handshake to its end. It notices by itself when the other side is gone without a word (a
 * laptop that slept, a NAT that forgot). It neither reconnects nor knows any platform.
 */
import type { SourceEnvironment } from '../source-environment.ts'

export interface SocketLimits {
  /** until the WebSocket is open */
  readonly connectMs: number
  /** between two heartbeats of ours: after the last byte of the other side, or `steady` whatever comes */
  readonly heartbeatMs: number
  readonly isSteady?: boolean
  /** without a byte of the other side, until the connection is given up; at most two heartbeats */
  readonly deadMs: number
  /** a frame of more than this is not chat, and closes the connection */
  readonly maxFrameBytes?: number
}

export interface SocketEnd {
  readonly reason: 'connect-failed' | 'connect-timeout' | 'silent' | 'closed' | 'left'
  readonly detail: string
}

export interface SocketConnection {
  readonly send: (data: string | Uint8Array) => void
  /** Ends it now; `ended` then says `left`. */
  readonly leave: () => void
  /** Never rejects. */
  readonly ended: Promise<SocketEnd>
}

export interface SocketOptions {
  readonly url: string
  readonly protocol?: string
  /** Servers that also serve browsers refuse a handshake without one. Default: the url's own. */
  readonly origin?: string
  readonly environment: Pick<SourceEnvironment, 'clock' | 'WebSocket' | 'userAgent'>
  readonly limits: SocketLimits
  readonly onOpen: () => void
  /** A text frame with invalid UTF-8 arrives all the same. */
  readonly onFrame: (data: Buffer, isBinary: boolean) => void
  /** what to send as heartbeat; null sends a WebSocket ping */
  readonly heartbeat: () => string | Uint8Array | null
  /** Sends a WebSocket ping with every heartbeat: for servers that answer nothing to the heartbeat itself. */
  readonly pings?: boolean
}

const MAX_FRAME_BYTES = 1_048_576

export function openSocket(options: SocketOptions): SocketConnection {
  const { url, protocol, limits, environment } = options
  const { clock, WebSocket, userAgent } = environment
  const { promise: ended, resolve } = Promise.withResolvers<SocketEnd>()
  const socket = new WebSocket(url, protocol === undefined ? [] : [protocol], {
    perMessageDeflate: false,
    maxPayload: limits.maxFrameBytes ?? MAX_FRAME_BYTES,
    skipUTF8Validation: true,
    followRedirects: false,
    origin: options.origin ?? new URL(url.replace(/^ws/, 'http')).origin,
    headers: { 'User-Agent': userAgent },
  })
  let isOpen = false
  let hasEnded = false
  let heardAt = clock.now()
  let askedAt = heardAt
  let failure = ''
  let cancel = clock.after(limits.connectMs, () => finish('connect-timeout', `not open in ${limits.connectMs} ms`))

  const finish = (reason: SocketEnd['reason'], detail: string) => {
    if (hasEnded) return
    hasEnded = true
    cancel()
    // A close handshake would wait for a peer that may be gone.
    socket.terminate()
    resolve({ reason, detail })
  }
  const send = (data: string | Uint8Array) => {
    if (isOpen && !hasEnded) socket.send(data)
  }
  const watch = () => {
    const now = clock.now()
    if (now - heardAt >= limits.deadMs) return finish('silent', `nothing came for ${limits.deadMs} ms`)
    const since = limits.isSteady ? askedAt : Math.max(askedAt, heardAt)
    if (now - since >= limits.heartbeatMs) {
      askedAt = now
      const beat = options.heartbeat()
      if (beat !== null) send(beat)
      if (beat === null || options.pings) socket.ping()
    }
    const nextBeat = (limits.isSteady ? askedAt : Math.max(askedAt, heardAt)) + limits.heartbeatMs
    cancel = clock.after(Math.max(1, Math.min(nextBeat, heardAt + limits.deadMs) - now), watch)
  }

  socket.on('open', () => {
    if (hasEnded) return
    isOpen = true
    heardAt = clock.now()
    askedAt = heardAt
    cancel()
    watch()
    options.onOpen()
  })
  socket.on('message', (data, isBinary) => {
    if (hasEnded) return
    heardAt = clock.now()
    options.onFrame(data as Buffer, isBinary)
  })
  // `ws` answers a ping of the server by itself; both ways are a sign of life.
  const heard = () => {
    heardAt = clock.now()
  }
  socket.on('ping', heard)
  socket.on('pong', heard)
  socket.on('error', (cause) => {
    failure = cause.message
  })
  socket.on('close', (code, reason) => {
    const said = [failure, reason.toString('utf8'), isOpen ? `close code ${code}` : ''].filter((part) => part !== '')
    finish(isOpen ? 'closed' : 'connect-failed', said.join(', '))
  })
  return { send, ended, leave: () => finish('left', '') }
}
