/**
 * What another archive holds, into this one. Every document has the id that it would have had if the log had brought it, and
 * a place in a partition that no log has, so that the same page may come again, from the same archive or a later state of it.
 */
import type { TopicPartition } from '#topology'
import type { ArchivePage } from '../whole-archive.ts'
import type { BatchWriter } from './apply-batch.ts'
import { broadcastIdOf } from './batch-context.ts'
import type { Collections } from './collections.ts'
import { documentId } from './document-id.ts'
import { messageIdOf } from './message-document.ts'

/** Sorts before every place in the log, and behind no mark at all: what the log says later has the last word. */
const BEFORE_ALL = '0'

export async function takeIn(
  { to, messages, values, sanctions, clears, awaited, erased }: ArchivePage,
  as: TopicPartition,
  batches: BatchWriter,
  collections: Collections,
): Promise<void> {
  // Before the messages, as the archive knew it when they came.
  for (const { channelId, broadcastId, at } of erased)
    await collections.erased.updateOne(
      { _id: broadcastIdOf({ channelId, broadcastId }) },
      { $max: { at } },
      { upsert: true },
    )
  await batches.apply({
    ...values,
    messages: messages.map(({ row, ...message }) => message),
    origins: messages.map(({ row }) => ({ ...as, offset: row })),
    positions: [],
  })
  await markThoseThatWereThere(messages, collections)
  // Behind the messages: some of those were given back since.
  for (const { channelId, broadcastId, authorId, at } of clears)
    await collections.clears.updateOne(
      { _id: documentId(channelId, broadcastId, authorId) },
      { $setOnInsert: { channelId, broadcastId, authorId, by: BEFORE_ALL }, $max: { at } },
      { upsert: true },
    )
  for (const { channelId, broadcastId, authorId, id, at, seconds } of sanctions)
    await collections.sanctions.updateOne(
      { _id: documentId(channelId, authorId, at, id) },
      { $setOnInsert: { channelId, broadcastId, authorId, id, at, seconds } },
      { upsert: true },
    )
  for (const { channelId, messageId, at } of awaited)
    await collections.awaited.updateOne(
      { _id: messageIdOf(channelId, messageId) },
      { $setOnInsert: { at, by: BEFORE_ALL, storedAt: new Date() } },
      { upsert: true },
    )
  // Last, so that it never says more than is stored.
  await batches.apply({ ...nothing, positions: [{ ...as, offset: to }] })
}

/** An earlier move may have brought them before they were taken away. */
async function markThoseThatWereThere(messages: ArchivePage['messages'], collections: Collections): Promise<void> {
  const marked = messages.filter(({ deletedAt }) => deletedAt !== null)
  if (marked.length === 0) return
  await collections.messages.bulkWrite(
    marked.map(({ message, deletedAt }) => ({
      updateOne: {
        filter: { _id: messageIdOf(message.channelId, message.id), deletedAt: null, markedBy: '' },
        update: { $set: { deletedAt } },
      },
    })),
    { ordered: false },
  )
}

const nothing = {
  ...{ messages: [], origins: [], windows: [], keywords: [], offences: [], alerts: [], states: [], positions: [] },
}
