/**
 * Erasure of a broadcast. Whoever erases says so first and marks the broadcast: from then on nobody sees it, what the log
 * still brings of it stays out, and an erasure that was interrupted is finished by whoever comes next. A writer that was in
 * the middle of a batch looks once more before it says how far it is, and removes what it wrote into an erased broadcast.
 */
import type { AuthorOffence } from '#schemas/types.ts'
import { offenceRank } from '../sqlite-archive/encoded-batch.ts'
import { broadcastIdOf } from './batch-context.ts'
import type { Collections } from './collections.ts'
import { documentId } from './document-id.ts'

const AUTHORS_PER_STEP = 500
const MESSAGES_PER_STEP = 5_000
const HALF_LIFE_MS = 7 * 24 * 60 * 60 * 1000

interface BroadcastKey {
  readonly channelId: string
  readonly broadcastId: string
}

/** Returns the number of messages removed. */
export async function eraseBroadcast(key: BroadcastKey, now: number, collections: Collections): Promise<number> {
  const _id = broadcastIdOf(key)
  await collections.erased.updateOne({ _id }, { $max: { at: now } }, { upsert: true })
  const { matchedCount } = await collections.broadcasts.updateOne({ _id }, { $set: { isErasing: true } })
  return matchedCount === 0 ? 0 : finishErasure(key, collections)
}

/** Finishes erasures that were interrupted. */
export async function resumeErasures(collections: Collections): Promise<void> {
  for (const broadcast of await collections.broadcasts.find({ isErasing: true }).toArray())
    await finishErasure(broadcast, collections)
}

export async function finishErasure(key: BroadcastKey, collections: Collections): Promise<number> {
  const { channelId, broadcastId } = key
  const ofBroadcast = { channelId, broadcastId }
  const removed = await dropMessages(key, collections)
  for (;;) {
    const people = await collections.participants.find(ofBroadcast).limit(AUTHORS_PER_STEP).toArray()
    if (people.length === 0) break
    await recountOffences(
      channelId,
      people.map(({ authorId }) => authorId),
      broadcastId,
      collections,
    )
    await collections.participants.deleteMany({ _id: { $in: people.map(({ _id }) => _id) } })
  }
  // Offences whose messages retention took before, and that still name this broadcast.
  await collections.offences.deleteMany(ofBroadcast)
  await collections.windows.deleteMany(ofBroadcast)
  await collections.keywords.deleteMany(ofBroadcast)
  await collections.alerts.deleteMany(ofBroadcast)
  await collections.clears.deleteMany(ofBroadcast)
  await collections.sanctions.deleteMany(ofBroadcast)
  await collections.setAside.deleteMany({ key: Buffer.from(channelId) })
  // The mark goes last.
  await collections.broadcasts.deleteOne({ _id: broadcastIdOf(key), isErasing: true })
  return removed
}

/**
 * What was written into broadcasts that were erased since `before` was read. Returns whether there was one: people of it
 * are no longer known.
 */
export async function removeLeftovers(
  keys: readonly BroadcastKey[],
  before: ReadonlyMap<string, number>,
  collections: Collections,
): Promise<boolean> {
  const erased = await collections.erased.find({ _id: { $in: keys.map(broadcastIdOf) } }).toArray()
  const news = new Set(erased.filter(({ _id, at }) => at !== before.get(_id)).map(({ _id }) => _id))
  for (const key of keys) {
    const _id = broadcastIdOf(key)
    if (!news.has(_id)) continue
    await collections.broadcasts.updateOne({ _id }, { $set: { isErasing: true } })
    await finishErasure(key, collections)
  }
  return news.size > 0
}

async function dropMessages({ channelId, broadcastId }: BroadcastKey, { messages }: Collections): Promise<number> {
  for (let removed = 0; ; ) {
    const found = await messages
      .find({ 'message.channelId': channelId, 'message.broadcastId': broadcastId }, { projection: { _id: 1 } })
      .limit(MESSAGES_PER_STEP)
      .toArray()
    if (found.length === 0) return removed
    removed += (await messages.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })).deletedCount
  }
}

/** Offences of people after one of their broadcasts went: over what the others still hold, or nothing. */
async function recountOffences(
  channelId: string,
  authorIds: readonly string[],
  without: string,
  { participants, authors, offences, messages }: Collections,
): Promise<void> {
  const elsewhere = await participants
    .find(
      { authorId: { $in: [...authorIds] }, channelId, broadcastId: { $ne: without } },
      { projection: { authorId: 1 } },
    )
    .toArray()
  const staying = new Set(elsewhere.map(({ authorId }) => authorId))
  const going = authorIds.filter((authorId) => !staying.has(authorId))
  await authors.deleteMany({ _id: { $in: going.map((authorId) => documentId(channelId, authorId)) } })
  await offences.deleteMany({ _id: { $in: going.map((authorId) => documentId(channelId, authorId)) } })
  const stored = await offences
    .find({ _id: { $in: [...staying].map((authorId) => documentId(channelId, authorId)) } })
    .toArray()
  for (const { _id, authorId, value, revision } of stored) {
    const profane = messages
      .find(
        { 'message.author.id': authorId, 'message.channelId': channelId, severity: { $gte: 1 } },
        { projection: { message: 1, severity: 1 } },
      )
      .sort({ place: 1 })
    let recounted: AuthorOffence | null = null
    for await (const document of profane) recounted = withOffence(recounted, document, value)
    if (!recounted) await offences.deleteOne({ _id, revision })
    else {
      const { broadcastId, lastAt } = recounted
      const set = { value: recounted, rank: offenceRank(recounted), lastAt, broadcastId }
      await offences.updateOne({ _id, revision }, { $set: set })
    }
  }
}

function withOffence(
  before: AuthorOffence | null,
  {
    message,
    severity,
  }: { message: { timestamp: number; broadcastId: string; id: string; author: { name: string } }; severity: number },
  offence: AuthorOffence,
): AuthorOffence {
  const { timestamp } = message
  const sum = before ?? { ...offence, strikes: 0, mild: 0, strong: 0, severe: 0, firstAt: timestamp, lastAt: timestamp }
  return {
    ...sum,
    strikes: sum.strikes * 2 ** ((sum.lastAt - timestamp) / HALF_LIFE_MS) + severity,
    mild: sum.mild + (severity === 1 ? 1 : 0),
    strong: sum.strong + (severity === 2 ? 1 : 0),
    severe: sum.severe + (severity >= 3 ? 1 : 0),
    lastAt: timestamp,
    broadcastId: message.broadcastId,
    lastMessageId: message.id,
    lastSeverity: severity,
    authorName: message.author.name,
  }
}
