/**
 * Who was erased from which channel, and when. They must be known again and may not be told: their ids are kept as hashes
 * with a salt of the channel that never leaves the database.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { ArchiveBatch, ErasableMessage } from '../archive.ts'
import { channelsOf, type ErasedLookup, type Naming, namingsOf } from '../without-erased.ts'
import type { Collections } from './collections.ts'
import { documentId } from './document-id.ts'

export interface Person {
  readonly channelId: string
  readonly authorId: string
}

/** What was known of the people and channels of a batch when it was asked. */
export class ErasedPeople implements ErasedLookup {
  readonly #salts: ReadonlyMap<string, string>
  /** By the ids of the documents. */
  readonly #times: ReadonlyMap<string, number>

  private constructor(salts: ReadonlyMap<string, string>, times: ReadonlyMap<string, number>) {
    this.#salts = salts
    this.#times = times
  }

  static of(batch: ArchiveBatch, collections: Collections): Promise<ErasedPeople> {
    return ErasedPeople.#read(channelsOf(batch), namingsOf(batch), collections)
  }

  static ofAuthors(messages: readonly ErasableMessage[], collections: Collections): Promise<ErasedPeople> {
    const authors = messages.map(({ channelId, author }) => ({ channelId, authorId: author.id }))
    return ErasedPeople.#read(new Set(authors.map(({ channelId }) => channelId)), authors, collections)
  }

  static async #read(
    channelIds: ReadonlySet<string>,
    people: Iterable<Person>,
    { erasedPeople }: Collections,
  ): Promise<ErasedPeople> {
    const ids = [...channelIds].map((channelId) => documentId(channelId))
    const channels = await erasedPeople.find({ _id: { $in: ids } }).toArray()
    const salts = new Map(channels.map(({ channelId, salt }) => [channelId, salt!]))
    const times = new Map(channels.map(({ _id, at }) => [_id, at]))
    if (channels.length > 0) {
      const named = new Set<string>()
      for (const { channelId, authorId } of people) {
        const salt = salts.get(channelId)
        if (salt !== undefined) named.add(personId(salt, channelId, authorId))
      }
      for (const { _id, at } of await erasedPeople.find({ _id: { $in: [...named] } }).toArray()) times.set(_id, at)
    }
    return new ErasedPeople(salts, times)
  }

  at(channelId: string, authorId: string): number {
    const salt = this.#salts.get(channelId)
    return salt === undefined || authorId === '' ? -1 : (this.#times.get(personId(salt, channelId, authorId)) ?? -1)
  }

  lastOf(channelId: string): number {
    return this.#times.get(documentId(channelId)) ?? -1
  }

  /** People of whom the batch has something that must stay out. */
  namedBy(batch: ArchiveBatch): readonly Person[] {
    const found = new Map<string, Person>()
    for (const { channelId, authorId, at } of namingsOf(batch))
      if (this.#isGone({ channelId, authorId, at })) found.set(documentId(channelId, authorId), { channelId, authorId })
    return [...found.values()]
  }

  #isGone({ channelId, authorId, at }: Naming): boolean {
    return at <= this.at(channelId, authorId)
  }
}

/** From now on nothing of them comes in. */
export async function noteErased({ channelId, authorId }: Person, at: number, { erasedPeople }: Collections) {
  const _id = documentId(channelId)
  const salt = randomBytes(32).toString('base64url')
  await erasedPeople.updateOne({ _id }, { $setOnInsert: { channelId, salt }, $max: { at } }, { upsert: true })
  // Two at once: the first one's salt holds.
  const channel = await erasedPeople.findOne({ _id })
  await erasedPeople.updateOne(
    { _id: personId(channel!.salt!, channelId, authorId) },
    { $setOnInsert: { channelId, salt: null }, $max: { at } },
    { upsert: true },
  )
}

const personId = (salt: string, channelId: string, authorId: string): string =>
  documentId(channelId, createHash('sha256').update(salt).update(`${channelId}\0${authorId}`).digest('base64url'))
