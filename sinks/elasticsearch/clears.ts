/** Until when whose messages of a broadcast were cleared: what was written before and comes later is marked as well. */
import type { Client } from '@elastic/elasticsearch'
import { documentId } from './document-id.ts'
import type { MessageDocument, Place } from './documents.ts'
import { guarded } from './elasticsearch-error.ts'
import { scan } from './scan.ts'

export interface Clear extends Place {
  /** A pseudonym; null: everybody. */
  readonly author: string | null
  /** Epoch ms. */
  readonly at: number
}

const REMEMBERED_BROADCASTS = 1_000
const EVERYBODY = ''

export class Clears {
  readonly #client: Client
  readonly #index: string
  /** By broadcast, then by author. */
  readonly #known = new Map<string, Map<string, number>>()

  constructor(client: Client, index: string) {
    this.#client = client
    this.#index = index
  }

  async at({ broadcast, author, timestamp }: MessageDocument): Promise<number | null> {
    const known = this.#known.get(broadcast) ?? (await this.#load(broadcast))
    if (known.size === 0) return null
    const at = Math.max(known.get(EVERYBODY) ?? -1, author === null ? -1 : (known.get(author) ?? -1))
    return at >= timestamp ? at : null
  }

  async add(clear: Clear): Promise<void> {
    const { broadcast, author, at } = clear
    const known = this.#known.get(broadcast) ?? (await this.#load(broadcast))
    const before = known.get(author ?? EVERYBODY) ?? -1
    if (at <= before) return
    const id = documentId('clear', broadcast, author ?? EVERYBODY)
    await guarded(() => this.#client.index({ index: this.#index, id, document: clear }))
    known.set(author ?? EVERYBODY, at)
  }

  async #load(broadcast: string): Promise<Map<string, number>> {
    await guarded(() => this.#client.indices.refresh({ index: this.#index }))
    const known = new Map<string, number>()
    const query = { term: { broadcast } }
    const pages = scan<Clear>({ client: this.#client, index: this.#index, query, source: ['author', 'at'] })
    for await (const hits of pages) for (const { _source } of hits) known.set(_source!.author ?? EVERYBODY, _source!.at)
    if (this.#known.size >= REMEMBERED_BROADCASTS) this.#known.delete(this.#known.keys().next().value!)
    this.#known.set(broadcast, known)
    return known
  }

  forget(): void {
    this.#known.clear()
  }
}
