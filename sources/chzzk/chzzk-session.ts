/**
 * One connection to a chat of CHZZK: join anonymously, ask for what was written before, listen until it is over.
 *
 *     connecting -> joining (100) -> live, recent asked (5101) -> over: lost or refused
 */
import { type JsonObject, objectOf, textOf } from '../json-value.ts'
import { openSocket, type SocketConnection, type SocketLimits } from '../socket/socket-connection.ts'
import type { SourceEnvironment } from '../source-environment.ts'
import type { VisitEnd } from '../visits.ts'
import { chzzkPacket, command } from './chzzk-message.ts'

export interface ChzzkLimits extends SocketLimits {
  /** until the chat answers to our joining */
  readonly joinMs: number
}

/** CHZZK's page pings after 20 s without traffic; the server drops who is silent for a minute. */
export const chzzkLimits: ChzzkLimits = { connectMs: 10_000, heartbeatMs: 20_000, deadMs: 30_000, joinMs: 5_000 }

const RECENT_MESSAGES = 50
/** Answers to joining after which the same token may well be taken on another try. */
const passing = new Set([302, 303, 304])

export interface ChzzkSessionOptions {
  readonly url: string
  readonly chatChannelId: string
  readonly accessToken: string
  readonly environment: SourceEnvironment
  readonly limits: ChzzkLimits
  readonly signal: AbortSignal
  readonly onLive: () => void
  /** everything that is not part of keeping the connection */
  readonly onPacket: (packet: JsonObject) => void
}

/** Waits for the end of the connection; never rejects. */
export async function chzzkSession(options: ChzzkSessionOptions): Promise<VisitEnd> {
  const { url, chatChannelId, accessToken, environment, limits, signal } = options
  const { clock, count } = environment
  let verdict: VisitEnd | null = null
  let cancelDeadline = () => {}

  const over = (end: VisitEnd) => {
    verdict ??= end
    connection.leave()
  }
  const send = (packet: JsonObject) => connection.send(JSON.stringify({ ver: '3', ...packet }))
  const inChat = { svcid: 'game', cid: chatChannelId }

  const joined = (packet: JsonObject) => {
    cancelDeadline()
    const code = packet.retCode
    if (code !== 0) {
      const detail = `joining was answered with ${textOf(code)} ${textOf(packet.retMsg)}`
      return over({ outcome: 'lost', reason: passing.has(code as number) ? 'join-again' : 'join-refused', detail })
    }
    options.onLive()
    const sid = textOf(objectOf(packet.bdy).sid)
    send({ ...inChat, cmd: command.recent, sid, tid: 2, bdy: { recentMessageCount: RECENT_MESSAGES } })
  }
  const onPacket = (packet: JsonObject) => {
    switch (packet.cmd) {
      case command.ping:
        return send({ cmd: command.pong })
      case command.pong:
        return
      case command.joined:
        return joined(packet)
      case command.sessionEnded:
        return over({ outcome: 'lost', reason: 'session-ended', detail: 'CHZZK ended the session' })
      default:
        return options.onPacket(packet)
    }
  }

  const connection: SocketConnection = openSocket({
    url,
    origin: 'https://chzzk.naver.com',
    environment,
    limits,
    heartbeat: () => JSON.stringify({ ver: '3', cmd: command.ping }),
    onOpen: () => {
      const bdy = { uid: null, devType: 2001, accTkn: accessToken, auth: 'READ' }
      send({ ...inChat, cmd: command.join, tid: 1, bdy })
      cancelDeadline = clock.after(limits.joinMs, () =>
        over({ outcome: 'lost', reason: 'join-timeout', detail: `no answer to joining in ${limits.joinMs} ms` }),
      )
    },
    onFrame: (data) => {
      const packet = chzzkPacket(data)
      if (packet === null) count('malformed', 1, data.toString('utf8', 0, 200))
      else onPacket(packet)
    },
  })
  const leave = () => connection.leave()
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  const { reason, detail } = await connection.ended
  signal.removeEventListener('abort', leave)
  cancelDeadline()
  return verdict ?? { outcome: 'lost', reason, detail }
}
