/** What a packet of CHZZK's chat means. Pure, never throws. Facts: docs/sources.md. */
import type { Author, Badge, MessageKind, Role, Run } from '#schemas/types.ts'
import type { AmountDraft, MessageDraft } from '../chat-message.ts'
import type { Broadcast } from '../chat-source.ts'
import { countOf, type JsonObject, listOf, objectOf, packedObjectOf, textOf } from '../json-value.ts'

/** Commands of the chat protocol, version 3. */
export const command = {
  ping: 0,
  pong: 10_000,
  join: 100,
  joined: 10_100,
  recent: 5_101,
  recentList: 15_101,
  chat: 93_101,
  donation: 93_102,
  event: 93_006,
  kick: 94_005,
  block: 94_006,
  blind: 94_008,
  notice: 94_010,
  penalty: 94_015,
  sessionEnded: 90_102,
} as const

export interface PacketContext {
  readonly broadcast: Broadcast
  readonly receivedAt: number
}

/** `ignored`: a known form that viewers are not shown. `unknown` comes with a message that keeps the raw form. */
export type ChzzkMeaning =
  | { readonly type: 'message' | 'unknown'; readonly draft: MessageDraft; readonly detail: string }
  | { readonly type: 'ignored' }

const ignored: ChzzkMeaning = { type: 'ignored' }

/** Null when a frame is no packet. */
export function chzzkPacket(frame: Buffer): JsonObject | null {
  try {
    const packet = objectOf(JSON.parse(frame.toString('utf8')))
    return typeof packet.cmd === 'number' ? packet : null
  } catch {
    return null
  }
}

/** In the order of the packet; `bdy` is a list, a single thing, or an object around a list. */
export function chzzkMeanings(packet: JsonObject, context: PacketContext): readonly ChzzkMeaning[] {
  const { cmd, bdy } = packet
  switch (cmd) {
    case command.recentList:
      return listOf(objectOf(bdy).messageList).map((item) => written(objectOf(item), context, true))
    case command.chat:
    case command.donation:
      return listOf(bdy).map((item) => written(objectOf(item), context, false))
    case command.blind:
      return listOf(bdy).map((item) => blinded(objectOf(item), context))
    case command.notice:
      return [pinned(objectOf(bdy), packet, context)]
    case command.event:
    case command.kick:
    case command.block:
    case command.penalty:
      return [happened(objectOf(bdy), packet, context)]
    default:
      return [unknown(packet, context, `cmd ${textOf(cmd)}`)]
  }
}

/** One thing somebody wrote or gave. History and live chat name the same fields differently. */
function written(item: JsonObject, context: PacketContext, history: boolean): ChzzkMeaning {
  const uid = textOf(item.uid ?? item.userId)
  const time = countOf(item.msgTime ?? item.messageTime)
  const status = textOf(item.msgStatusType ?? item.messageStatusType)
  // Hidden and blinded ones still carry their text, which nobody is to see.
  if (status !== '' && status !== 'NORMAL') return ignored
  const type = countOf(item.msgTypeCode ?? item.messageTypeCode)
  const extras = packedObjectOf(item.extras)
  if (listOf(extras.visibleRoles).length > 0) return ignored
  const text = textOf(item.msg ?? item.content)
  const meaning = meaningOf(type, extras)
  if (meaning === null || time === null || uid === '') return unknown(item, context, `type ${type}`)
  return {
    type: 'message',
    detail: '',
    draft: {
      ...base(context, `${uid}:${time}`, meaning.kind, time),
      author: authorOf(uid, packedObjectOf(item.profile), extras),
      text: emoteRuns(text || meaning.text, objectOf(extras.emojis)),
      amount: meaning.amount,
      history,
      ...(meaning.keepsRaw && { raw: JSON.stringify(item) }),
    },
  }
}

interface Written {
  readonly kind: MessageKind
  /** shown when nothing was written */
  readonly text: string
  readonly amount: AmountDraft | null
  readonly keepsRaw: boolean
}

function meaningOf(type: number | null, extras: JsonObject): Written | null {
  const plain = (kind: MessageKind, keepsRaw = true): Written => ({ kind, text: '', amount: null, keepsRaw })
  switch (type) {
    case 1:
      return plain('text', false)
    case 2:
    case 3:
      return plain('sticker')
    case 10:
      return { ...plain('paid'), amount: cheese(extras) }
    case 11:
      return { ...plain('membership'), text: textOf(extras.tierName) }
    case 12:
      return { ...plain('gift'), text: textOf(extras.giftTierName), amount: gifts(extras) }
    case 30:
      return { ...plain('system'), text: textOf(extras.description) }
    default:
      return null
  }
}

/** One cheese is one won. */
function cheese(extras: JsonObject): AmountDraft | null {
  const value = countOf(extras.payAmount)
  return value === null ? null : { value, currency: 'KRW', raw: `${value} 치즈` }
}

function gifts(extras: JsonObject): AmountDraft | null {
  const value = countOf(extras.quantity)
  return value === null ? null : { value, currency: 'gifts', raw: String(value) }
}

const roleOfCode: { readonly [code: string]: Role } = {
  streamer: 'owner',
  streaming_channel_manager: 'moderator',
  streaming_chat_manager: 'moderator',
  manager: 'staff',
}

function authorOf(uid: string, profile: JsonObject, extras: JsonObject): Partial<Author> | null {
  if (uid === 'anonymous' || extras.isAnonymous === true) return null
  const subscription = objectOf(objectOf(profile.streamingProperty).subscription)
  const months = countOf(subscription.accumulativeMonth)
  const code = textOf(profile.userRoleCode)
  const roles: Role[] = Object.hasOwn(roleOfCode, code) ? [roleOfCode[code]!] : []
  if (profile.verifiedMark === true) roles.push('verified')
  if (months !== null) roles.push('member')
  return { id: uid, name: textOf(profile.nickname), roles, badges: badgesOf(profile), months }
}

function badgesOf(profile: JsonObject): Badge[] {
  const own = objectOf(profile.badge)
  const viewer = listOf(profile.viewerBadges).map((entry) => objectOf(objectOf(entry).badge))
  return [own, ...viewer].flatMap(({ badgeId, imageUrl }) => {
    const url = textOf(imageUrl)
    // The picture's name stands in for a badge without an id.
    const id = textOf(badgeId) || (url.split('/').at(-1) ?? '')
    return id === '' ? [] : [{ id, label: id, url: url || null }]
  })
}

/** `{:d_47:}` stands for a picture that `emojis` names. */
export function emoteRuns(text: string, emojis: JsonObject): readonly Run[] {
  const runs: Run[] = []
  let at = 0
  for (const match of text.matchAll(/\{:([A-Za-z0-9_-]{1,100}):\}/g)) {
    const id = match[1]!
    const url = Object.hasOwn(emojis, id) ? textOf(emojis[id]) : ''
    if (url === '') continue
    if (match.index > at) runs.push({ text: text.slice(at, match.index), emote: null })
    runs.push({ text: match[0], emote: { id, url } })
    at = match.index + match[0].length
  }
  if (at < text.length) runs.push({ text: text.slice(at), emote: null })
  return runs
}

/** A moderator, or the platform's bot, took a message away, or gave it back. */
function blinded(body: JsonObject, context: PacketContext): ChzzkMeaning {
  const userId = textOf(body.userId)
  const time = countOf(body.messageTime)
  if (userId === '' || time === null) return unknown(body, context, 'blind')
  const blindType = textOf(body.blindType)
  const messageId = `${userId}:${time}`
  const kind = blindType === 'CANCEL' ? 'restore' : 'delete'
  const draft = base(context, `${kind}:${messageId}:${blindType}`, kind, context.receivedAt)
  return { type: 'message', detail: '', draft: { ...draft, target: { messageId } } }
}

function pinned(body: JsonObject, packet: JsonObject, context: PacketContext): ChzzkMeaning {
  const text = textOf(body.content) || textOf(body.message) || textOf(body.msg)
  // An empty one takes the notice down.
  if (Object.keys(body).length === 0) return ignored
  const time = countOf(body.messageTime) ?? context.receivedAt
  const draft = base(context, `notice:${textOf(body.userId)}:${time}`, 'notice', time)
  return { type: 'message', detail: '', draft: { ...draft, text, raw: JSON.stringify(packet) } }
}

/** A person was sent out or punished, or something was announced: whom it meant, and the packet for the rest. */
function happened(body: JsonObject, packet: JsonObject, context: PacketContext): ChzzkMeaning {
  const authorId = textOf(body.userId) || textOf(body.blindUserId) || null
  const id = `${textOf(packet.cmd)}:${authorId ?? ''}:${context.receivedAt}`
  const draft = base(context, id, 'system', context.receivedAt)
  return {
    type: 'message',
    detail: '',
    draft: { ...draft, raw: JSON.stringify(packet), target: authorId === null ? null : { authorId } },
  }
}

function unknown(form: JsonObject, context: PacketContext, detail: string): ChzzkMeaning {
  const raw = JSON.stringify(form)
  const time = countOf(form.msgTime ?? form.messageTime)
  const id = `unknown:${textOf(form.uid ?? form.userId)}:${time ?? `${context.receivedAt}:${raw.length}`}`
  return { type: 'unknown', detail, draft: { ...base(context, id, 'system', time ?? context.receivedAt), raw } }
}

function base(context: PacketContext, id: string, kind: MessageKind, timestamp: number): MessageDraft {
  const { source, channelId, broadcastId } = context.broadcast
  return {
    ...{ source, channelId, broadcastId, id, kind, timestamp, receivedAt: context.receivedAt },
    author: null,
    text: '',
  }
}
