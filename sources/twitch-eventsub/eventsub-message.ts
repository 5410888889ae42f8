/** What an EventSub notification means. Pure, never throws. https://dev.twitch.tv/docs/eventsub/eventsub-reference */
import type { Author, Badge, MessageKind, Role, Run } from '#schemas/types.ts'
import type { MessageDraft } from '../chat-message.ts'
import type { Broadcast } from '../chat-source.ts'
import { at, listAt, numberAt, textAt } from '../json-path.ts'
import { twitchBadgeUrl } from '../twitch-badges.ts'

export interface NotificationContext {
  readonly broadcast: Broadcast
  readonly receivedAt: number
}

export type NotificationMeaning =
  | { readonly type: 'message'; readonly draft: MessageDraft }
  | { readonly type: 'foreign'; readonly draft: MessageDraft }
  | { readonly type: 'unknown'; readonly draft: MessageDraft }
  | { readonly type: 'offline' }

export function notificationMeaning(notification: unknown, context: NotificationContext): NotificationMeaning {
  const event = at(notification, 'payload', 'event')
  const type = textAt(notification, 'metadata', 'subscription_type')
  const base = (kind: MessageKind, more: Partial<MessageDraft> = {}): MessageDraft => {
    const { source, channelId, broadcastId } = context.broadcast
    const { receivedAt } = context
    const toldAt = Date.parse(textAt(notification, 'metadata', 'message_timestamp'))
    return {
      ...{ source, channelId, broadcastId, kind, receivedAt, author: null, text: '' },
      id: textAt(notification, 'metadata', 'message_id'),
      timestamp: Number.isNaN(toldAt) ? receivedAt : toldAt,
      ...more,
    }
  }
  switch (type) {
    case 'channel.chat.message':
      return shared(event, { ...base('text'), ...written(event) })
    case 'channel.chat.notification':
      return notice(event, base('system', { raw: JSON.stringify(event) ?? null }))
    case 'channel.chat.message_delete':
      return { type: 'message', draft: base('delete', { target: { messageId: textAt(event, 'message_id') } }) }
    case 'channel.chat.clear_user_messages':
      return { type: 'message', draft: base('delete', { target: { authorId: textAt(event, 'target_user_id') } }) }
    case 'channel.chat.clear':
      return { type: 'message', draft: base('clear') }
    case 'stream.offline':
      return { type: 'offline' }
    default:
      return { type: 'unknown', draft: base('system', { raw: JSON.stringify(notification) ?? null }) }
  }
}

function written(event: unknown): Partial<MessageDraft> & { readonly kind: MessageKind } {
  const bits = numberAt(event, 'cheer', 'bits')
  const id = textAt(event, 'message_id')
  return {
    kind: bits ? 'paid' : 'text',
    ...(id !== '' && { id }),
    author: authorOf(event),
    text: runsOf(at(event, 'message')),
    amount: bits ? { value: bits, currency: 'bits', raw: `${bits} bits` } : null,
  }
}

const noticeKinds: { readonly [type: string]: MessageKind } = {
  ...{ sub: 'membership', resub: 'membership', prime_paid_upgrade: 'membership', gift_paid_upgrade: 'membership' },
  ...{ sub_gift: 'gift', community_sub_gift: 'gift', pay_it_forward: 'gift', charity_donation: 'paid' },
  ...{ announcement: 'notice', raid: 'system', unraid: 'system', bits_badge_tier: 'system' },
}

function notice(event: unknown, base: MessageDraft): NotificationMeaning {
  const told = textAt(event, 'notice_type')
  const type = told.replace(/^shared_chat_/, '')
  const kind = Object.hasOwn(noticeKinds, type) ? noticeKinds[type]! : null
  const text = runsOf(at(event, 'message'))
  const months = numberAt(event, type, 'cumulative_months')
  const value = numberAt(event, type, 'amount', 'value')
  const places = numberAt(event, type, 'amount', 'decimal_places') ?? 0
  const currency = textAt(event, type, 'amount', 'currency')
  const worth = value === null || currency === '' ? null : value / 10 ** Math.min(Math.max(places, 0), 6)
  const author = authorOf(event)
  const draft: MessageDraft = {
    ...base,
    id: textAt(event, 'message_id') || base.id,
    kind: kind ?? 'system',
    author: author && { ...author, months: months ?? author.months ?? null },
    text: text.length > 0 ? text : textAt(event, 'system_message'),
    amount: worth === null ? null : { value: worth, currency, raw: `${worth} ${currency}` },
  }
  return kind === null ? { type: 'unknown', draft } : shared(event, draft)
}

/** In a shared chat every channel also receives what was written in the others. */
function shared(event: unknown, draft: MessageDraft): NotificationMeaning {
  const from = textAt(event, 'source_broadcaster_user_id')
  if (from === '' || from === textAt(event, 'broadcaster_user_id')) return { type: 'message', draft }
  const badge: Badge = { id: `shared-chat/${from}`, label: 'shared chat', url: null }
  const badges = [badge, ...(draft.author?.badges ?? [])]
  return { type: 'foreign', draft: { ...draft, author: { ...draft.author, badges } } }
}

function runsOf(message: unknown): readonly Run[] {
  const fragments = listAt(message, 'fragments')
  if (fragments.length === 0) return [{ text: textAt(message, 'text'), emote: null }].filter(({ text }) => text !== '')
  return fragments.map((fragment) => {
    const id = textAt(fragment, 'emote', 'id')
    const isEmote = /^[\w-]{1,100}$/.test(id)
    const url = `https://static-cdn.jtvnw.net/emoticons/v2/${id}/default/dark/1.0`
    return { text: textAt(fragment, 'text'), emote: isEmote ? { id, url } : null }
  })
}

const roleOfBadge: { readonly [badge: string]: Role } = {
  ...{ broadcaster: 'owner', moderator: 'moderator', lead_moderator: 'moderator', vip: 'vip', subscriber: 'member' },
  ...{ founder: 'member', staff: 'staff', admin: 'staff', global_mod: 'staff', partner: 'verified' },
}

function authorOf(event: unknown): Partial<Author> | null {
  const id = textAt(event, 'chatter_user_id')
  if (id === '') return null
  const badges = listAt(event, 'badges').map((badge) => ({
    ...{ set: textAt(badge, 'set_id'), id: textAt(badge, 'id') },
    months: numberAt(badge, 'info'),
  }))
  const member = badges.find(({ set }) => set === 'subscriber' || set === 'founder')
  return {
    id,
    name: textAt(event, 'chatter_user_name') || textAt(event, 'chatter_user_login'),
    handle: textAt(event, 'chatter_user_login') || null,
    roles: badges.flatMap(({ set }) => (Object.hasOwn(roleOfBadge, set) ? [roleOfBadge[set]!] : [])),
    badges: badges.map(({ set, id }) => ({ id: `${set}/${id}`, label: set, url: twitchBadgeUrl(set) })),
    months: member?.months ?? null,
  }
}
