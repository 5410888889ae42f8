/**
 * Erasure of a person from one channel. That they are erased is noted first: what the log still brings of them stays out. A
 * writer that was in the middle of a batch looks once more before it says how far it is, and does the same again. Every
 * step may be done twice; the documents by which their broadcasts are found go last.
 */
import { randomUUID } from 'node:crypto'
import type { Filter } from 'mongodb'
import type { ArchiveBatch, ErasedPerson } from '../archive.ts'
import { channelOfRecord } from '../without-erased.ts'
import { broadcastIdOf } from './batch-context.ts'
import type { ActionDocument, Collections } from './collections.ts'
import { documentId } from './document-id.ts'
import { type ErasedPeople, noteErased, type Person } from './erased-people.ts'
import { recount } from './expire.ts'
import { nameDocument } from './names.ts'
import { planSearch } from './search.ts'
import { undecodableId } from './set-aside.ts'
import { walk } from './walk.ts'

const MESSAGES_PER_STEP = 5_000
const CANDIDATES_AT_ONCE = 50

export async function erasePerson(person: Person, now: number, collections: Collections): Promise<ErasedPerson> {
  if (person.authorId === '') return { messages: 0, others: 0 }
  // What stands here already is not what a writer may still bring.
  await collections.keywords.updateMany({ channelId: person.channelId }, { $set: { sweptAt: now } })
  await noteErased(person, now, collections)
  return forgetPerson(person, now, collections)
}

/** Takes away what is there of the time until `at`. */
export async function forgetPerson(person: Person, at: number, collections: Collections): Promise<ErasedPerson> {
  const { channelId, authorId } = person
  const { alerts, rules, setAside } = collections
  let others = 0
  for (const broadcastId of await broadcastsOf(person, collections))
    others += await rewriteWords(person, broadcastId, at, collections)
  others += (await alerts.deleteMany({ channelId, 'value.subject': authorId, at: { $lte: at } })).deletedCount
  others += (
    await rules.updateMany(
      { channelId, updatedAt: { $lte: at }, 'value.allowedAuthors': authorId },
      { $pull: { 'value.allowedAuthors': authorId } },
    )
  ).modifiedCount
  others += (await setAside.deleteMany({ key: Buffer.from(channelId) })).deletedCount
  others += await dropActionsThatSay(person, at, collections)
  const swept = await sweepPerson(person, at, collections)
  return { messages: swept.messages, others: others + swept.others }
}

/**
 * Takes away what stands under the person's id: also what a writer left that died in the middle of a batch while they were
 * erased.
 */
export async function sweepPerson(person: Person, at: number, collections: Collections): Promise<ErasedPerson> {
  const { channelId, authorId } = person
  const { messages, offences, sanctions, clears, broadcasts } = collections
  const touched = (await broadcastsOf(person, collections)).map((broadcastId) =>
    broadcastIdOf({ channelId, broadcastId }),
  )
  // Whoever counts meanwhile looks which messages are still there; if we are interrupted, the next one counts.
  if (touched.length > 0)
    await broadcasts.updateMany({ _id: { $in: touched } }, { $set: { mustRecount: true, incarnation: randomUUID() } })
  const old = {
    'message.author.id': authorId,
    'message.channelId': channelId,
    'message.receivedAt': { $lte: at },
  }
  let others = 0
  let removed = 0
  for (;;) {
    const found = await messages
      .find(old, { projection: { 'message.id': 1 } })
      .limit(MESSAGES_PER_STEP)
      .toArray()
    if (found.length === 0) break
    const about = found.map(({ message }) => message.id)
    others += await dropActions({ channelId, messageId: { $in: about } }, collections)
    removed += (await messages.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })).deletedCount
  }
  const until = { channelId, authorId, at: { $lte: at } }
  others += await dropActions(until, collections)
  others += (await sanctions.deleteMany(until)).deletedCount
  others += (await clears.deleteMany(until)).deletedCount
  others += (await offences.deleteMany({ _id: documentId(channelId, authorId), lastAt: { $lte: at } })).deletedCount
  others += await dropNames(person, collections)
  for (const id of touched) await recount(id, collections)
  return { messages: removed, others }
}

/**
 * What a batch that was just written left of people who were erased meanwhile, or before by somebody whom a writer that
 * died did not hear of. Returns whether anybody was erased since `before` was asked.
 */
export async function removeLeftoversOfPeople(
  batch: ArchiveBatch,
  before: ErasedPeople,
  now: ErasedPeople,
  collections: Collections,
): Promise<boolean> {
  let hasNews = false
  for (const person of now.namedBy(batch)) {
    const { channelId, authorId } = person
    const at = now.at(channelId, authorId)
    const isNews = at > before.at(channelId, authorId)
    await (isNews ? forgetPerson : sweepPerson)(person, at, collections)
    hasNews ||= isNews
  }
  for (const { channelId, broadcastId, at } of batch.keywords)
    if (at <= now.lastOf(channelId))
      await collections.keywords.deleteOne({
        _id: broadcastIdOf({ channelId, broadcastId }),
        at: { $lte: now.lastOf(channelId) },
        sweptAt: { $not: { $gte: now.lastOf(channelId) } },
      })
  for (const { channelId, id, at } of batch.alerts)
    if (at <= now.lastOf(channelId) && at > before.lastOf(channelId))
      await collections.alerts.updateOne(
        { _id: documentId(channelId, id), at: { $lte: now.lastOf(channelId) } },
        { $set: { 'value.samples': [], 'value.words': [] } },
      )
  const unreadable = (batch.undecodable ?? []).filter(
    (record) => record.key !== null && record.timestamp <= now.lastOf(channelOfRecord(record)),
  )
  if (unreadable.length > 0) await collections.setAside.deleteMany({ _id: { $in: unreadable.map(undecodableId) } })
  return hasNews
}

/** Where they wrote. Participants are noted behind messages and go behind them: one of both is there. */
async function broadcastsOf({ channelId, authorId }: Person, collections: Collections): Promise<readonly string[]> {
  const wrote = await collections.messages
    .aggregate<{ _id: string }>([
      { $match: { 'message.author.id': authorId, 'message.channelId': channelId } },
      { $group: { _id: '$message.broadcastId' } },
    ])
    .toArray()
  const took = await collections.participants.find({ authorId, channelId }).toArray()
  return [...new Set([...wrote.map(({ _id }) => _id), ...took.map(({ broadcastId }) => broadcastId)])]
}

/** Samples may be theirs, and words that nobody else wrote in the broadcast are. */
async function rewriteWords(
  { channelId, authorId }: Person,
  broadcastId: string,
  at: number,
  collections: Collections,
): Promise<number> {
  const known = new Map<string, boolean>()
  const isOfOthers = async (word: string): Promise<boolean> => {
    if (!known.has(word)) known.set(word, await isWrittenByOthers(word, broadcastId))
    return known.get(word)!
  }
  const isWrittenByOthers = async (text: string, broadcastId: string): Promise<boolean> => {
    const plan = await planSearch({ text, channelId, broadcastIds: [broadcastId], includeDeleted: true }, collections)
    if (!plan) return false
    const ofOthers = { ...plan, filter: { $and: [plan.filter, { 'message.author.id': { $ne: authorId } }] } }
    const pages = walk(ofOthers, collections, {
      ...{ isNewest: true, after: undefined, atOnce: CANDIDATES_AT_ONCE, isBrief: true },
    })
    for await (const page of pages) if (page.length > 0) return true
    return false
  }
  const ofOthers = async <T>(words: readonly T[], wordOf: (one: T) => string): Promise<T[]> => {
    const left: T[] = []
    for (const one of words) if (await isOfOthers(wordOf(one))) left.push(one)
    return left
  }
  const ofBroadcast = { channelId, broadcastId, at: { $lte: at } }
  let rewritten = 0
  for (const { _id, revision, value } of await collections.keywords.find(ofBroadcast).toArray()) {
    const words = await ofOthers(value.words, ({ word }) => word)
    const coined = await ofOthers(value.coined, (word) => word)
    // A later revision that came meanwhile is its writer's to look at.
    const set = { value: { ...value, words, coined }, sweptAt: at }
    const { matchedCount } = await collections.keywords.updateOne({ _id, revision }, { $set: set })
    if (words.length + coined.length < value.words.length + value.coined.length) rewritten += matchedCount
  }
  for (const { _id, revision, value } of await collections.alerts.find(ofBroadcast).toArray()) {
    const words = await ofOthers(value.words, (word) => word)
    if (value.samples.length === 0 && words.length === value.words.length) continue
    const set = { value: { ...value, samples: [], words } }
    rewritten += (await collections.alerts.updateOne({ _id, revision }, { $set: set })).matchedCount
  }
  return rewritten
}

/** An id that stands in what an operator searched for stands in its text. */
async function dropActionsThatSay(
  { channelId, authorId }: Person,
  at: number,
  collections: Collections,
): Promise<number> {
  const told: string[] = []
  const inReach = collections.actions.find(
    { channelId: { $in: [channelId, ''] }, at: { $lte: at } },
    { projection: { text: 1, messageId: 1, details: 1 } },
  )
  for await (const { _id, text, messageId, details } of inReach) {
    const texts = [text, messageId, ...details.flatMap(({ name, value }) => [name, value])]
    if (texts.some((one) => one.includes(authorId))) told.push(_id)
  }
  return told.length === 0 ? 0 : dropActions({ _id: { $in: told } }, collections)
}

/** Their ids stay: the log has them for ever, and by a message or a text alone nobody knows again whom they name. */
async function dropActions(which: Filter<ActionDocument>, { actions, erasedActions }: Collections): Promise<number> {
  const found = await actions.find(which, { projection: { _id: 1 } }).toArray()
  if (found.length === 0) return 0
  await erasedActions.bulkWrite(
    found.map(({ _id }) => ({ updateOne: { filter: { _id }, update: { $set: { _id } }, upsert: true } })),
    { ordered: false },
  )
  return (await actions.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })).deletedCount
}

/** Names, and that they took part, but for what they wrote since. */
async function dropNames({ channelId, authorId }: Person, collections: Collections): Promise<number> {
  const { messages, authors, participants } = collections
  const since = await messages
    .aggregate<{ _id: { broadcastId: string; name: string }; place: string }>([
      { $match: { 'message.author.id': authorId, 'message.channelId': channelId } },
      {
        $group: {
          _id: { broadcastId: '$message.broadcastId', name: '$message.author.name' },
          place: { $max: '$place' },
        },
      },
    ])
    .toArray()
  const _id = documentId(channelId, authorId)
  let dropped: number
  if (since.length === 0) dropped = (await authors.deleteOne({ _id })).deletedCount
  else {
    const names = new Map(since.map(({ _id, place }) => [_id.name, place]))
    const { names: left, grams } = nameDocument({ channelId, authorId, names })
    dropped = (await authors.updateOne({ _id }, { $set: { names: left, grams }, $inc: { version: 1 } })).modifiedCount
  }
  const isStill = new Set(since.map(({ _id }) => _id.broadcastId))
  const took = await participants.find({ authorId, channelId }).toArray()
  const gone = took.filter(({ broadcastId }) => !isStill.has(broadcastId))
  return dropped + (await participants.deleteMany({ _id: { $in: gone.map(({ _id }) => _id) } })).deletedCount
}
