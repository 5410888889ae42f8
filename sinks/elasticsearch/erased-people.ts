/** Who was erased from which channel, and when, by pseudonym: what the log still brings of them stays out. */
import type { Client } from '@elastic/elasticsearch'
import type { ErasedLookup } from '../without-erased.ts'
import { documentId } from './document-id.ts'
import { guarded } from './elasticsearch-error.ts'
import type { Pseudonyms } from './pseudonyms.ts'
import { scan } from './scan.ts'

export interface ErasedPerson {
  readonly channelId: string
  /** A pseudonym. */
  readonly author: string
  readonly at: number
}

export class ErasedPeople implements ErasedLookup {
  readonly #client: Client
  readonly #index: string
  readonly #pseudonyms: Pseudonyms
  /** By channel, then by pseudonym. */
  #known: Map<string, Map<string, number>> | null = null

  constructor(client: Client, index: string, pseudonyms: Pseudonyms) {
    this.#client = client
    this.#index = index
    this.#pseudonyms = pseudonyms
  }

  async load(): Promise<readonly ErasedPerson[]> {
    if (!this.#known) {
      await guarded(() => this.#client.indices.refresh({ index: this.#index }))
      const known = new Map<string, Map<string, number>>()
      const pages = scan<ErasedPerson>({
        ...{ client: this.#client, index: this.#index, query: { match_all: {} }, source: true },
      })
      for await (const hits of pages)
        for (const { _source } of hits) {
          const { channelId, author, at } = _source!
          known.set(channelId, (known.get(channelId) ?? new Map()).set(author, at))
        }
      await this.#pseudonyms.load([...known.keys()])
      this.#known = known
    }
    return [...this.#known].flatMap(([channelId, people]) =>
      [...people].map(([author, at]) => ({ channelId, author, at })),
    )
  }

  /** `load` first. */
  at(channelId: string, authorId: string): number {
    const people = this.#known!.get(channelId)
    // A channel whose salt was forgotten has other pseudonyms now.
    if (!people || authorId === '' || !this.#pseudonyms.has(channelId)) return -1
    return people.get(this.#pseudonyms.of(channelId, authorId)!) ?? -1
  }

  lastOf(channelId: string): number {
    return Math.max(-1, ...(this.#known!.get(channelId)?.values() ?? []))
  }

  /** Every channel from which somebody was erased, and when last. */
  get channels(): readonly { readonly channelId: string; readonly at: number }[] {
    return [...this.#known!.keys()].map((channelId) => ({ channelId, at: this.lastOf(channelId) }))
  }

  async add(person: ErasedPerson): Promise<void> {
    await this.load()
    const { channelId, author } = person
    await guarded(() => this.#client.index({ index: this.#index, id: documentId(channelId, author), document: person }))
    this.#known!.set(channelId, (this.#known!.get(channelId) ?? new Map()).set(author, person.at))
  }

  forget(): void {
    this.#known = null
  }
}
