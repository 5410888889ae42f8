/** What a message of YouTube's official Data API means. Pure, never throws. */
import type { Badge, MessageKind, Role } from '#schemas/types.ts'
import type { AmountDraft, MessageDraft } from '../chat-message.ts'
import { derivedId } from '../derived-id.ts'
import { at, numberAt, textAt } from '../json-path.ts'
import type { ActionContext } from './chat-action.ts'

export type ApiMeaning =
  | { readonly type: 'message'; readonly name: string; readonly draft: MessageDraft }
  | { readonly type: 'unknown'; readonly name: string; readonly draft: MessageDraft }
  | { readonly type: 'ended'; readonly name: string }
  | { readonly type: 'ignored'; readonly name: string }

type Reading = (snippet: unknown) => Partial<Pick<MessageDraft, 'text' | 'amount' | 'target'>> & {
  readonly kind: MessageKind
}

const readings: { readonly [type: string]: Reading } = {
  textMessageEvent: (snippet) => ({
    kind: 'text',
    text: textAt(snippet, 'textMessageDetails', 'messageText') || shown(snippet),
  }),
  superChatEvent: (snippet) => paid('paid', at(snippet, 'superChatDetails')),
  superStickerEvent: (snippet) => {
    const details = at(snippet, 'superStickerDetails')
    const label = textAt(details, 'superStickerMetadata', 'altText') || 'sticker'
    return { ...paid('sticker', details), text: [{ text: label, emote: { id: label, url: null } }] }
  },
  newSponsorEvent: (snippet) => ({ kind: 'membership', text: shown(snippet) }),
  memberMilestoneChatEvent: (snippet) => ({
    kind: 'membership',
    text: textAt(snippet, 'memberMilestoneChatDetails', 'userComment') || shown(snippet),
  }),
  membershipGiftingEvent: (snippet) => {
    const value = numberAt(snippet, 'membershipGiftingDetails', 'giftMembershipsCount')
    return {
      kind: 'gift',
      text: shown(snippet),
      amount: value === null ? null : { value, currency: 'memberships', raw: shown(snippet) },
    }
  },
  giftMembershipReceivedEvent: (snippet) => ({ kind: 'gift', text: shown(snippet) }),
  messageDeletedEvent: (snippet) => ({
    kind: 'delete',
    target: { messageId: textAt(snippet, 'messageDeletedDetails', 'deletedMessageId') },
  }),
  userBannedEvent: (snippet) => ({
    kind: 'delete',
    target: {
      authorId: textAt(snippet, 'userBannedDetails', 'bannedUserDetails', 'channelId'),
      seconds:
        textAt(snippet, 'userBannedDetails', 'banType') === 'permanent'
          ? 0
          : numberAt(snippet, 'userBannedDetails', 'banDurationSeconds'),
    },
  }),
  sponsorOnlyModeStartedEvent: (snippet) => ({ kind: 'notice', text: shown(snippet) }),
  sponsorOnlyModeEndedEvent: (snippet) => ({ kind: 'notice', text: shown(snippet) }),
}
const ignored = new Set(['tombstone', 'pollEvent'])

export function apiMeaning(item: unknown, { broadcast, receivedAt, isHistory }: ActionContext): ApiMeaning {
  const snippet = at(item, 'snippet')
  const name = textAt(snippet, 'type').slice(0, 100)
  if (name === 'chatEndedEvent') return { type: 'ended', name }
  if (ignored.has(name)) return { type: 'ignored', name }
  const { source, channelId, broadcastId } = broadcast
  const publishedAt = Date.parse(textAt(snippet, 'publishedAt'))
  const reading = Object.hasOwn(readings, name) ? readings[name]!(snippet) : null
  const raw = reading === null ? (JSON.stringify(item) ?? '') : null
  const draft: MessageDraft = {
    ...{ source, channelId, broadcastId, receivedAt, raw, text: '' },
    kind: 'system',
    ...reading,
    id: textAt(item, 'id') || derivedId(item),
    timestamp: Number.isNaN(publishedAt) ? receivedAt : publishedAt,
    author: authorOf(at(item, 'authorDetails'), numberAt(snippet, 'memberMilestoneChatDetails', 'memberMonth')),
    history: isHistory,
  }
  return reading === null ? { type: 'unknown', name, draft } : { type: 'message', name, draft }
}

const shown = (snippet: unknown) => textAt(snippet, 'displayMessage')

function paid(kind: MessageKind, details: unknown): { kind: MessageKind; text: string; amount: AmountDraft | null } {
  const micros = numberAt(details, 'amountMicros')
  const [currency, raw] = [textAt(details, 'currency'), textAt(details, 'amountDisplayString')]
  return {
    kind,
    text: textAt(details, 'userComment'),
    amount: micros === null ? null : { value: micros / 1_000_000, currency: currency || 'unknown', raw },
  }
}

const roleOf: readonly (readonly [field: string, role: Role])[] = [
  ['isChatOwner', 'owner'],
  ['isChatModerator', 'moderator'],
  ['isChatSponsor', 'member'],
  ['isVerified', 'verified'],
]

function authorOf(details: unknown, months: number | null): MessageDraft['author'] {
  const id = textAt(details, 'channelId')
  if (id === '') return null
  const name = textAt(details, 'displayName')
  const roles = roleOf.filter(([field]) => at(details, field) === true).map(([, role]) => role)
  const badges: Badge[] = roles.map((role) => ({ id: role, label: role, url: null }))
  return { id, name, handle: name.startsWith('@') ? name : null, roles, badges, months }
}
