/** The names of people, in one document a person, which changes as a whole or not at all. */
import type { Collection } from 'mongodb'
import type { Bulk, Upsert } from './bulk.ts'
import type { AuthorDocument, MessageDocument, SeenName } from './collections.ts'
import { documentId } from './document-id.ts'
import { gramsOf } from './grams.ts'

const NAMES_PER_AUTHOR = 10

interface SeenAuthor {
  readonly channelId: string
  readonly authorId: string
  /** The latest place of each name. */
  readonly names: Map<string, string>
}

/** Authors of a batch and the names under which they wrote. */
export class SeenAuthors {
  readonly #authors = new Map<string, SeenAuthor>()

  add({ message: { channelId, author }, place }: MessageDocument): void {
    const id = documentId(channelId, author.id)
    const seen = this.#authors.get(id) ?? { channelId, authorId: author.id, names: new Map<string, string>() }
    this.#authors.set(id, seen)
    if ((seen.names.get(author.name) ?? '') < place) seen.names.set(author.name, place)
  }

  get ids(): string[] {
    return [...this.#authors.keys()]
  }

  get(id: string): SeenAuthor {
    return this.#authors.get(id)!
  }
}

/** Adds what is new. Whoever was overtaken by another writer looks again. */
export async function noteNames(seen: SeenAuthors, authors: Collection<AuthorDocument>, bulk: Bulk): Promise<void> {
  for (let left = seen.ids; left.length > 0; ) {
    const stored = new Map((await authors.find({ _id: { $in: left } }).toArray()).map((author) => [author._id, author]))
    const fresh: AuthorDocument[] = []
    const changed: Upsert<AuthorDocument>[] = []
    for (const _id of left) {
      const before = stored.get(_id)
      const document = nameDocument(seen.get(_id), before?.names)
      const { names, grams } = document
      if (!before) fresh.push(document)
      else if (!isSame(before.names, names))
        changed.push({
          updateOne: {
            filter: { _id, version: before.version },
            update: { $set: { names, grams }, $inc: { version: 1 } },
            upsert: false,
          },
        })
    }
    const { existing } = await bulk.insert(authors, fresh)
    const { matched } = await bulk.upsert(authors, changed)
    left = [
      ...existing.map(({ _id }) => _id),
      ...(matched < changed.length ? changed.map(({ updateOne }) => updateOne.filter._id) : []),
    ]
  }
}

/** A person's document, as it is first made. */
export function nameDocument(
  { channelId, authorId, names: added }: SeenAuthor,
  before: readonly SeenName[] = [],
): AuthorDocument {
  const names = merged(before, added)
  const grams = [...new Set(names.flatMap(({ name }) => gramsOf(name)))]
  return { _id: documentId(channelId, authorId), channelId, authorId, version: 0, names, grams }
}

function merged(before: readonly SeenName[], added: ReadonlyMap<string, string>): SeenName[] {
  const places = new Map(before.map(({ name, place }) => [name, place]))
  for (const [name, place] of added) if ((places.get(name) ?? '') < place) places.set(name, place)
  return [...places]
    .map(([name, place]) => ({ name, place }))
    .sort((a, b) => (a.place < b.place ? 1 : -1))
    .slice(0, NAMES_PER_AUTHOR)
}

/** The same names in the same order: that the first one was used again changes nothing. */
const isSame = (before: readonly SeenName[], after: readonly SeenName[]): boolean =>
  before.length === after.length && before.every(({ name }, index) => name === after[index]!.name)
