/**
 * One batch, in steps that may each be done again: after a crash anywhere the same records come once more and change
 * nothing that is done already. Every step writes single documents, so no server needs to know transactions.
 */
import type { AnalyzedMessage } from '#schemas/types.ts'
import type { ArchiveBatch } from '../archive.ts'
import { isRemoval, isWritten, PROFANE_SEVERITY } from '../sqlite-archive/encoded-batch.ts'
import { withoutErased } from '../without-erased.ts'
import { type BatchContext, broadcastIdOf, broadcastsOf, positionId, readContext } from './batch-context.ts'
import { type Counted, count, makeBroadcasts, putStates } from './broadcasts.ts'
import { Bulk, type Refused } from './bulk.ts'
import type {
  BroadcastDocument,
  Collections,
  MessageDocument,
  PositionDocument,
  SetAsideDocument,
} from './collections.ts'
import { finishErasure, removeLeftovers } from './erase.ts'
import { removeLeftoversOfPeople } from './erase-person.ts'
import { ErasedPeople } from './erased-people.ts'
import { messageDocument } from './message-document.ts'
import { People } from './people.ts'
import type { Origin } from './place.ts'
import { applyAwaited, applyRemovals, Clears } from './removals.ts'
import { refusedRecord, setAside, undecodableRecord } from './set-aside.ts'
import { placesOf } from './stored-places.ts'
import { putValues } from './values.ts'

export class BatchWriter {
  readonly #collections: Collections
  readonly #bulk: Bulk
  readonly #people: People
  #refused: SetAsideDocument[] = []

  /** @param tell is told of every document that the server will never take */
  constructor(collections: Collections, tell: Refused) {
    this.#collections = collections
    this.#bulk = new Bulk((collection, document, reason) => {
      this.#refused.push(refusedRecord(collection, document, reason))
      tell(collection, document, reason)
    })
    this.#people = new People(collections, this.#bulk)
  }

  async apply(batch: ArchiveBatch): Promise<void> {
    try {
      await this.#apply(batch)
    } catch (cause) {
      this.#people.forget()
      throw cause
    }
  }

  async #apply(whole: ArchiveBatch): Promise<void> {
    this.#refused = []
    // 1. A batch that is not ahead anywhere was applied before. An erasure that was interrupted is finished first.
    const context = await readContext(whole, this.#collections)
    if (whole.positions.length > 0 && context.ahead.length === 0) return
    const batch = withoutErased(whole, context.people)
    for (const broadcast of context.broadcasts.values())
      if (broadcast.isErasing) await finishErasure(broadcast, this.#collections)
    // 2. States first, so that a broadcast starts when watching began; then messages, then what takes them away.
    await putStates(
      // The last word of a watch that an erasure ended is not a new broadcast.
      batch.states.filter((state) => state.startedAt > (context.erased.get(broadcastIdOf(state)) ?? -1)),
      this.#collections,
      this.#bulk,
    )
    const messages = this.#messagesOf(batch, context)
    const broadcasts = await this.#broadcastsOf(batch, messages, context)
    const isWelcome = (one: { channelId: string; broadcastId: string }) =>
      broadcasts.has(broadcastIdOf(one)) || !context.erased.has(broadcastIdOf(one))
    const stored = await this.#store(messages)
    if (context.isAwaited)
      await applyAwaited(
        messages.map(({ _id }) => _id),
        this.#collections,
      )
    const removals = batch.messages.flatMap((analyzed, index) =>
      isRemoval(analyzed) && isWelcome(analyzed.message)
        ? [{ message: analyzed.message, origin: context.originOf(batch.origins[index]!) }]
        : [],
    )
    await applyRemovals(removals, this.#collections, this.#bulk)
    // 3. What is updated in place.
    await putValues(batch, isWelcome, this.#collections, this.#bulk)
    // 4. What the messages add to the counts.
    await this.#count(stored, broadcasts)
    await setAside(
      [...(batch.undecodable ?? []).map(undecodableRecord), ...this.#refused],
      this.#collections,
      this.#bulk,
    )
    // 5. Somebody may have erased a broadcast or a person while we wrote.
    const broadcastsWent = await removeLeftovers([...broadcastsOf(batch).values()], context.erased, this.#collections)
    const erasedNow = await ErasedPeople.of(whole, this.#collections)
    const peopleWent = await removeLeftoversOfPeople(whole, context.people, erasedNow, this.#collections)
    if (broadcastsWent || peopleWent) this.#people.forget()
    // 6. How far the log was read: last, so that it never says more than is stored.
    await this.#putPositions(context)
  }

  /** Documents of what viewers wrote and platforms said; of two with one id the first. */
  #messagesOf(batch: ArchiveBatch, context: BatchContext): MessageDocument[] {
    const clears = new Clears(context.clears)
    const documents = new Map<string, MessageDocument>()
    batch.messages.forEach((analyzed, index) => {
      if (isRemoval(analyzed) || !isReceivedAfter(analyzed, context)) return
      const document = messageDocument(analyzed, context.originOf(batch.origins[index]!))
      if (!documents.has(document._id)) documents.set(document._id, clears.mark(document))
    })
    return [...documents.values()]
  }

  /** The broadcasts of the batch as they are now, made where something welcome is about one that was not there. */
  async #broadcastsOf(
    batch: ArchiveBatch,
    messages: readonly MessageDocument[],
    context: BatchContext,
  ): Promise<ReadonlyMap<string, BroadcastDocument>> {
    const known = new Set([...context.broadcasts.values()].filter(({ isErasing }) => !isErasing).map(({ _id }) => _id))
    const isWelcome = (one: { channelId: string; broadcastId: string }) => !context.erased.has(broadcastIdOf(one))
    const starts = [
      ...messages.map(({ message: { channelId, broadcastId, source, timestamp } }) => ({
        ...{ channelId, broadcastId, source, startedAt: timestamp },
      })),
      ...batch.windows.filter(isWelcome).map((one) => ({ ...one, source: '', startedAt: one.windowStart })),
      ...batch.keywords.filter(isWelcome).map((one) => ({ ...one, source: '', startedAt: one.at })),
      ...batch.alerts.filter(isWelcome).map((one) => ({ ...one, source: '', startedAt: one.since })),
    ].filter((start) => !known.has(broadcastIdOf(start)))
    if (starts.length > 0) await makeBroadcasts(starts, this.#collections, this.#bulk)
    else if (batch.states.length === 0 && known.size === context.broadcasts.size) return context.broadcasts
    const ids = [...broadcastsOf(batch).keys()]
    const found = await this.#collections.broadcasts.find({ _id: { $in: ids } }).toArray()
    return new Map(found.map((broadcast) => [broadcast._id, broadcast]))
  }

  /** Returns the documents that are stored as those of their very records: not refused, and no repetitions of others. */
  async #store(messages: readonly MessageDocument[]): Promise<readonly MessageDocument[]> {
    const { existing, refused } = await this.#bulk.insert(this.#collections.messages, messages)
    const places = await placesOf(this.#collections.messages, existing)
    return messages.filter(({ _id, place }) => !refused.has(_id) && (places.get(_id) ?? place) === place)
  }

  async #count(stored: readonly MessageDocument[], broadcasts: ReadonlyMap<string, BroadcastDocument>): Promise<void> {
    const firsts = await this.#people.note(stored, broadcasts)
    const counted = new Map<string, Counted[]>()
    for (const document of stored) {
      const { message, origin, severity } = document
      const isCounted = isWritten(document)
      const one: Counted = {
        id: document._id,
        origin,
        source: message.source,
        timestamp: message.timestamp,
        messages: isCounted ? 1 : 0,
        profane: isCounted && severity >= PROFANE_SEVERITY ? 1 : 0,
        authors: firsts.has(document) ? 1 : 0,
      }
      const id = broadcastIdOf(message)
      const list = counted.get(id)
      if (list) list.push(one)
      else counted.set(id, [one])
    }
    await Promise.all(
      [...counted].map(([id, list]) => count(id, list, broadcasts.get(id)?.incarnation, this.#collections)),
    )
  }

  async #putPositions({ ahead, originOf }: BatchContext): Promise<void> {
    await this.#bulk.upsert(
      this.#collections.positions,
      ahead.map((position) => {
        const { topic, partition, offset } = position
        const { generation }: Origin = originOf(position)
        // Of a log that was made anew meanwhile, or further on, nothing matches, and the new document is a duplicate.
        const filter = { _id: positionId(position), generation, offset: { $lt: offset } }
        return {
          updateOne: { filter, update: { $set: { topic, partition, offset } }, upsert: true },
          of: {} as PositionDocument,
        }
      }),
    )
  }
}

/** What was received before its broadcast was erased stays out. */
const isReceivedAfter = ({ message }: AnalyzedMessage, { erased }: BatchContext): boolean =>
  message.receivedAt > (erased.get(broadcastIdOf(message)) ?? -1)
