/**
 * What moderators upstream take away is marked, and given back by the same mark. The latest record in the log has the last
 * word, however often and in whatever order the marks are written.
 */
import type { AnyBulkWriteOperation } from 'mongodb'
import type { ChatMessage } from '#schemas/types.ts'
import type { Bulk, Upsert } from './bulk.ts'
import type { AwaitedDocument, ClearDocument, Collections, MessageDocument } from './collections.ts'
import { documentId } from './document-id.ts'
import { messageIdOf } from './message-document.ts'
import { logOrder, type Origin, placeAt } from './place.ts'

export interface Removal {
  readonly message: ChatMessage
  readonly origin: Origin
}

/** The clears of a batch's broadcasts, for messages that come later than what cleared them. */
export class Clears {
  readonly #of: ReadonlyMap<string, ClearDocument>

  constructor(clears: readonly ClearDocument[]) {
    this.#of = new Map(clears.map((clear) => [clear._id, clear]))
  }

  /** A document as it is stored: already marked when it was written before a clear. */
  mark(document: MessageDocument): MessageDocument {
    const { channelId, broadcastId, author, timestamp } = document.message
    if (this.#of.size === 0) return document
    const found = [
      this.#of.get(documentId(channelId, broadcastId, '')),
      author.id === '' ? undefined : this.#of.get(documentId(channelId, broadcastId, author.id)),
    ].filter((clear) => clear !== undefined && clear.at >= timestamp)
    const clear = found.sort((a, b) => b!.at - a!.at)[0]
    return clear ? { ...document, deletedAt: clear.at, markedBy: clear.by } : document
  }
}

/** In the order of the log. */
export async function applyRemovals(removals: readonly Removal[], collections: Collections, bulk: Bulk): Promise<void> {
  for (let at = 0; at < removals.length; ) {
    if (isClear(removals[at]!)) {
      await clear(removals[at]!, collections)
      at++
      continue
    }
    const end = removals.findIndex((removal, index) => index > at && isClear(removal))
    const next = end < 0 ? removals.length : end
    await markSingle(removals.slice(at, next), collections, bulk)
    at = next
  }
}

const isClear = ({ message }: Removal): boolean =>
  message.kind !== 'restore' && (message.target?.messageId ?? null) === null

const notMarkedSince = (by: string) => ({ markedBy: { $not: { $gte: by } } })

async function clear({ message, origin }: Removal, { clears, messages, sanctions }: Collections): Promise<void> {
  const { channelId, broadcastId, id, timestamp: at, target } = message
  const authorId = target?.authorId ?? ''
  const by = logOrder(origin)
  await clears.updateOne(
    { _id: documentId(channelId, broadcastId, authorId) },
    { $setOnInsert: { channelId, broadcastId, authorId }, $max: { at, by } },
    { upsert: true },
  )
  if (authorId !== '')
    await sanctions.updateOne(
      { _id: documentId(channelId, authorId, at, id) },
      { $setOnInsert: { channelId, broadcastId, authorId, id, at, seconds: target?.seconds ?? null } },
      { upsert: true },
    )
  await messages.updateMany(
    {
      'message.channelId': channelId,
      'message.broadcastId': broadcastId,
      ...(authorId !== '' && { 'message.author.id': authorId }),
      place: { $lt: placeAt(at + 1) },
      deletedAt: null,
      ...notMarkedSince(by),
    },
    { $set: { deletedAt: at, markedBy: by } },
  )
}

/** Deletes and restores of single messages; those of messages that are not there yet are kept for when they come. */
async function markSingle(removals: readonly Removal[], { messages, awaited }: Collections, bulk: Bulk): Promise<void> {
  const marks = removals.flatMap(({ message, origin }) => {
    const messageId = message.target?.messageId ?? null
    if (messageId === null) return []
    const _id = messageIdOf(message.channelId, messageId)
    return [{ _id, by: logOrder(origin), at: message.kind === 'restore' ? null : message.timestamp }]
  })
  if (marks.length === 0) return
  await messages.bulkWrite(
    marks.flatMap((mark) => markOf(mark)),
    { ordered: true },
  )
  const ids = [...new Set(marks.map(({ _id }) => _id))]
  const there = new Set(
    (await messages.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id),
  )
  const last = new Map(marks.filter(({ _id }) => !there.has(_id)).map((mark) => [mark._id, mark]))
  await bulk.upsert(
    awaited,
    [...last.values()].map(
      ({ _id, by, at }): Upsert<AwaitedDocument> => ({
        updateOne: {
          filter: { _id, by: { $lt: by } },
          update: { $set: { at, by, storedAt: new Date() } },
          upsert: true,
        },
      }),
    ),
  )
}

interface Mark {
  readonly _id: string
  readonly by: string
  readonly at: number | null
}

function markOf({ _id, by, at }: Mark): AnyBulkWriteOperation<MessageDocument>[] {
  const isOlder = { _id, ...notMarkedSince(by) }
  if (at === null) return [{ updateOne: { filter: isOlder, update: { $set: { deletedAt: null, markedBy: by } } } }]
  return [
    // Taken away twice, it is the first time that counts.
    { updateOne: { filter: { ...isOlder, deletedAt: null }, update: { $set: { deletedAt: at, markedBy: by } } } },
    { updateOne: { filter: isOlder, update: { $set: { markedBy: by } } } },
  ]
}

/** Marks messages that were taken away, or given back, before they came. */
export async function applyAwaited(ids: readonly string[], { messages, awaited }: Collections): Promise<void> {
  const waiting = await awaited.find({ _id: { $in: [...ids] } }).toArray()
  if (waiting.length === 0) return
  await messages.bulkWrite(
    waiting.flatMap((mark) => markOf(mark)),
    { ordered: true },
  )
  await awaited.bulkWrite(
    waiting.map(({ _id, by }) => ({ deleteOne: { filter: { _id, by } } })),
    { ordered: false },
  )
}
