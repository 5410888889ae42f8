/**
 * One visit to Twitch's IRC: log in anonymously, join one channel, listen until it is over.
 *
 *     connecting -> registering (CAP, NICK) -> joining (JOIN) -> live -> over: lost or refused
 *
 * A server that does not know Twitch's capabilities (any plain IRC server) is joined all the same.
 */
import { connectIrc, type IrcConnection, type IrcLimits, ircLimits } from './irc/irc-connection.ts'
import { type IrcMessage, parseIrc } from './irc/parse-irc.ts'
import type { SourceEnvironment } from './source-environment.ts'

export interface TwitchLimits extends IrcLimits {
  /** until the server welcomes us */
  readonly registerMs: number
  /** until the channel answers; Twitch says nothing at all about a channel that does not exist */
  readonly joinMs: number
}

export const twitchLimits: TwitchLimits = { ...ircLimits, registerMs: 10_000, joinMs: 10_000 }

export interface SessionEnd {
  readonly outcome: 'lost' | 'refused'
  /** stable code, kebab-case */
  readonly reason: string
  readonly detail: string
}

export interface SessionOptions {
  readonly url: string
  /** login, lower case, without `#` */
  readonly channel: string
  readonly environment: SourceEnvironment
  readonly limits: TwitchLimits
  readonly signal: AbortSignal
  /** The channel has been joined before, so silence about it means trouble, not that it does not exist. */
  readonly isKnown: boolean
  readonly onLive: () => void
  readonly onMessage: (irc: IrcMessage, line: string) => void
}

/** What Twitch says in a NOTICE when it will never let us in. */
const refusals: { readonly [messageId: string]: string } = {
  msg_channel_suspended: 'suspended',
  msg_channel_blocked: 'suspended',
  tos_ban: 'suspended',
  msg_banned: 'banned',
  msg_room_not_found: 'not-found',
  no_permission: 'members',
}

/** RFC 2812's answers to a JOIN that will not be granted. */
const joinRefusals: { readonly [numeric: string]: string } = {
  '403': 'not-found',
  '405': 'rate-limited',
  '437': 'rate-limited',
  '471': 'full',
  '473': 'members',
  '474': 'banned',
  '475': 'password',
  '476': 'not-found',
  '477': 'members',
}

/** Waits for the end of the visit; never rejects. */
export async function twitchSession(options: SessionOptions): Promise<SessionEnd> {
  const { url, channel, environment, limits, signal } = options
  const { clock, count } = environment
  let verdict: SessionEnd | null = null
  let nick = anonymousNick(environment.random)
  let hasTwitchCommands = false
  let isRegistered = false
  let isLive = false
  let serverAnswered = false
  let said = ''
  let cancelDeadline = () => {}

  const over = (outcome: SessionEnd['outcome'], reason: string, detail: string) => {
    verdict ??= { outcome, reason, detail }
    cancelDeadline()
    connection.leave()
  }
  const live = () => {
    if (isLive) return
    isLive = true
    cancelDeadline()
    options.onLive()
  }
  const join = () => {
    if (isRegistered) return
    isRegistered = true
    cancelDeadline()
    connection.send(`JOIN #${channel}`)
    // If the server answers this but says nothing of the channel, then the channel is what is missing.
    connection.send(`PING :${channel}`)
    cancelDeadline = clock.after(limits.joinMs, () => {
      if (serverAnswered && !options.isKnown) over('refused', 'not-found', `#${channel} did not answer`)
      else over('lost', 'join-timeout', `no answer to JOIN in ${limits.joinMs} ms`)
    })
  }
  const notice = (irc: IrcMessage) => {
    const text = irc.params[1] ?? ''
    const reason = refusals[irc.tags.get('msg-id') ?? '']
    if (reason !== undefined) return over('refused', reason, text)
    if (/^(Login (authentication failed|unsuccessful)|Improperly formatted auth|Invalid NICK)/.test(text))
      over('refused', 'login-failed', text)
  }

  const onLine = (line: string) => {
    const irc = parseIrc(line)
    if (!irc) return count('malformed', 1, line.slice(0, 200))
    switch (irc.command) {
      case 'PING':
        return connection.send(`PONG :${irc.params.at(-1) ?? ''}`)
      case 'PONG':
        serverAnswered = true
        return
      case 'CAP': {
        const answer = irc.params[1]
        if (answer === 'ACK') hasTwitchCommands = (irc.params[2] ?? '').includes('twitch.tv/commands')
        // A plain server holds the registration back until the negotiation has ended; Twitch does not mind.
        if (answer === 'ACK' || answer === 'NAK') connection.send('CAP END')
        return
      }
      case '001':
        return join()
      case '433':
        nick = anonymousNick(environment.random)
        return connection.send(`NICK ${nick}`)
      case 'ROOMSTATE':
        if (irc.params[0]?.toLowerCase() === `#${channel}`) live()
        return
      case '366':
        if (!hasTwitchCommands) live()
        return
      case 'RECONNECT':
        return over('lost', 'reconnect-asked', 'Twitch asked to reconnect')
      case 'ERROR':
        said = irc.params[0] ?? ''
        return
      case 'NOTICE':
        notice(irc)
        break
      default: {
        const reason = joinRefusals[irc.command]
        if (reason !== undefined && !isLive) return over('refused', reason, irc.params.at(-1) ?? '')
      }
    }
    try {
      options.onMessage(irc, line)
    } catch (cause) {
      // Here a defect would end the process; it costs this message.
      count('malformed', 1, `${(cause as Error).message}: ${line.slice(0, 200)}`)
    }
  }

  const connection: IrcConnection = connectIrc(url, environment, limits, {
    onOpen: () => {
      connection.send('CAP REQ :twitch.tv/tags twitch.tv/commands')
      connection.send(`NICK ${nick}`)
      connection.send(`USER ${nick} 8 * :${nick}`)
      cancelDeadline = clock.after(limits.registerMs, () =>
        over('lost', 'register-timeout', `not welcomed in ${limits.registerMs} ms`),
      )
    },
    onLine,
    onOverlong: (lines) => count('malformed', lines, 'a line without end'),
  })
  const leave = () => connection.leave()
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  const end = await connection.ended
  signal.removeEventListener('abort', leave)
  cancelDeadline()
  return (
    verdict ?? { outcome: 'lost', reason: end.reason, detail: [said, end.detail].filter((part) => part).join(', ') }
  )
}

/** Twitch lets anybody read under such a name, without a password. */
function anonymousNick(random: () => number): string {
  return `justinfan${10_000 + Math.floor(random() * 90_000)}`
}
