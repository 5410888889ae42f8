/**
 * Retention: what is older goes, and counts say what is left. Broadcasts whose messages go are marked first and counted
 * again at the end, also when that is the next process' work.
 */
import { randomUUID } from 'node:crypto'
import { PROFANE_SEVERITY } from '../sqlite-archive/encoded-batch.ts'
import type { BroadcastDocument, Collections } from './collections.ts'
import { documentId } from './document-id.ts'
import { type Origin, placeAt } from './place.ts'

const AT_ONCE = 500
const MESSAGES_PER_STEP = 5_000

/** Returns the number of messages removed. */
export async function purgeOlderThan(timestamp: number, collections: Collections): Promise<number> {
  const { messages, broadcasts } = collections
  const older = { place: { $lt: placeAt(timestamp) } }
  const touched = await messages
    .aggregate<{ _id: { channelId: string; broadcastId: string } }>([
      { $match: older },
      { $group: { _id: { channelId: '$message.channelId', broadcastId: '$message.broadcastId' } } },
    ])
    .toArray()
  for (const { _id } of touched)
    await broadcasts.updateOne(_id, { $set: { mustRecount: true, incarnation: randomUUID() } })
  let removed = 0
  for (;;) {
    const found = await messages
      .find(older, { projection: { _id: 1 } })
      .limit(MESSAGES_PER_STEP)
      .toArray()
    if (found.length === 0) break
    removed += (await messages.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })).deletedCount
  }
  await resumeRecounts(collections)
  await dropOldValues(timestamp, collections)
  return removed
}

/** Counts again what retention marked. */
export async function resumeRecounts(collections: Collections): Promise<void> {
  for (const broadcast of await collections.broadcasts.find({ mustRecount: true }).toArray()) {
    await dropAbsentPeople(broadcast, collections)
    await recount(broadcast._id, collections)
  }
}

async function dropOldValues(timestamp: number, collections: Collections): Promise<void> {
  const before = { $lt: timestamp }
  await collections.windows.deleteMany({ end: { $lte: timestamp } })
  await collections.keywords.deleteMany({ at: before })
  await collections.alerts.deleteMany({ at: before })
  await collections.offences.deleteMany({ lastAt: before })
  await collections.setAside.deleteMany({ timestamp: before })
  await collections.awaited.deleteMany({ at: before })
  await collections.clears.deleteMany({ at: before })
  await collections.sanctions.deleteMany({ at: before })
  await collections.actions.deleteMany({ at: before })
  await collections.erased.deleteMany({ at: before })
  const silent = await collections.broadcasts
    .find({
      messages: 0,
      startedAt: before,
      stateAt: { $not: { $gte: timestamp } },
      lastMessageAt: { $not: { $gte: timestamp } },
    })
    .toArray()
  for (const { _id, channelId, broadcastId, version } of silent) {
    const ofBroadcast = { channelId, broadcastId }
    const isKept =
      (await collections.messages.findOne({ 'message.channelId': channelId, 'message.broadcastId': broadcastId })) ??
      (await collections.windows.findOne(ofBroadcast))
    if (!isKept) await collections.broadcasts.deleteOne({ _id, version })
  }
}

/** People of whom no message is left in the broadcast; and their names where none is left on the channel. */
async function dropAbsentPeople(
  { channelId, broadcastId }: BroadcastDocument,
  collections: Collections,
): Promise<void> {
  const { participants, authors } = collections
  for (let last = ''; ; ) {
    const people = await participants
      .find({ channelId, broadcastId, authorId: { $gt: last } })
      .sort({ authorId: 1 })
      .limit(AT_ONCE)
      .toArray()
    if (people.length === 0) return
    last = people.at(-1)!.authorId
    const ids = people.map(({ authorId }) => authorId)
    const ofThem = { 'message.author.id': { $in: ids }, 'message.channelId': channelId }
    const present = await authorsOf(collections, { ...ofThem, 'message.broadcastId': broadcastId })
    const gone = people.filter(({ authorId }) => !present.has(authorId))
    await participants.deleteMany({ _id: { $in: gone.map(({ _id }) => _id) } })
    const elsewhere = await authorsOf(collections, ofThem)
    const nowhere = gone.map(({ authorId }) => authorId).filter((authorId) => !elsewhere.has(authorId))
    await authors.deleteMany({ _id: { $in: nowhere.map((authorId) => documentId(channelId, authorId)) } })
  }
}

async function authorsOf({ messages }: Collections, match: object): Promise<ReadonlySet<string>> {
  const found = await messages
    .aggregate<{ _id: string }>([{ $match: match }, { $group: { _id: '$message.author.id' } }])
    .toArray()
  return new Set(found.map(({ _id }) => _id))
}

/** Counts messages that are in the counts already; the others are added when their records come again. */
async function recount(id: string, { broadcasts, messages, participants }: Collections): Promise<void> {
  for (;;) {
    const broadcast = await broadcasts.findOne({ _id: id })
    if (!broadcast) return
    const { channelId, broadcastId, version, countedTo } = broadcast
    const counted = { $or: countedTo.length > 0 ? countedTo.map(before) : [{ _id: '' }] }
    const [sums] = await messages
      .aggregate<{ messages: number; profane: number }>([
        {
          $match: {
            'message.channelId': channelId,
            'message.broadcastId': broadcastId,
            'message.kind': { $in: ['text', 'paid'] },
            ...counted,
          },
        },
        {
          $group: {
            _id: null,
            messages: { $sum: 1 },
            profane: { $sum: { $cond: [{ $gte: ['$severity', PROFANE_SEVERITY] }, 1, 0] } },
          },
        },
      ])
      .toArray()
    const authors = await participants.countDocuments({ channelId, broadcastId, ...counted })
    const { matchedCount } = await broadcasts.updateOne(
      { _id: id, version },
      {
        $inc: { version: 1 },
        $set: { messages: sums?.messages ?? 0, profane: sums?.profane ?? 0, authors, mustRecount: false },
      },
    )
    if (matchedCount > 0) return
  }
}

const before = ({ partition, generation, offset }: Origin): object => ({
  'origin.partition': partition,
  $or: [
    { 'origin.generation': { $lt: generation } },
    { 'origin.generation': generation, 'origin.offset': { $lt: offset } },
  ],
})
