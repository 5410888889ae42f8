/** Which broadcasts were erased and when: what the log still brings of them stays out. */
import type { Client } from '@elastic/elasticsearch'
import { broadcastTerm, placeOf } from './documents.ts'
import { guarded } from './elasticsearch-error.ts'
import { scan } from './scan.ts'

export interface Erasure {
  readonly channelId: string
  readonly broadcastId: string
  readonly at: number
  /** It was watched anew: messages came that were received after the erasure. */
  readonly returned: boolean
}

export class Erasures {
  readonly #client: Client
  readonly #index: string
  #known: Map<string, Erasure> | null = null

  constructor(client: Client, index: string) {
    this.#client = client
    this.#index = index
  }

  async load(): Promise<readonly Erasure[]> {
    if (!this.#known) {
      await guarded(() => this.#client.indices.refresh({ index: this.#index }))
      const known = new Map<string, Erasure>()
      const pages = scan<Erasure>({ client: this.#client, index: this.#index, query: { match_all: {} }, source: true })
      for await (const hits of pages) for (const { _id, _source } of hits) known.set(_id!, _source!)
      this.#known = known
    }
    return [...this.#known.values()]
  }

  /** When the broadcast was erased; -1 for never. `load` first. */
  at(channelId: string, broadcastId: string): number {
    return this.#known!.get(broadcastTerm(channelId, broadcastId))?.at ?? -1
  }

  /** Whether windows, alerts and the like of this broadcast may come in. */
  isWelcome(channelId: string, broadcastId: string): boolean {
    return this.#known!.get(broadcastTerm(channelId, broadcastId))?.returned ?? true
  }

  async add(channelId: string, broadcastId: string, at: number): Promise<void> {
    await this.#put({ channelId, broadcastId, at, returned: false })
  }

  /** A message came that was received after the erasure. */
  async markReturned(channelId: string, broadcastId: string): Promise<void> {
    await this.#put({ channelId, broadcastId, at: this.at(channelId, broadcastId), returned: true })
  }

  async #put(erasure: Erasure): Promise<void> {
    await this.load()
    const id = broadcastTerm(erasure.channelId, erasure.broadcastId)
    const document = { ...placeOf(erasure), at: erasure.at, returned: erasure.returned }
    await guarded(() => this.#client.index({ index: this.#index, id, document }))
    this.#known!.set(id, erasure)
  }

  forget(): void {
    this.#known = null
  }
}
