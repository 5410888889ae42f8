/** Which collections there are, what is indexed, and what the server checks of a document. */
import type { Document, IndexSpecification } from 'mongodb'

/** Counts changes after which an older JAVAS can no longer read or write the collections. */
export const LAYOUT_VERSION = 2

const DAY_S = 24 * 60 * 60

export interface IndexLayout {
  readonly name: string
  readonly key: IndexSpecification & { readonly [path: string]: 1 | -1 }
  /** Documents go by themselves so long after the time in the indexed field. */
  readonly expireAfterSeconds?: number
}

export interface CollectionLayout {
  readonly name: string
  readonly indexes: readonly IndexLayout[]
  /** JSON schema of a document. */
  readonly schema: Document
}

const index = (name: string, ...paths: readonly string[]): IndexLayout => ({
  name,
  key: Object.fromEntries(paths.map((path) => [path.replace(/^-/, ''), path.startsWith('-') ? -1 : 1])),
})

const fields = (required: { readonly [name: string]: Document }): Document => ({
  bsonType: 'object',
  required: ['_id', ...Object.keys(required)],
  properties: { _id: text, ...required },
})

const text = { bsonType: 'string' }
const number = { bsonType: 'number' }
const ofBroadcast = { channelId: text, broadcastId: text }
const versioned = { channelId: text, revision: number, value: { bsonType: 'object' } }

export const layout: readonly CollectionLayout[] = [
  {
    name: 'messages',
    indexes: [
      index('by-place', 'place'),
      index('by-broadcast', 'message.broadcastId', 'message.channelId', 'place'),
      index('by-channel', 'message.channelId', 'place'),
      index('by-author', 'message.author.id', 'message.channelId', 'place'),
      index('by-grams', 'grams', 'place'),
    ],
    schema: fields({
      place: { bsonType: 'string', pattern: '^[0-9a-f]{30}$' },
      origin: { bsonType: 'object', required: ['partition', 'generation', 'offset'] },
      grams: { bsonType: 'array', items: text },
      markedBy: text,
      message: fieldsOf('source', 'channelId', 'broadcastId', 'id', 'kind', 'timestamp', 'author', 'text'),
      severity: { bsonType: 'number', minimum: 0 },
    }),
  },
  {
    name: 'broadcasts',
    indexes: [index('by-start', '-startedAt'), index('by-erasure', 'isErasing'), index('by-recount', 'mustRecount')],
    schema: fields({
      ...ofBroadcast,
      incarnation: text,
      version: number,
      messages: number,
      countedTo: { bsonType: 'array' },
    }),
  },
  {
    name: 'participants',
    indexes: [
      index('by-broadcast', 'broadcastId', 'channelId', 'authorId'),
      index('by-author', 'authorId', 'channelId'),
    ],
    schema: fields({ ...ofBroadcast, authorId: text, place: text }),
  },
  {
    name: 'authors',
    indexes: [index('by-grams', 'grams')],
    schema: fields({ channelId: text, authorId: text, version: number, names: { bsonType: 'array', maxItems: 10 } }),
  },
  {
    name: 'windows',
    indexes: [index('by-broadcast', 'broadcastId', 'channelId', 'size', 'start'), index('by-end', 'end')],
    schema: fields({ ...versioned, broadcastId: text, size: number, start: number, end: number }),
  },
  {
    name: 'keywords',
    indexes: [index('by-broadcast', 'broadcastId', 'channelId'), index('by-time', 'at')],
    schema: fields({ ...versioned, broadcastId: text, at: number }),
  },
  {
    name: 'offences',
    indexes: [
      index('by-rank', 'channelId', '-rank'),
      index('by-broadcast', 'broadcastId', 'channelId'),
      index('by-time', 'lastAt'),
    ],
    schema: fields({ ...versioned, broadcastId: text, authorId: text, rank: number }),
  },
  {
    name: 'alerts',
    indexes: [
      index('by-broadcast', 'broadcastId', 'channelId', '-since'),
      index('by-channel', 'channelId', '-since'),
      index('by-time', 'at'),
    ],
    schema: fields({ ...versioned, broadcastId: text, since: number, fired: number }),
  },
  {
    name: 'rules-versions',
    indexes: [index('by-channel', 'channelId', '-version')],
    schema: fields({ channelId: text, version: number, value: { bsonType: 'object' } }),
  },
  {
    name: 'operator-actions',
    indexes: [
      index('by-place', 'place'),
      index('by-author', 'channelId', 'authorId', 'place'),
      index('by-message', 'messageId', 'channelId', 'place'),
      index('by-time', 'at'),
    ],
    schema: fields({ place: text, kind: text, at: number, by: text, channelId: text, details: { bsonType: 'array' } }),
  },
  {
    name: 'platform-sanctions',
    indexes: [
      index('by-author', 'authorId', 'channelId', '-at', '-id'),
      index('by-broadcast', 'broadcastId', 'channelId'),
      index('by-time', 'at'),
    ],
    schema: fields({ ...ofBroadcast, authorId: text, id: text, at: number }),
  },
  {
    name: 'awaited-removals',
    indexes: [{ ...index('expire', 'storedAt'), expireAfterSeconds: 30 * DAY_S }],
    schema: fields({ by: text, storedAt: { bsonType: 'date' } }),
  },
  {
    name: 'clears',
    indexes: [index('by-broadcast', 'broadcastId', 'channelId', 'at'), index('by-time', 'at')],
    schema: fields({ ...ofBroadcast, authorId: text, at: number, by: text }),
  },
  {
    name: 'set-aside',
    indexes: [{ ...index('expire', 'storedAt'), expireAfterSeconds: 90 * DAY_S }, index('by-time', 'timestamp')],
    schema: fields({ topic: text, code: text, message: text, storedAt: { bsonType: 'date' } }),
  },
  { name: 'erased', indexes: [index('by-time', 'at')], schema: fields({ at: number }) },
  { name: 'erased-people', indexes: [], schema: fields({ channelId: text, at: number }) },
  { name: 'erased-actions', indexes: [], schema: fields({}) },
  {
    name: 'positions',
    indexes: [],
    schema: fields({ topic: text, partition: number, offset: number, generation: number }),
  },
  { name: 'layout', indexes: [], schema: fields({ version: number }) },
]

function fieldsOf(...names: readonly string[]): Document {
  return { bsonType: 'object', required: names }
}
