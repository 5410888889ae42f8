/** What is indexed of each value: a full document, every time. Names, handles and avatars of authors stay in the record. */
import type {
  Alert,
  AnalyzedMessage,
  AuthorOffence,
  BroadcastState,
  KeywordCount,
  WindowCount,
} from '#schemas/types.ts'
import { documentId } from './document-id.ts'
import { gramsOf } from './grams-field.ts'
import { abuseFields, keywordFields, mappings } from './mappings.ts'

/** The pseudonym of an author on a channel; null for somebody without an id. */
export type PseudonymOf = (channelId: string, authorId: string) => string | null

export interface Place {
  readonly channelId: string
  readonly broadcastId: string
  /** One term for both, to filter and to count by. */
  readonly broadcast: string
}

export interface MessageDocument extends Place {
  readonly messageId: string
  readonly timestamp: number
  readonly text: string
  readonly author: string | null
  readonly kind: string
  readonly deleted: boolean
  readonly removedAt: number | null
  readonly restoredAt: number | null
  readonly [field: string]: unknown
}

/** Terms of the broadcasts that wrote last: every message asks for its own. */
const terms = new Map<string, string>()
const MAX_TERMS = 1_000

export function broadcastTerm(channelId: string, broadcastId: string): string {
  const key = `${channelId}\0${broadcastId}`
  const known = terms.get(key)
  if (known !== undefined) return known
  const term = documentId('broadcast', channelId, broadcastId)
  if (terms.size >= MAX_TERMS) terms.clear()
  terms.set(key, term)
  return term
}

export const placeOf = ({ channelId, broadcastId }: { channelId: string; broadcastId: string }): Place => ({
  channelId,
  broadcastId,
  broadcast: broadcastTerm(channelId, broadcastId),
})

export const messageId = (channelId: string, id: string): string => documentId('message', channelId, id)

export function messageDocument(analyzed: AnalyzedMessage, pseudonymOf: PseudonymOf, order: number): MessageDocument {
  const { message, tokens, profanity, severity, sentiment, abuse, analyzedAt } = analyzed
  return {
    ...placeOf(message),
    source: message.source,
    messageId: message.id,
    kind: message.kind,
    timestamp: message.timestamp,
    receivedAt: message.receivedAt,
    analyzedAt,
    order,
    author: pseudonymOf(message.channelId, message.author.id),
    roles: message.author.roles,
    months: message.author.months,
    text: message.text,
    grams: gramsOf(message.text),
    words: distinct(tokens.words),
    emotes: distinct(tokens.emotes),
    emoji: distinct(tokens.emoji),
    question: tokens.question,
    laughs: tokens.laughs,
    cries: tokens.cries,
    counted: message.kind === 'text' || message.kind === 'paid',
    // The amount of a gap is how much is missing.
    paid: message.kind === 'paid' || (message.amount !== null && message.kind !== 'status'),
    amount: message.amount?.value ?? null,
    currency: message.amount?.currency ?? null,
    severity,
    categories: distinct(profanity.map(({ category }) => category)),
    techniques: distinct(profanity.map(({ technique }) => technique)),
    rules: distinct(profanity.map(({ rule }) => rule)),
    ...(sentiment && {
      sentiment: sentiment.label,
      positive: sentiment.positive,
      neutral: sentiment.neutral,
      negative: sentiment.negative,
      confidence: sentiment.confidence,
      abstained: sentiment.abstained,
      model: sentiment.model,
    }),
    ...(abuse && { abuse: declared(abuse, abuseFields) }),
    history: message.history,
    deleted: false,
    removedAt: null,
    restoredAt: null,
  }
}

/** A document that the index gave back, with what it does not keep. */
export const withGrams = (document: MessageDocument): MessageDocument => ({
  ...document,
  grams: gramsOf(document.text ?? ''),
})

const distinct = (values: readonly string[]) => (values.length < 2 ? values : [...new Set(values)])

/** A schema may have fields that this index knows nothing of; sent all the same they would have the document refused. */
const declared = (value: object, fields: object) =>
  Object.fromEntries(Object.entries(value).filter(([field]) => Object.hasOwn(fields, field)))

export const windowId = ({ channelId, broadcastId, windowStart, windowEnd }: WindowCount): string =>
  documentId('window', channelId, broadcastId, windowStart, windowEnd)

export const windowDocument = (window: WindowCount) => ({
  ...declared(window, mappings.windows),
  ...placeOf(window),
  sizeMs: window.windowEnd - window.windowStart,
})

export const keywordsId = ({ channelId, broadcastId }: KeywordCount): string =>
  documentId('keywords', channelId, broadcastId)

export const keywordsDocument = (keywords: KeywordCount) => ({
  ...declared(keywords, mappings.keywords),
  ...placeOf(keywords),
  words: keywords.words.map((word) => declared(word, keywordFields)),
})

export const offenceId = ({ channelId }: AuthorOffence, pseudonym: string): string =>
  documentId('offence', channelId, pseudonym)

export function offenceDocument(offence: AuthorOffence, pseudonym: string) {
  return { ...declared(offence, mappings.offences), ...placeOf(offence), author: pseudonym }
}

export const alertId = ({ channelId, id }: Alert): string => documentId('alert', channelId, id)

export function alertDocument(alert: Alert) {
  // Without samples: they are messages, which the index has in a form that can be erased; names stay in the record.
  return { ...declared(alert, mappings.alerts), ...placeOf(alert), alertId: alert.id }
}

export const broadcastId = ({ channelId, broadcastId }: BroadcastState): string =>
  documentId('broadcast', channelId, broadcastId)

export function broadcastDocument(state: BroadcastState) {
  return { ...declared(state, mappings.broadcasts), ...placeOf(state) }
}
