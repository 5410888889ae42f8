/** What an action of YouTube's chat means. Pure, never throws. */
import type { MessageKind, Run } from '#schemas/types.ts'
import type { MessageDraft } from '../chat-message.ts'
import type { Broadcast } from '../chat-source.ts'
import { derivedId } from '../derived-id.ts'
import { at, numberAt, textAt } from '../json-path.ts'
import { monthsOf, youtubeAuthor } from './chat-author.ts'
import { purchaseAmount } from './purchase-amount.ts'
import { thumbnail, youtubeRuns, youtubeText } from './runs.ts'

export interface ActionContext {
  readonly broadcast: Broadcast
  readonly receivedAt: number
  /** what came as the past when reading began */
  readonly isHistory: boolean
}

/** `update`: takes the place of the message `replaces`. `unknown` comes with a message that keeps the action. */
export type ActionMeaning =
  | { readonly type: 'message'; readonly draft: MessageDraft }
  | { readonly type: 'update'; readonly draft: MessageDraft; readonly replaces: string }
  | { readonly type: 'unknown'; readonly draft: MessageDraft; readonly name: string }
  | { readonly type: 'ignored'; readonly name: string }

/** Known, and nothing that anybody wrote or did: tickers repeat what stands in the chat already. */
const ignoredActions = new Set([
  'addLiveChatTickerItemAction',
  'removeBannerForLiveChatCommand',
  'updateLiveChatPollAction',
  'showLiveChatActionPanelAction',
  'updateLiveChatActionPanelAction',
  'closeLiveChatActionPanelAction',
  'showLiveChatTooltipCommand',
  'closeLiveChatTooltipCommand',
  'liveChatReportModerationStateCommand',
  'showLiveChatSurveyCommand',
  'clickTrackingParams',
])
const ignoredItems = new Set([
  'liveChatPlaceholderItemRenderer',
  'liveChatViewerEngagementMessageRenderer',
  'liveChatAutoModMessageRenderer',
])

export function actionMeaning(action: unknown, context: ActionContext): ActionMeaning {
  const [name, value] = firstEntry(action, 'clickTrackingParams')
  switch (name) {
    case 'addChatItemAction':
      return itemMeaning(at(value, 'item'), action, context)
    case 'replaceChatItemAction': {
      const meaning = itemMeaning(at(value, 'replacementItem'), action, context)
      return meaning.type === 'message'
        ? { ...meaning, type: 'update', replaces: textAt(value, 'targetItemId') }
        : meaning
    }
    case 'markChatItemAsDeletedAction':
    case 'removeChatItemAction':
      return { type: 'message', draft: deletion({ messageId: textAt(value, 'targetItemId') }, context) }
    case 'markChatItemsByAuthorAsDeletedAction':
    case 'removeChatItemByAuthorAction':
      return { type: 'message', draft: deletion({ authorId: textAt(value, 'externalChannelId') }, context) }
    case 'addBannerToLiveChatCommand':
      return banner(at(value, 'bannerRenderer', 'liveChatBannerRenderer'), context)
    default:
      return ignoredActions.has(name) ? { type: 'ignored', name } : unknown(name, action, context)
  }
}

/** What an item becomes, beside what all of them share. */
type ItemReading = (item: unknown) => Partial<Pick<MessageDraft, 'text' | 'amount' | 'author' | 'raw'>> & {
  readonly kind: MessageKind
}

const items: { readonly [renderer: string]: ItemReading } = {
  liveChatTextMessageRenderer: (item) => ({ kind: 'text', text: youtubeRuns(at(item, 'message')) }),
  liveChatPaidMessageRenderer: (item) => ({
    kind: 'paid',
    text: youtubeRuns(at(item, 'message')),
    amount: purchaseAmount(youtubeText(at(item, 'purchaseAmountText'))),
  }),
  liveChatPaidStickerRenderer: (item) => ({
    kind: 'sticker',
    text: sticker(at(item, 'sticker')),
    amount: purchaseAmount(youtubeText(at(item, 'purchaseAmountText'))),
  }),
  liveChatMembershipItemRenderer: (item) => {
    const milestone = youtubeText(at(item, 'headerPrimaryText'))
    const written = youtubeRuns(at(item, 'message'))
    const said = milestone || youtubeText(at(item, 'headerSubtext'))
    const author = youtubeAuthor(item)
    return {
      kind: 'membership',
      text: written.length > 0 ? written : said,
      author: author && { ...author, months: monthsOf(milestone) ?? author.months ?? null },
    }
  },
  liveChatSponsorshipsGiftPurchaseAnnouncementRenderer: (item) => {
    const header = at(item, 'header', 'liveChatSponsorshipsHeaderRenderer')
    const said = youtubeText(at(header, 'primaryText'))
    const count = /\d{1,6}/.exec(said)?.[0]
    return {
      kind: 'gift',
      text: said,
      author: youtubeAuthor(item, header),
      amount: count === undefined ? null : { value: Number(count), currency: 'memberships', raw: said },
    }
  },
  liveChatSponsorshipsGiftRedemptionAnnouncementRenderer: (item) => ({
    kind: 'gift',
    text: youtubeRuns(at(item, 'message')),
  }),
  giftMessageViewModel: (item) => ({
    kind: 'gift',
    text: youtubeText(at(item, 'text')),
    author: { name: textAt(item, 'authorName', 'content'), id: textAt(item, 'authorName', 'content') },
    raw: JSON.stringify(item),
  }),
  liveChatModeChangeMessageRenderer: (item) => ({ kind: 'notice', text: youtubeText(at(item, 'text')) }),
}

function itemMeaning(wrapped: unknown, action: unknown, context: ActionContext): ActionMeaning {
  const [name, item] = firstEntry(wrapped)
  if (ignoredItems.has(name)) return { type: 'ignored', name }
  const reading = Object.hasOwn(items, name) ? items[name]! : null
  if (reading === null) return unknown(name, action, context)
  const { kind, ...read } = reading(item)
  const author = read.author === undefined ? youtubeAuthor(item) : read.author
  return { type: 'message', draft: { ...base(kind, item, context), ...read, author } }
}

function base(kind: MessageKind, item: unknown, { broadcast, receivedAt, isHistory }: ActionContext): MessageDraft {
  const { source, channelId, broadcastId } = broadcast
  const micros = numberAt(item, 'timestampUsec')
  return {
    ...{ source, channelId, broadcastId, kind, receivedAt },
    id: textAt(item, 'id') || derivedId(kind, item),
    timestamp: micros === null ? receivedAt : Math.floor(micros / 1_000),
    author: null,
    text: '',
    history: isHistory,
  }
}

/** The wire gives a deletion neither an id nor a time. A second ban of the same author is another one. */
function deletion(
  target: { readonly messageId?: string; readonly authorId?: string },
  context: ActionContext,
): MessageDraft {
  const minute = target.authorId === undefined ? 0 : Math.floor(context.receivedAt / 60_000)
  const draft = base('delete', null, { ...context, isHistory: false })
  return { ...draft, id: derivedId('delete', target, minute), target }
}

/** A pinned message stands in the chat already; that it was pinned is the news. */
function banner(renderer: unknown, context: ActionContext): ActionMeaning {
  const [name, item] = firstEntry(at(renderer, 'contents'))
  const runs = youtubeRuns(at(item, 'message'))
  if (name !== 'liveChatTextMessageRenderer' || runs.length === 0) return { type: 'ignored', name: `banner ${name}` }
  const id = `pinned-${textAt(renderer, 'actionId') || textAt(item, 'id')}`
  return { type: 'message', draft: { ...base('notice', item, context), id, text: runs, author: youtubeAuthor(item) } }
}

function sticker(value: unknown): readonly Run[] {
  const label = textAt(value, 'accessibility', 'accessibilityData', 'label')
  return [{ text: label || 'sticker', emote: { id: label || 'sticker', url: thumbnail(value) } }]
}

function unknown(name: string, action: unknown, context: ActionContext): ActionMeaning {
  const [, wrapped] = firstEntry(action, 'clickTrackingParams')
  const [, item] = firstEntry(at(wrapped, 'item'))
  const raw = JSON.stringify(action) ?? ''
  const draft = { ...base('system', item, context), author: youtubeAuthor(item), raw }
  return { type: 'unknown', name: name.slice(0, 100), draft: { ...draft, id: textAt(item, 'id') || derivedId(raw) } }
}

/** The first property that is an object: what a wrapper wraps, and its name. */
function firstEntry(wrapper: unknown, except = ''): [name: string, value: unknown] {
  if (typeof wrapper !== 'object' || wrapper === null) return ['', undefined]
  for (const [name, value] of Object.entries(wrapper))
    if (name !== except && typeof value === 'object' && value !== null) return [name, value]
  return ['', undefined]
}
