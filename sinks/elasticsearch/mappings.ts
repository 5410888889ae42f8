/**
 * The fields of each kind of document. Strict: a field that nobody declared is refused, and a document whose value does
 * not fit is put aside with the reason, instead of the index guessing types from what chat happens to hold.
 */
import type { estypes } from '@elastic/elasticsearch'
import { CODE_LENGTH } from './grams-field.ts'
import type { Kind } from './index-names.ts'

type Properties = { readonly [field: string]: estypes.MappingProperty }

/** Longer ids and words are kept and not found: Lucene takes no term of more than 32,766 bytes. */
export const MAX_KEYWORD = 8_191
const keyword = { type: 'keyword', ignore_above: MAX_KEYWORD } as const
const date = { type: 'date', format: 'epoch_millis' } as const
const integer = { type: 'integer' } as const
const long = { type: 'long' } as const
const float = { type: 'float' } as const
const double = { type: 'double' } as const
const boolean = { type: 'boolean' } as const
/** Kept as it is, never searched. */
const stored = { type: 'keyword', index: false, doc_values: false } as const

const place = { channelId: keyword, broadcastId: keyword, broadcast: keyword }

export const abuseFields: Properties = {
  profanity: float,
  hate: float,
  sexual: float,
  suspect: boolean,
  model: keyword,
}

const messages: Properties = {
  ...place,
  source: keyword,
  messageId: keyword,
  kind: keyword,
  timestamp: date,
  receivedAt: date,
  analyzedAt: date,
  /** Ascending in the order in which messages of one millisecond came. */
  order: long,
  /** A pseudonym. */
  author: keyword,
  roles: keyword,
  months: integer,
  text: { type: 'text', analyzer: 'javas_text' },
  grams: {
    type: 'text',
    analyzer: 'javas_grams',
    index_prefixes: { min_chars: CODE_LENGTH, max_chars: CODE_LENGTH },
    norms: false,
  },
  words: keyword,
  emotes: keyword,
  emoji: keyword,
  question: boolean,
  laughs: integer,
  cries: integer,
  /** A viewer wrote it: kinds text and paid. */
  counted: boolean,
  paid: boolean,
  amount: double,
  currency: keyword,
  severity: { type: 'byte' },
  categories: keyword,
  techniques: keyword,
  rules: keyword,
  sentiment: keyword,
  positive: float,
  neutral: float,
  negative: float,
  confidence: float,
  abstained: boolean,
  model: keyword,
  abuse: { properties: { ...abuseFields } },
  history: boolean,
  /** A moderator upstream took it away. */
  deleted: boolean,
  removedAt: date,
  restoredAt: date,
  /** Only a mark for a message that has not come yet. */
  awaited: boolean,
}

const windows: Properties = {
  ...place,
  windowStart: date,
  windowEnd: date,
  sizeMs: long,
  messages: integer,
  positive: integer,
  neutral: integer,
  negative: integer,
  unscored: integer,
  unsure: integer,
  profane: integer,
  mildlyProfane: integer,
  authors: integer,
  closed: boolean,
  revision: long,
}

export const keywordFields: Properties = {
  word: keyword,
  weight: double,
  count: integer,
  positive: double,
  negative: double,
  emote: boolean,
  burst: double,
  channelBurst: double,
  fresh: boolean,
}

const keywords: Properties = {
  ...place,
  at: date,
  words: {
    type: 'nested',
    properties: { ...keywordFields },
  },
  coined: keyword,
  revision: long,
  sweptAt: date,
}

const offences: Properties = {
  channelId: keyword,
  broadcastId: keyword,
  broadcast: keyword,
  author: keyword,
  strikes: double,
  mild: integer,
  strong: integer,
  severe: integer,
  firstAt: date,
  lastAt: date,
  lastMessageId: keyword,
  lastSeverity: { type: 'byte' },
  revision: long,
}

const alerts: Properties = {
  ...place,
  alertId: keyword,
  kind: keyword,
  state: keyword,
  since: date,
  at: date,
  value: double,
  lower: double,
  upper: double,
  threshold: double,
  baseline: double,
  peak: double,
  messages: integer,
  words: keyword,
  reason: keyword,
  revision: long,
  sweptAt: date,
}

const broadcasts: Properties = {
  ...place,
  source: keyword,
  url: keyword,
  title: { type: 'text', analyzer: 'javas_text', fields: { raw: keyword } },
  channelName: keyword,
  state: keyword,
  reason: keyword,
  attempt: integer,
  startedAt: date,
  lastMessageAt: date,
  at: date,
}

export const mappings: { readonly [kind in Kind]: Properties } = {
  messages,
  windows,
  keywords,
  offences,
  alerts,
  broadcasts,
  positions: { positions: { type: 'object', enabled: false }, at: date },
  clears: { ...place, author: keyword, at: date },
  erasures: { ...place, at: date, returned: boolean },
  'erased-people': { channelId: keyword, author: keyword, at: date },
  pseudonyms: { channelId: keyword, salt: stored, createdAt: date },
  refused: {
    ...place,
    at: date,
    index: keyword,
    documentId: keyword,
    status: integer,
    type: keyword,
    reason: keyword,
    document: stored,
  },
}

/** Fields that are searched and not kept: our own code makes them again from the others. */
export const unkeptFields: { readonly [kind in Kind]?: readonly string[] } = { messages: ['grams'] }
