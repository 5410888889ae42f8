/**
 * One EventSub session: welcomed, subscribed, listening. When Twitch asks to move, the new connection is welcomed before
 * the old one is left, so that nothing falls in between.
 *
 *     connecting -> welcomed -> subscribing -> live -> over: lost, refused or ended
 */
import { at, textAt } from '../json-path.ts'
import { openSocket, type SocketConnection, type SocketLimits } from '../socket/socket-connection.ts'
import type { SourceEnvironment } from '../source-environment.ts'
import type { VisitEnd } from '../visits.ts'

/** Twitch forbids us to send anything: its own keep-alive comes every ten seconds. Two of them may be missing. */
export const eventSubLimits: SocketLimits = { connectMs: 10_000, heartbeatMs: 3_600_000, deadMs: 25_000 }

export interface EventSubOptions {
  readonly url: string
  readonly environment: SourceEnvironment
  readonly limits: SocketLimits
  readonly signal: AbortSignal
  /** Makes the subscriptions of a new session; what it throws ends the session. */
  readonly subscribe: (sessionId: string, signal: AbortSignal) => Promise<void>
  readonly onLive: () => void
  /** Whatever was subscribed to; an end that it gives ends the session. */
  readonly onNotification: (notification: unknown) => VisitEnd | null
}

/** Rejects with what `subscribe` threw. */
export async function eventSubSession(options: EventSubOptions): Promise<VisitEnd> {
  const { environment, limits, signal } = options
  const { count } = environment
  const done = Promise.withResolvers<VisitEnd>()
  const stop = new AbortController()
  let current: SocketConnection
  let isSubscribed = false

  const connect = (url: string, previous: SocketConnection | null): SocketConnection => {
    const connection = openSocket({
      ...{ url, environment, limits, onOpen: () => {}, heartbeat: () => null },
      onFrame: (data) => {
        const message = parsed(data)
        switch (textAt(message, 'metadata', 'message_type')) {
          case 'session_welcome':
            previous?.leave()
            return welcomed(textAt(message, 'payload', 'session', 'id'))
          case 'session_keepalive':
            return
          case 'session_reconnect': {
            const next = textAt(message, 'payload', 'session', 'reconnect_url')
            if (isSameHost(next, options.url)) current = connect(next, connection)
            return
          }
          case 'notification': {
            const end = options.onNotification(message)
            return end ? done.resolve(end) : undefined
          }
          case 'revocation':
            return done.resolve(revoked(textAt(message, 'payload', 'subscription', 'status')))
          default:
            return count('malformed', 1, data.toString('utf8', 0, 200))
        }
      },
    })
    connection.ended.then(({ reason, detail }) => {
      // One that was left for its successor is over as it should be.
      if (connection === current) done.resolve({ outcome: 'lost', reason, detail })
    })
    return connection
  }
  const welcomed = (sessionId: string) => {
    if (isSubscribed) return
    isSubscribed = true
    options.subscribe(sessionId, stop.signal).then(options.onLive, done.reject)
  }
  const leave = () => done.resolve({ outcome: 'lost', reason: 'left', detail: '' })
  signal.addEventListener('abort', leave, { once: true })
  current = connect(options.url, null)
  if (signal.aborted) leave()
  try {
    return await done.promise
  } finally {
    signal.removeEventListener('abort', leave)
    stop.abort()
    current.leave()
    await current.ended
  }
}

function revoked(status: string): VisitEnd {
  const detail = `Twitch revoked the subscription: ${status}`
  if (status === 'authorization_revoked') return { outcome: 'refused', reason: 'key', detail }
  if (status === 'user_removed') return { outcome: 'refused', reason: 'not-found', detail }
  if (status === 'chat_user_banned') return { outcome: 'refused', reason: 'banned', detail }
  return { outcome: 'lost', reason: 'revoked', detail }
}

/** Twitch moves us within itself, and nowhere else. */
function isSameHost(next: string, known: string): boolean {
  if (!URL.canParse(next)) return false
  const [one, other] = [new URL(next), new URL(known)]
  return one.protocol === other.protocol && (one.host === other.host || /(^|\.)twitch\.tv$/.test(one.hostname))
}

function parsed(data: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'))
    return at(value, 'metadata') === undefined ? undefined : value
  } catch {
    return undefined
  }
}
