/** Who wrote in a broadcast, and under which names a person was seen. */
import { broadcastIdOf } from './batch-context.ts'
import type { Bulk } from './bulk.ts'
import type { BroadcastDocument, Collections, MessageDocument, ParticipantDocument } from './collections.ts'
import { documentId } from './document-id.ts'
import { noteNames, SeenAuthors } from './names.ts'
import { placesOf } from './stored-places.ts'

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
    const seen = new SeenAuthors()
    const last = new Map<string, string>()
    for (const document of messages) {
      const { channelId, author, broadcastId } = document.message
      if (author.id === '') continue
      const incarnation = broadcasts.get(broadcastIdOf(document.message))?.incarnation ?? ''
      const key = `${incarnation}\0${author.id}`
      const known = last.get(key) ?? this.#known.get(key)
      if (known === undefined) firsts.set(documentId(channelId, broadcastId, author.id), document)
      if (known !== author.name) seen.add(document)
      last.set(key, author.name)
    }
    // In this order: by its participants an erasure finds whose names it takes.
    const found = await this.#notePeople(firsts)
    await noteNames(seen, this.#collections.authors, this.#bulk)
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

  #remember(key: string, name: string): void {
    this.#known.delete(key)
    this.#known.set(key, name)
    if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value!)
  }
}
