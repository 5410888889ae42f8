/** Values for the archive's tests: everything a test does not name has a plain default. */
import type {
  Alert,
  AnalyzedMessage,
  AuthorOffence,
  BroadcastState,
  ChatMessage,
  KeywordCount,
  OperatorAction,
  SentimentLabel,
  WindowCount,
} from '#schemas/types.ts'
import type { ArchiveBatch } from '../archive.ts'

export const T0 = Date.UTC(2026, 10, 23, 9)

export function message(
  id: string,
  text: string,
  chat: Partial<Omit<ChatMessage, 'author'>> & {
    readonly author?: string
    readonly name?: string
    readonly severity?: number
    readonly sentiment?: SentimentLabel
    readonly question?: boolean
  } = {},
): AnalyzedMessage {
  const { author = 'u1', name = `name of ${author}`, severity = 0, sentiment, question = false, ...rest } = chat
  const timestamp = chat.timestamp ?? T0
  return {
    message: {
      source: 'demo',
      channelId: 'demo:one',
      broadcastId: 'first',
      id,
      kind: 'text',
      timestamp,
      receivedAt: timestamp + 100,
      author: {
        id: author,
        name,
        handle: null,
        roles: ['member'],
        badges: [{ id: 'm', label: 'Member', url: null }],
        months: 3,
      },
      text,
      runs: [{ text, emote: null }],
      amount: null,
      target: null,
      history: false,
      raw: null,
      ...rest,
    },
    tokens: { words: text.split(' '), emotes: [], emoji: [], mentions: [], urls: [], laughs: 0, cries: 0, question },
    profanity:
      severity > 0 ? [{ start: 0, end: 1, severity, technique: 'plain', rule: 'rule-1', category: 'vulgar' }] : [],
    severity,
    sentiment: sentiment
      ? {
          label: sentiment,
          positive: 0.25,
          neutral: 0.25,
          negative: 0.5,
          confidence: 0.75,
          model: 'test@1',
          abstained: false,
        }
      : null,
    abuse: null,
    analyzedAt: timestamp + 200,
  }
}

export const windowOf = (windowStart: number, values: Partial<WindowCount> = {}): WindowCount => ({
  channelId: 'demo:one',
  broadcastId: 'first',
  windowStart,
  windowEnd: windowStart + 60_000,
  messages: 1,
  positive: 0,
  neutral: 0,
  negative: 0,
  unscored: 1,
  unsure: 0,
  profane: 0,
  mildlyProfane: 0,
  authors: 1,
  closed: false,
  revision: 1,
  ...values,
})

export const keywordsOf = (words: readonly string[], values: Partial<KeywordCount> = {}): KeywordCount => ({
  channelId: 'demo:one',
  broadcastId: 'first',
  at: T0,
  words: words.map((word) => ({
    word,
    weight: 1,
    count: 1,
    positive: 0,
    negative: 0,
    emote: false,
    burst: 1,
    channelBurst: 1,
    fresh: false,
  })),
  coined: [],
  revision: 1,
  ...values,
})

export const offenceOf = (authorId: string, values: Partial<AuthorOffence> = {}): AuthorOffence => ({
  channelId: 'demo:one',
  broadcastId: 'first',
  authorId,
  authorName: `name of ${authorId}`,
  strikes: 2,
  mild: 0,
  strong: 1,
  severe: 0,
  firstAt: T0,
  lastAt: T0,
  lastMessageId: 'm1',
  lastSeverity: 2,
  revision: 1,
  ...values,
})

export const alertOf = (id: string, values: Partial<Alert> = {}): Alert => ({
  id,
  channelId: 'demo:one',
  broadcastId: 'first',
  kind: 'negative-surge',
  state: 'firing',
  since: T0,
  at: T0 + 20_000,
  value: 0.5,
  lower: 0.4,
  upper: 0.6,
  threshold: 0.35,
  baseline: 0.1,
  peak: 0.5,
  messages: 120,
  words: ['word'],
  samples: ['sample'],
  reason: '',
  subject: '',
  subjectName: '',
  channelName: '',
  authors: 0,
  loudest: 0,
  revision: 1,
  ...values,
})

export const stateOf = (values: Partial<BroadcastState> = {}): BroadcastState => ({
  channelId: 'demo:one',
  broadcastId: 'first',
  source: 'demo',
  url: 'demo://one',
  title: 'A title',
  channelName: 'One',
  state: 'live',
  reason: '',
  detail: '',
  attempt: 0,
  nextTryAt: null,
  startsAt: null,
  startedAt: T0 - 1000,
  lastMessageAt: null,
  at: T0,
  ...values,
})

export const actionOf = (id: string, values: Partial<OperatorAction> = {}): OperatorAction => ({
  id,
  kind: 'note',
  at: T0,
  by: 'kim',
  role: 'moderator',
  channelId: 'demo:one',
  broadcastId: '',
  authorId: '',
  messageId: '',
  text: '',
  details: {},
  ...values,
})

let end = 0

/** A batch that is ahead of every batch made before. Its messages are the last records before its position. */
export function batchOf(values: Partial<ArchiveBatch>): ArchiveBatch {
  const messages = values.messages ?? []
  end += Math.max(1, messages.length)
  const positions = values.positions ?? [{ topic: 'analyzed-messages', partition: 0, offset: end }]
  const { topic, partition, offset } = positions[0]!
  return {
    messages,
    origins: messages.map((_, index) => ({ topic, partition, offset: offset - messages.length + index })),
    windows: [],
    keywords: [],
    offences: [],
    alerts: [],
    states: [],
    ...values,
    positions,
  }
}
