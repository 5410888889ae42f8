/**
 * Retention: what is too old goes, and counts say what is left. Broadcasts whose messages go are marked first and counted
 * again at the end, also when that is the next process' work.
 */
import { randomUUID } from 'node:crypto'
import type { Collection, Filter } from 'mongodb'
import { type ExpiryRule, type ExpirySources, isOfSources, MARKS_ARE_KEPT_MS, type RetainedKind } from '../expiry.ts'
import { PROFANE_SEVERITY } from '../sqlite-archive/encoded-batch.ts'
import type { BroadcastDocument, Collections, SetAsideDocument } from './collections.ts'
import { documentId } from './document-id.ts'
import { type Origin, placeAt } from './place.ts'

const AT_ONCE = 500
const PER_STEP = 1_000

interface Expiring {
  readonly of: (collections: Collections) => Collection<{ _id: string }>
  readonly channelId: string
  readonly isOld: (before: number) => object
}

const expiring = (
  name: Exclude<keyof Collections, 'layout'>,
  isOld: Expiring['isOld'],
  channelId = 'channelId',
): Expiring => ({
  of: (collections) => collections[name] as unknown as Collection<{ _id: string }>,
  channelId,
  isOld,
})

/** What goes by a filter alone. */
const collectionOf: { readonly [kind in Exclude<RetainedKind, 'undecodable' | 'broadcasts'>]: Expiring } = {
  messages: expiring('messages', (before) => ({ place: { $lt: placeAt(before) } }), 'message.channelId'),
  windows: expiring('windows', (before) => ({ end: { $lte: before } })),
  keywords: expiring('keywords', (before) => ({ at: { $lt: before } })),
  offences: expiring('offences', (before) => ({ lastAt: { $lt: before } })),
  alerts: expiring('alerts', (before) => ({ at: { $lt: before } })),
  sanctions: expiring('sanctions', (before) => ({ at: { $lt: before } })),
  actions: expiring('actions', (before) => ({ at: { $lt: before } })),
}

/**
 * A step each, between which the caller may write: at most some thousand documents, or the counts of one broadcast. Returns
 * how much went by each rule.
 */
export async function* expire(
  rules: readonly ExpiryRule[],
  now: number,
  collections: Collections,
): AsyncGenerator<void, readonly number[]> {
  const removed: number[] = []
  for (const rule of rules) removed.push(yield* expireBy(rule, collections))
  const marks = { at: { $lt: now - MARKS_ARE_KEPT_MS } }
  await collections.awaited.deleteMany({ storedAt: { $lt: new Date(now - MARKS_ARE_KEPT_MS) } })
  await collections.clears.deleteMany(marks)
  await collections.erased.deleteMany(marks)
  return removed
}

/** What `expire` would take by each rule now. */
export async function countExpired(rules: readonly ExpiryRule[], collections: Collections): Promise<readonly number[]> {
  const counts: number[] = []
  for (const rule of rules) {
    if (rule.kind === 'undecodable') counts.push((await oldSetAside(rule, collections)).length)
    else if (rule.kind === 'broadcasts') counts.push((await silentBroadcasts(rule, collections)).length)
    else counts.push(await collectionOf[rule.kind].of(collections).countDocuments(filterOf(rule)))
  }
  return counts
}

async function* expireBy(rule: ExpiryRule, collections: Collections): AsyncGenerator<void, number> {
  if (rule.kind === 'broadcasts') return yield* expireBroadcasts(rule, collections)
  if (rule.kind === 'undecodable') {
    const old = await oldSetAside(rule, collections)
    for (let at = 0; at < old.length; at += PER_STEP) {
      await collections.setAside.deleteMany({ _id: { $in: old.slice(at, at + PER_STEP) } })
      yield
    }
    return old.length
  }
  const filter = filterOf(rule)
  if (rule.kind === 'messages') yield* markBroadcasts(filter, collections)
  const collection = collectionOf[rule.kind].of(collections)
  let removed = 0
  for (;;) {
    const found = await collection
      .find(filter, { projection: { _id: 1 } })
      .limit(PER_STEP)
      .toArray()
    if (found.length === 0) break
    removed += (await collection.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })).deletedCount
    yield
  }
  if (rule.kind === 'messages') yield* recountMarked(collections)
  return removed
}

function filterOf({ kind, before, sources }: ExpiryRule): Filter<{ _id: string }> {
  const { channelId, isOld } = collectionOf[kind as keyof typeof collectionOf]
  return { $and: [isOld(before), ofSources(channelId, sources)] }
}

function ofSources(field: string, sources: ExpirySources): object {
  // The prefix lets the index on channels be used.
  const each = (names: readonly string[]) => names.map((name) => ({ [field]: { $regex: `^${name}:` } }))
  if ('only' in sources) return { $or: each(sources.only) }
  return sources.except.length > 0 ? { $nor: each(sources.except) } : {}
}

async function* markBroadcasts(filter: object, { messages, broadcasts }: Collections): AsyncGenerator<void, void> {
  const touched = await messages
    .aggregate<{ _id: { channelId: string; broadcastId: string } }>([
      { $match: filter },
      { $group: { _id: { channelId: '$message.channelId', broadcastId: '$message.broadcastId' } } },
    ])
    .toArray()
  for (const { _id } of touched) {
    await broadcasts.updateOne(_id, { $set: { mustRecount: true, incarnation: randomUUID() } })
    yield
  }
}

/** A record's key is its channel. At most 16 MiB of them are kept, and only ids and keys are asked for. */
async function oldSetAside({ before, sources }: ExpiryRule, { setAside }: Collections): Promise<string[]> {
  const old = await setAside
    .find({ timestamp: { $lt: before } })
    .project<Pick<SetAsideDocument, '_id'> & { readonly key: { readonly buffer: Uint8Array } | Uint8Array | null }>({
      key: 1,
    })
    .toArray()
  return old.filter(({ key }) => isOfSources(textOf(key), sources)).map(({ _id }) => _id)
}

const textOf = (key: { readonly buffer: Uint8Array | ArrayBufferLike } | Uint8Array | null): string => {
  if (key === null) return ''
  return Buffer.from(key instanceof Uint8Array ? key : (key.buffer as Uint8Array)).toString()
}

async function* expireBroadcasts(rule: ExpiryRule, collections: Collections): AsyncGenerator<void, number> {
  let removed = 0
  for (const { _id, channelId, broadcastId, version } of await silentBroadcasts(rule, collections)) {
    removed += (await collections.broadcasts.deleteOne({ _id, version })).deletedCount
    await collections.clears.deleteMany({ channelId, broadcastId })
    yield
  }
  return removed
}

/** Old ones of which nothing else is kept. */
async function silentBroadcasts(
  { before, sources }: ExpiryRule,
  { broadcasts, messages, windows, keywords, alerts }: Collections,
): Promise<readonly BroadcastDocument[]> {
  const silent = await broadcasts
    .find({
      $and: [
        {
          messages: 0,
          startedAt: { $lt: before },
          stateAt: { $not: { $gte: before } },
          lastMessageAt: { $not: { $gte: before } },
        },
        ofSources('channelId', sources),
      ],
    } as Filter<BroadcastDocument>)
    .toArray()
  const empty: BroadcastDocument[] = []
  for (const broadcast of silent) {
    const { channelId, broadcastId } = broadcast
    const ofBroadcast = { channelId, broadcastId }
    const kept =
      (await messages.findOne({ 'message.channelId': channelId, 'message.broadcastId': broadcastId })) ??
      (await windows.findOne(ofBroadcast)) ??
      (await keywords.findOne(ofBroadcast)) ??
      (await alerts.findOne(ofBroadcast))
    if (!kept) empty.push(broadcast)
  }
  return empty
}

/** Counts again what retention marked. */
export async function resumeRecounts(collections: Collections): Promise<void> {
  for await (const _ of recountMarked(collections));
}

async function* recountMarked(collections: Collections): AsyncGenerator<void, void> {
  for (const broadcast of await collections.broadcasts.find({ mustRecount: true }).toArray()) {
    await dropAbsentPeople(broadcast, collections)
    await recount(broadcast._id, collections)
    yield
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
export async function recount(id: string, { broadcasts, messages, participants }: Collections): Promise<void> {
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
        $set: {
          messages: sums?.messages ?? 0,
          profane: sums?.profane ?? 0,
          authors,
          mustRecount: false,
          // Somebody may have written since the mark, and learnt of people that are gone now.
          incarnation: randomUUID(),
        },
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
