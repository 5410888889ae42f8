import type { Position, TopicPartition } from '#topology'
import type { ArchiveBatch, ArchiveWriter, ErasedPerson } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import type { ExpiryRule } from '../expiry.ts'
import { requireTexts } from '../require-texts.ts'
import type { ArchivePage } from '../whole-archive.ts'
import { BatchWriter } from './apply-batch.ts'
import { positionId } from './batch-context.ts'
import type { Refused } from './bulk.ts'
import type { MongoConnection } from './connection.ts'
import { eraseBroadcast, resumeErasures } from './erase.ts'
import { erasePerson } from './erase-person.ts'
import { countExpired, expire, resumeRecounts } from './expire.ts'
import { type ServerFeatures, serverFeatures } from './server-features.ts'
import { checkLayout } from './store.ts'
import { takeIn } from './take-in.ts'

/** Make one with `openMongoArchiveWriter`. */
export class MongoArchiveWriter implements ArchiveWriter {
  readonly #connection: MongoConnection
  readonly #now: () => number
  readonly #batches: BatchWriter
  /** Calls take effect one after the other. */
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(connection: MongoConnection, now: () => number, refused: Refused) {
    this.#connection = connection
    this.#now = now
    this.#batches = new BatchWriter(connection.collections, refused)
  }

  /** Finishes what an earlier process could not. */
  async open(): Promise<this> {
    await this.#connection.run(async (collections) => {
      await checkLayout(collections, this.#connection.where)
      await resumeErasures(collections)
      await resumeRecounts(collections)
    })
    return this
  }

  features(): Promise<ServerFeatures> {
    return this.#connection.run(() => serverFeatures(this.#connection.database))
  }

  positions(): Promise<readonly Position[]> {
    return this.#next(() =>
      this.#connection.run(async ({ positions }) =>
        (await positions.find().toArray()).map(({ topic, partition, offset }) => ({ topic, partition, offset })),
      ),
    )
  }

  apply(batch: ArchiveBatch): Promise<void> {
    return this.#next(() => this.#connection.run(() => this.#batches.apply(batch)))
  }

  /**
   * Takes in what another archive holds. `as` names that archive; `positions` then has how far it was taken in. Coming again, from
   * the same archive or a later state of it, a page changes nothing that is there.
   */
  takeIn(page: ArchivePage, as: TopicPartition): Promise<void> {
    return this.#next(() => this.#connection.run((collections) => takeIn(page, as, this.#batches, collections)))
  }

  resetPositions(positions: readonly Position[]): Promise<void> {
    return this.#next(() =>
      this.#connection.run(async ({ positions: collection }) => {
        for (const { topic, partition, offset } of positions) {
          const _id = positionId({ topic, partition })
          // Offsets that begin again are those of another log.
          const { matchedCount } = await collection.updateOne(
            { _id, offset: { $gt: offset } },
            { $set: { offset }, $inc: { generation: 1 } },
          )
          if (matchedCount > 0) continue
          const first = { topic, partition, generation: 0 }
          await collection.updateOne({ _id }, { $max: { offset }, $setOnInsert: first }, { upsert: true })
        }
      }),
    )
  }

  async deleteBroadcast(channelId: string, broadcastId: string): Promise<number> {
    requireTexts(channelId, broadcastId)
    const key = { channelId, broadcastId }
    return this.#next(() => this.#connection.run((collections) => eraseBroadcast(key, this.#now(), collections)))
  }

  async erasePerson(channelId: string, authorId: string): Promise<ErasedPerson> {
    requireTexts(channelId, authorId)
    const person = { channelId, authorId }
    return this.#next(() => this.#connection.run((collections) => erasePerson(person, this.#now(), collections)))
  }

  /** Batches go in between the steps. */
  async expire(rules: readonly ExpiryRule[]): Promise<readonly number[]> {
    const steps = expire(rules, this.#now(), this.#connection.collections)
    for (;;) {
      const { done, value } = await this.#next(() => this.#connection.run(() => steps.next()))
      if (done) return value
    }
  }

  countExpired(rules: readonly ExpiryRule[]): Promise<readonly number[]> {
    return this.#connection.run((collections) => countExpired(rules, collections))
  }

  /** After the call at hand. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#last.catch(() => {})
    await this.#connection.close()
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new ArchiveError('ARCHIVE_CLOSED', `${this.#connection.where} is closed`))
    const result = this.#last.then(work, work)
    this.#last = result.catch(() => {})
    return result
  }
}
