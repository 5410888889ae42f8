/** What a line of Twitch's IRC means: https://dev.twitch.tv/docs/chat/irc . Pure, never throws. */
import type { Author, Badge, MessageKind, Role, Run } from '#schemas/types.ts'
import type { AmountDraft, MessageDraft } from './chat-message.ts'
import type { Broadcast } from './chat-source.ts'
import { derivedId } from './derived-id.ts'
import { type IrcMessage, nickOf } from './irc/parse-irc.ts'
import { twitchBadgeUrl } from './twitch-badges.ts'

export interface LineContext {
  readonly broadcast: Broadcast
  /** the login, without `#` */
  readonly channel: string
  readonly receivedAt: number
  /** grows with every line of the source: tells two equal lines without a time of their own apart */
  readonly ordinal: number
  readonly line: string
}

/** `foreign`: written in another channel of a shared chat. `unknown` comes with a message that keeps the line. */
export type TwitchMeaning =
  | { readonly type: 'message' | 'foreign' | 'unknown'; readonly draft: MessageDraft }
  | { readonly type: 'nothing' }

const nothing: TwitchMeaning = { type: 'nothing' }

/** Part of the protocol, but nothing that happened in the chat. */
const silentCommands = new Set([
  ...['JOIN', 'PART', 'QUIT', 'NICK', 'MODE', 'KICK', 'TOPIC', 'CAP', 'PING', 'PONG', 'ERROR', 'RECONNECT'],
  ...['ROOMSTATE', 'USERSTATE', 'GLOBALUSERSTATE', 'HOSTTARGET'],
])

export function twitchMeaning(irc: IrcMessage, context: LineContext): TwitchMeaning {
  if (silentCommands.has(irc.command) || /^\d/.test(irc.command)) return nothing
  const target = (irc.params[0] ?? '').toLowerCase()
  // NOTICE may be addressed to `*`; everything else belongs to one channel.
  if (irc.command !== 'NOTICE' && target.startsWith('#') && target !== `#${context.channel}`) return nothing
  switch (irc.command) {
    case 'PRIVMSG':
      return target === `#${context.channel}` ? shared(irc, privmsg(irc, context)) : nothing
    case 'USERNOTICE':
      return usernotice(irc, context)
    case 'CLEARCHAT':
      return { type: 'message', draft: clearchat(irc, context) }
    case 'CLEARMSG':
      return { type: 'message', draft: clearmsg(irc, context) }
    case 'NOTICE':
      // A server's own talk before the channel is joined is not chat.
      return target === `#${context.channel}`
        ? { type: 'message', draft: { ...base(irc, context, 'notice'), text: irc.params[1] ?? '' } }
        : nothing
    default:
      return { type: 'unknown', draft: { ...base(irc, context, 'system'), raw: context.line } }
  }
}

function privmsg(irc: IrcMessage, context: LineContext): MessageDraft {
  // /me arrives as CTCP ACTION; the positions of emotes count from the text inside.
  const text = withoutAction(irc.params[1] ?? '')
  const amount = cheered(irc.tags) ?? hypeChat(irc.tags)
  return {
    ...base(irc, context, amount ? 'paid' : 'text'),
    author: authorOf(irc),
    text: emoteRuns(text, irc.tags.get('emotes') ?? ''),
    amount,
  }
}

function withoutAction(text: string): string {
  const start = '\u0001ACTION '
  return text.startsWith(start) ? text.slice(start.length, text.endsWith('\u0001') ? -1 : undefined) : text
}

const noticeKinds: { readonly [messageId: string]: MessageKind } = {
  sub: 'membership',
  resub: 'membership',
  primepaidupgrade: 'membership',
  giftpaidupgrade: 'membership',
  anongiftpaidupgrade: 'membership',
  standardpayforward: 'gift',
  communitypayforward: 'gift',
  subgift: 'gift',
  anonsubgift: 'gift',
  submysterygift: 'gift',
  anonsubmysterygift: 'gift',
  charitydonation: 'paid',
  announcement: 'notice',
  raid: 'system',
  unraid: 'system',
  bitsbadgetier: 'system',
  viewermilestone: 'system',
  ritual: 'system',
}

function usernotice(irc: IrcMessage, context: LineContext): TwitchMeaning {
  const { tags } = irc
  const told = tags.get('msg-id') ?? ''
  const messageId = told === 'sharedchatnotice' ? (tags.get('source-msg-id') ?? '') : told
  const kind = Object.hasOwn(noticeKinds, messageId) ? noticeKinds[messageId]! : null
  const written = irc.params[1] ?? ''
  const months = wholeNumber(tags.get('msg-param-cumulative-months'))
  const author = authorOf(irc)
  const draft: MessageDraft = {
    ...base(irc, context, kind ?? 'system'),
    author: { ...author, months: months ?? author.months ?? null },
    text: written === '' ? (tags.get('system-msg') ?? '') : emoteRuns(written, tags.get('emotes') ?? ''),
    amount: messageId === 'charitydonation' ? donation(tags) : null,
    raw: context.line,
  }
  return kind === null ? { type: 'unknown', draft } : shared(irc, draft)
}

/** In a shared chat every channel also receives what was written in the others. */
function shared(irc: IrcMessage, draft: MessageDraft): TwitchMeaning {
  const from = irc.tags.get('source-room-id') ?? ''
  if (from === '' || from === irc.tags.get('room-id')) return { type: 'message', draft }
  const badge: Badge = { id: `shared-chat/${from}`, label: 'shared chat', url: null }
  return {
    type: 'foreign',
    draft: { ...draft, author: { ...draft.author, badges: [badge, ...(draft.author?.badges ?? [])] } },
  }
}

function clearchat(irc: IrcMessage, context: LineContext): MessageDraft {
  const login = irc.params[1] ?? ''
  const authorId = irc.tags.get('target-user-id') || login
  return authorId === ''
    ? base(irc, context, 'clear')
    : {
        ...base(irc, context, 'delete'),
        // A ban for ever says no duration.
        target: { authorId, seconds: wholeNumber(irc.tags.get('ban-duration')) ?? 0 },
        raw: context.line,
      }
}

function clearmsg(irc: IrcMessage, context: LineContext): MessageDraft {
  // The line repeats what was deleted; it is not kept a second time.
  return { ...base(irc, context, 'delete'), target: { messageId: irc.tags.get('target-msg-id') ?? null } }
}

function base(irc: IrcMessage, context: LineContext, kind: MessageKind): MessageDraft {
  const sentAt = wholeNumber(irc.tags.get('tmi-sent-ts'))
  return {
    source: context.broadcast.source,
    channelId: context.broadcast.channelId,
    broadcastId: context.broadcast.broadcastId,
    id: irc.tags.get('id') || lineId(irc, context, sentAt),
    kind,
    timestamp: sentAt ?? context.receivedAt,
    receivedAt: context.receivedAt,
    author: null,
    text: '',
  }
}

/**
 * The same line delivered again gets the same id. Without a time of its own (plain IRC) a line is never delivered
 * again, while two people, or one twice, may well write the same: then the ordinal tells them apart.
 */
function lineId(irc: IrcMessage, context: LineContext, sentAt: number | null): string {
  const own = sentAt === null ? [context.receivedAt, context.ordinal] : [sentAt]
  const of = (tag: string) => irc.tags.get(tag)
  return derivedId(...own, irc.command, nickOf(irc.prefix), of('user-id'), of('target-msg-id'), ...irc.params)
}

const roleOfBadge: { readonly [badge: string]: Role } = {
  broadcaster: 'owner',
  moderator: 'moderator',
  lead_moderator: 'moderator',
  vip: 'vip',
  subscriber: 'member',
  founder: 'member',
  staff: 'staff',
  admin: 'staff',
  global_mod: 'staff',
  partner: 'verified',
}

function authorOf(irc: IrcMessage): Partial<Author> {
  const { tags } = irc
  const login = tags.get('login') || nickOf(irc.prefix)
  const names = (tags.get('badges') ?? '').split(',').filter((badge) => badge !== '')
  const badges = names.map((id) => {
    const label = id.split('/', 1)[0]!
    return { id, label, url: twitchBadgeUrl(label) }
  })
  const roles = badges.flatMap(({ label }) => (Object.hasOwn(roleOfBadge, label) ? [roleOfBadge[label]!] : []))
  if (tags.get('mod') === '1') roles.push('moderator')
  const months = /(?:^|,)(?:subscriber|founder)\/(\d{1,5})(?:,|$)/.exec(tags.get('badge-info') ?? '')?.[1]
  return {
    id: tags.get('user-id') || login,
    name: tags.get('display-name') || login,
    handle: login,
    roles,
    badges,
    months: months === undefined ? null : Number(months),
  }
}

/** `emotes=25:0-4,12-16/1902:6-10`: positions count code points, both ends included. */
export function emoteRuns(text: string, emotes: string): readonly Run[] {
  const points = Array.from(text)
  const spans = emotes
    .split('/')
    .flatMap((part) => {
      const colon = part.indexOf(':')
      const id = part.slice(0, colon)
      if (colon < 1 || !/^[\w-]{1,100}$/.test(id)) return []
      return part
        .slice(colon + 1)
        .split(',')
        .flatMap((span) => {
          const match = /^(\d{1,5})-(\d{1,5})$/.exec(span)
          return match ? [{ id, start: Number(match[1]), end: Number(match[2]) + 1 }] : []
        })
    })
    .sort((one, other) => one.start - other.start)
  const runs: Run[] = []
  let at = 0
  for (const { id, start, end } of spans) {
    if (start < at || end <= start || end > points.length) continue
    if (start > at) runs.push({ text: points.slice(at, start).join(''), emote: null })
    const url = `https://static-cdn.jtvnw.net/emoticons/v2/${id}/default/dark/1.0`
    runs.push({ text: points.slice(start, end).join(''), emote: { id, url } })
    at = end
  }
  if (at < points.length) runs.push({ text: points.slice(at).join(''), emote: null })
  return runs
}

type Tags = ReadonlyMap<string, string>

function cheered(tags: Tags): AmountDraft | null {
  const bits = wholeNumber(tags.get('bits'))
  return bits ? { value: bits, currency: 'bits', raw: `${bits} bits` } : null
}

function hypeChat(tags: Tags): AmountDraft | null {
  return money(tags, 'pinned-chat-paid-amount', 'pinned-chat-paid-exponent', 'pinned-chat-paid-currency')
}

function donation(tags: Tags): AmountDraft | null {
  const of = (part: string) => `msg-param-donation-${part}`
  return money(tags, of('amount'), 'msg-param-exponent', of('currency'))
}

/** Minor units and an exponent: 500 with exponent 2 is 5.00. */
function money(tags: Tags, amountTag: string, exponentTag: string, currencyTag: string): AmountDraft | null {
  const amount = wholeNumber(tags.get(amountTag))
  const currency = tags.get(currencyTag) ?? ''
  if (amount === null || !/^[A-Z]{3}$/.test(currency)) return null
  const exponent = Math.min(wholeNumber(tags.get(exponentTag)) ?? 0, 6)
  const value = amount / 10 ** exponent
  return { value, currency, raw: `${value.toFixed(exponent)} ${currency}` }
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null
}
