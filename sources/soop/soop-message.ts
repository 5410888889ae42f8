/** What a packet of SOOP's chat means. Pure, never throws. Facts, and which of them are guesses: docs/sources.md. */
import type { Author, MessageKind, Role } from '#schemas/types.ts'
import type { AmountDraft, MessageDraft } from '../chat-message.ts'
import type { Broadcast } from '../chat-source.ts'
import { countOf } from '../json-value.ts'
import { withEmotes } from './soop-emotes.ts'
import { fieldsOf, type SoopPacket } from './soop-packet.ts'

/** Services of the chat protocol. */
export const service = {
  keepAlive: 0,
  login: 1,
  join: 2,
  quit: 3,
  userList: 4,
  chat: 5,
  state: 7,
  mute: 8,
  notice: 10,
  kick: 11,
  starBalloon: 18,
  iceMode: 19,
  iceModeOff: 21,
  slowMode: 23,
  blindKick: 25,
  managerChat: 26,
  balloonRelay: 33,
  siteNotice: 58,
  adBalloon: 87,
  closing: 88,
  subscription: 91,
  resubscription: 93,
  streamerNotice: 104,
  videoBalloon: 105,
  giftedSubscription: 108,
  emote: 109,
  mission: 121,
  userFlags: 127,
} as const

/** More than nine of ten packets: who came and went. They are not even decoded. */
const lists = new Set<number>([service.userList, service.userFlags])
const silent = new Set<number>([54, 90, 94, 110])

export interface PacketContext {
  readonly broadcast: Broadcast
  readonly receivedAt: number
  /** grows with every packet: SOOP numbers none and gives no time */
  readonly ordinal: number
}

export type SoopMeaning =
  | { readonly type: 'message' | 'unknown'; readonly draft: MessageDraft }
  | { readonly type: 'ignored' }

const ignored: SoopMeaning = { type: 'ignored' }

export function soopMeaning(packet: SoopPacket, context: PacketContext): SoopMeaning {
  if (lists.has(packet.service) || silent.has(packet.service)) return ignored
  const fields = fieldsOf(packet)
  const field = (index: number) => fields[index] ?? ''
  const message = (
    kind: MessageKind,
    author: Partial<Author> | null,
    more: Partial<MessageDraft> = {},
  ): SoopMeaning => ({
    type: 'message',
    draft: { ...base(packet, context, kind, author), ...more },
  })
  const raw = `${packet.service} ${fields.join('\u241f')}`
  switch (packet.service) {
    case service.chat: {
      const author = authorOf(field(2), field(6), field(7), field(8))
      // What is written to a room by nobody is the server's own.
      return author === null ? unknown(packet, context, raw) : message('text', author, { text: withEmotes(field(1)) })
    }
    case service.managerChat: {
      const author = authorOf(field(2), field(5), field(6), '')
      return author === null
        ? unknown(packet, context, raw)
        : message('text', { ...author, roles: ['moderator', ...(author.roles ?? [])] }, { text: withEmotes(field(1)) })
    }
    case service.starBalloon:
      return paid(field(2), field(3), field(4), '별풍선', '')
    case service.adBalloon:
      return paid(field(3), field(4), field(10), '애드벌룬', field(5))
    case service.videoBalloon:
      return paid(field(3), field(4), field(5), '영상풍선', '')
    case service.subscription:
    case service.resubscription: {
      const author = authorOf(field(2), field(3), '', field(4))
      return author === null ? unknown(packet, context, raw) : message('membership', author, { raw })
    }
    case service.giftedSubscription:
      return message('gift', null, { raw })
    case service.emote: {
      const author = authorOf(field(6), field(7), '', '')
      const id = [field(3), field(4)].filter((part) => part !== '').join('/')
      const written = field(2) === '' ? [] : [{ text: field(2), emote: null }]
      const picture = id === '' ? [] : [{ text: `{${id}}`, emote: { id, url: stickerUrl(field(3), field(4)) } }]
      return message('sticker', author, { text: [...written, ...picture], raw })
    }
    case service.mute:
    case service.kick:
    case service.blindKick: {
      const authorId = withoutSession(field(1))
      return /^[A-Za-z0-9_]{2,20}$/.test(authorId)
        ? message('delete', null, { target: { authorId }, raw })
        : unknown(packet, context, raw)
    }
    case service.notice:
    case service.siteNotice:
      return message('notice', null, { text: field(1), raw })
    case service.streamerNotice:
      return message('notice', null, { text: field(4), raw })
    case service.balloonRelay:
    case service.mission:
    case service.iceMode:
    case service.iceModeOff:
    case service.slowMode:
      return message('system', null, { raw })
    default:
      return unknown(packet, context, raw)
  }

  function paid(id: string, nick: string, count: string, unit: string, text: string): SoopMeaning {
    const author = authorOf(id, nick, '', '')
    const value = countOf(count)
    if (author === null || value === null) return unknown(packet, context, raw)
    // Never money: what a balloon costs depends on who buys it.
    const amount: AmountDraft = { value, currency: unit, raw: `${value} ${unit}` }
    return message('paid', author, { amount, text, raw })
  }
}

function unknown(packet: SoopPacket, context: PacketContext, raw: string): SoopMeaning {
  return { type: 'unknown', draft: { ...base(packet, context, 'system', null), raw } }
}

function base(
  packet: SoopPacket,
  context: PacketContext,
  kind: MessageKind,
  author: Partial<Author> | null,
): MessageDraft {
  const { source, channelId, broadcastId } = context.broadcast
  const { receivedAt, ordinal } = context
  const id = `${packet.service}:${author?.id ?? ''}:${receivedAt}:${ordinal}`
  return { source, channelId, broadcastId, id, kind, timestamp: receivedAt, receivedAt, author, text: '' }
}

/** Where stickers of OGQ lie, 80 pixels large; null for ids that are none. */
const stickerUrl = (group: string, number: string): string | null =>
  /^\w{1,60}$/.test(group) && /^\w{1,20}$/.test(number)
    ? `https://ogq-sticker-global-cdn-z01.sooplive.co.kr/sticker/${group}/${number}_80.png`
    : null

/** A second window of the same person is `name(2)`. */
const withoutSession = (id: string) => id.replace(/\(\d+\)$/, '')

const flag = { admin: 1, owner: 4, guest: 16, fan: 32, manager: 64, chiefManager: 256, topFan: 32_768, member: 1 << 28 }
const secondFlag = { employee: 1_024, police: 4_096 }

/** Null when there is no id. `flags` is `first|second`, bits each. */
function authorOf(id: string, nick: string, flags: string, monthsText: string): Partial<Author> | null {
  const author = withoutSession(id)
  if (author === '') return null
  const [first = 0, second = 0] = flags.split('|').map((part) => countOf(part) ?? 0)
  const has = (bit: number) => (first & bit) !== 0
  const months = countOf(monthsText)
  const roles: Role[] = []
  if (has(flag.owner)) roles.push('owner')
  if (has(flag.manager) || has(flag.chiefManager)) roles.push('moderator')
  if (has(flag.admin) || (second & (secondFlag.employee | secondFlag.police)) !== 0) roles.push('staff')
  if (has(flag.member) || (months ?? 0) > 0) roles.push('member')
  if (has(flag.fan) || has(flag.topFan)) roles.push('fan')
  if (has(flag.guest)) roles.push('anonymous')
  return { id: author, name: nick, handle: author, roles, months }
}
