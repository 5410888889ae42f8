/**
 * One connection to a chat room of SOOP: log in as a guest, join, listen until it is over.
 *
 *     connecting -> logging in (1) -> joining (2) -> live -> over: lost or refused
 */
import { openSocket, type SocketConnection, type SocketLimits } from '../socket/socket-connection.ts'
import type { SourceEnvironment } from '../source-environment.ts'
import type { VisitEnd } from '../visits.ts'
import { service } from './soop-message.ts'
import { decodePackets, encodePacket, type SoopPacket } from './soop-packet.ts'

export interface SoopLimits extends SocketLimits {
  /** for an answer to the login, before joining without one */
  readonly loginMs: number
  /** until the room lets us in */
  readonly joinMs: number
}

/** SOOP answers no keep-alive and drops who sends none for a minute; its rooms are hardly ever silent for 90 s, and a ping asks. */
export const soopLimits: SoopLimits = {
  ...{ connectMs: 10_000, heartbeatMs: 45_000, isSteady: true, deadMs: 90_000, loginMs: 200, joinMs: 10_000 },
  maxFrameBytes: 4 * 1_048_576,
}

/** The flag of somebody who is not logged in. */
const GUEST = '16'
const ABUSE_PATIENCE_MS = 60_000

export interface SoopSessionOptions {
  readonly url: string
  readonly chatNumber: string
  readonly environment: SourceEnvironment
  readonly limits: SoopLimits
  readonly signal: AbortSignal
  readonly onLive: () => void
  readonly onPacket: (packet: SoopPacket) => void
}

/** Waits for the end of the connection; never rejects. */
export async function soopSession(options: SoopSessionOptions): Promise<VisitEnd> {
  const { url, chatNumber, environment, limits, signal } = options
  const { clock, count } = environment
  let verdict: VisitEnd | null = null
  let hasJoined = false
  let isLive = false
  let cancelLogin = () => {}
  let cancelJoin = () => {}

  const over = (end: VisitEnd) => {
    verdict ??= end
    connection.leave()
  }
  const join = () => {
    if (hasJoined) return
    hasJoined = true
    cancelLogin()
    connection.send(encodePacket(service.join, [chatNumber, '', '', '', '']))
  }
  const onPacket = (packet: SoopPacket) => {
    if (!isLive && packet.code !== 0) return over(refusalOf(packet))
    switch (packet.service) {
      case service.keepAlive:
        return
      case service.login:
        return join()
      case service.join:
        if (isLive) return
        isLive = true
        cancelJoin()
        return options.onLive()
      default:
        if (packet.code === 0) options.onPacket(packet)
        else count('ignored', 1, `service ${packet.service} code ${packet.code}`)
    }
  }

  const connection: SocketConnection = openSocket({
    url,
    protocol: 'chat',
    origin: 'https://play.sooplive.com',
    environment,
    limits,
    heartbeat: () => encodePacket(service.keepAlive, []),
    pings: true,
    onOpen: () => {
      connection.send(encodePacket(service.login, ['', '', GUEST]))
      cancelLogin = clock.after(limits.loginMs, join)
      cancelJoin = clock.after(limits.joinMs, () =>
        over({ outcome: 'lost', reason: 'join-timeout', detail: `not let in in ${limits.joinMs} ms` }),
      )
    },
    onFrame: (data) => {
      const { packets, rest } = decodePackets(data)
      if (rest > 0) count('malformed', 1, `${rest} bytes that are no packet`)
      for (const packet of packets) if (verdict === null) onPacket(packet)
    },
  })
  const leave = () => connection.leave()
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  const { reason, detail } = await connection.ended
  signal.removeEventListener('abort', leave)
  cancelLogin()
  cancelJoin()
  return verdict ?? { outcome: 'lost', reason, detail }
}

function refusalOf({ service, code }: SoopPacket): VisitEnd {
  const detail = `SOOP answered service ${service} with code ${code}`
  if (code === 57) return { outcome: 'refused', reason: 'password', detail }
  if (code === 41) return { outcome: 'refused', reason: 'banned', detail }
  // Joining too often; whoever insists is shut out for longer.
  if (code === 52 || code === 56)
    return { outcome: 'lost', reason: 'rate-limited', detail, retryAfterMs: ABUSE_PATIENCE_MS }
  return { outcome: 'lost', reason: 'join-refused', detail }
}
