/** Who wrote in a broadcast, and under which names a person was seen. */

import { broadcastIdOf } from './batch-context.ts'
import type { Bulk, Upsert } from './bulk.ts'
import type {
  AuthorNameDocument,
  BroadcastDocument,
  Collections,
  MessageDocument,
  ParticipantDocument,
} from './collections.ts'
import { documentId } from './document-id.ts'
import { gramsOf } from './grams.ts'
import { placesOf } from './stored-places.ts'

export const NAMES_PER_AUTHOR = 10
const REMEMBERED = 100_000

export class People {
  readonly #collections: Collections
  readonly #bulk: Bulk
  /** Last name of a person, by broadcast incarnation and author: what need not be written again. */
  readonly #known = new Map<string, string>()

  constructor(collections: Collections, bulk: Bulk) {
    this.#collections = collections
    this.#bulk = bulk
  }

  /**
   * Notes the authors of stored messages. Returns the messages that are the first of their author in their broadcast; a
   * record that comes again answers the same.
   */
  async note(
    messages: readonly MessageDocument[],
    broadcasts: ReadonlyMap<string, BroadcastDocument>,
  ): Promise<ReadonlySet<MessageDocument>> {
    const firsts = new Map<string, MessageDocument>()
    const names = new Map<string, MessageDocument>()
    const last = new Map<string, string>()
    for (const document of messages) {
      const { channelId, author, broadcastId } = document.message
      if (author.id === '') continue
      const incarnation = broadcasts.get(broadcastIdOf(document.message))?.incarnation ?? ''
      const key = `${incarnation}\0${author.id}`
      const known = last.get(key) ?? this.#known.get(key)
      if (known === undefined) firsts.set(documentId(channelId, broadcastId, author.id), document)
      if (known !== author.name) {
        const id = documentId(channelId, author.id, author.name)
        const before = names.get(id)
        if (!before || before.place < document.place) names.set(id, document)
      }
      last.set(key, author.name)
    }
    await this.#noteNames(names)
    const found = await this.#notePeople(firsts)
    for (const [key, name] of last) this.#remember(key, name)
    return found
  }

  /** After an error, and when people were taken out of the archive. */
  forget(): void {
    this.#known.clear()
  }

  async #notePeople(firsts: ReadonlyMap<string, MessageDocument>): Promise<ReadonlySet<MessageDocument>> {
    const documents = [...firsts].map(
      ([_id, { message, place, origin }]): ParticipantDocument => ({
        _id,
        channelId: message.channelId,
        broadcastId: message.broadcastId,
        authorId: message.author.id,
        place,
        origin,
      }),
    )
    const { existing } = await this.#bulk.insert(this.#collections.participants, documents)
    const others = new Set(existing.map(({ _id }) => _id))
    // Of those that were there, some were made by this very message before a crash.
    for (const [id, place] of await placesOf(this.#collections.participants, existing))
      if (firsts.get(id)?.place === place) others.delete(id)
    return new Set([...firsts].filter(([id]) => !others.has(id)).map(([, document]) => document))
  }

  async #noteNames(names: ReadonlyMap<string, MessageDocument>): Promise<void> {
    const { made } = await this.#bulk.upsert(
      this.#collections.authorNames,
      [...names].map(([_id, { message, place }]): Upsert<AuthorNameDocument> => {
        const { channelId, author } = message
        const name = { channelId, authorId: author.id, name: author.name, grams: gramsOf(author.name) }
        return {
          updateOne: { filter: { _id }, update: { $setOnInsert: name, $max: { lastPlace: place } }, upsert: true },
        }
      }),
    )
    // Whoever has a new name may have one too many.
    const authors = new Map<string, { channelId: string; authorId: string }>()
    for (const id of made) {
      const { channelId, author } = names.get(id)!.message
      authors.set(documentId(channelId, author.id), { channelId, authorId: author.id })
    }
    for (const list of chunks([...authors.values()], 500)) await this.#dropOldNames(list)
  }

  async #dropOldNames(authors: readonly { channelId: string; authorId: string }[]): Promise<void> {
    const { authorNames } = this.#collections
    const wanted = new Set(authors.map(({ channelId, authorId }) => documentId(channelId, authorId)))
    const found = await authorNames
      .find(
        { authorId: { $in: authors.map(({ authorId }) => authorId) } },
        { projection: { channelId: 1, authorId: 1, lastPlace: 1 } },
      )
      .toArray()
    const byAuthor = Map.groupBy(found, ({ channelId, authorId }) => documentId(channelId, authorId))
    const old = [...byAuthor]
      .filter(([author, names]) => wanted.has(author) && names.length > NAMES_PER_AUTHOR)
      .flatMap(([, names]) => names.sort((a, b) => (a.lastPlace < b.lastPlace ? 1 : -1)).slice(NAMES_PER_AUTHOR))
    if (old.length > 0) await authorNames.deleteMany({ _id: { $in: old.map(({ _id }) => _id) } })
  }

  #remember(key: string, name: string): void {
    this.#known.delete(key)
    this.#known.set(key, name)
    if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value!)
  }
}

export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
}
