/**
 * Authors' pseudonyms: HMAC-SHA-256 of the author's id with a key of the channel, which is made of the secret in the
 * environment and a random salt in an index of its own. Without the secret nobody can tell who a pseudonym is; without the
 * salt nobody can any more, and what comes later of the same author gets another pseudonym.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { type Client, errors } from '@elastic/elasticsearch'
import { documentId } from './document-id.ts'
import { guarded, orNull } from './elasticsearch-error.ts'

const MAX_CHANNELS = 10_000
const MAX_REMEMBERED = 20_000
const LENGTH = 22

export class Pseudonyms {
  readonly #client: Client
  readonly #index: string
  readonly #secret: string
  readonly #keys = new Map<string, Buffer>()
  /** Of those who wrote last, by channel and author. */
  readonly #made = new Map<string, string>()

  constructor(client: Client, index: string, secret: string) {
    this.#client = client
    this.#index = index
    this.#secret = secret
  }

  /** Null for somebody without an id. The channel's key must be there: `prepare`, or a `load` that found it. */
  of(channelId: string, authorId: string): string | null {
    if (authorId === '') return null
    const key = this.#keys.get(channelId)
    if (!key) throw new Error(`no pseudonym key was loaded for ${channelId}`)
    const name = `${channelId}\0${authorId}`
    const known = this.#made.get(name)
    if (known !== undefined) return known
    const pseudonym = createHmac('sha256', key).update(authorId).digest('base64url').slice(0, LENGTH)
    if (this.#made.size >= MAX_REMEMBERED) this.#made.clear()
    this.#made.set(name, pseudonym)
    return pseudonym
  }

  has(channelId: string): boolean {
    return this.#keys.has(channelId)
  }

  /** Makes salts for channels that have none. */
  async prepare(channelIds: readonly string[]): Promise<void> {
    await this.load(channelIds)
    for (const channelId of new Set(channelIds)) if (!this.#keys.has(channelId)) await this.#make(channelId)
  }

  /** Reads the salts of those channels that have one. */
  async load(channelIds: readonly string[]): Promise<void> {
    const missing = [...new Set(channelIds)].filter((channelId) => !this.#keys.has(channelId))
    if (missing.length === 0) return
    const { docs } = await guarded(() =>
      this.#client.mget<Salt>({ index: this.#index, ids: missing.map((channelId) => documentId(channelId)) }),
    )
    for (const document of docs) if ('found' in document && document.found) this.#take(document._source!)
  }

  /** Every channel that has a salt. For a search for an author that names no channel. */
  async loadAll(): Promise<readonly string[]> {
    const { hits } = await guarded(() => this.#client.search<Salt>({ index: this.#index, size: MAX_CHANNELS }))
    for (const { _source } of hits.hits) this.#take(_source!)
    return [...this.#keys.keys()]
  }

  /** Nobody can find out any more, even with the secret, who the channel's pseudonyms were. */
  async forget(channelId: string): Promise<void> {
    this.#keys.delete(channelId)
    this.#made.clear()
    await orNull(() => this.#client.delete({ index: this.#index, id: documentId(channelId) }))
  }

  async #make(channelId: string): Promise<void> {
    const salt: Salt = { channelId, salt: randomBytes(32).toString('base64url'), createdAt: Date.now() }
    try {
      await this.#client.create({ index: this.#index, id: documentId(channelId), document: salt })
      this.#take(salt)
    } catch (cause) {
      // Another process was faster: its salt holds.
      if (!(cause instanceof errors.ResponseError && cause.statusCode === 409))
        await guarded(() => Promise.reject(cause))
      await this.load([channelId])
    }
  }

  #take({ channelId, salt }: Salt): void {
    const key = createHmac('sha256', this.#secret).update(salt).update(channelId).digest()
    // Another salt than before: somebody made the pseudonyms forgotten meanwhile.
    if (this.#keys.get(channelId)?.equals(key) === false) this.#made.clear()
    this.#keys.set(channelId, key)
  }
}

interface Salt {
  readonly channelId: string
  readonly salt: string
  readonly createdAt: number
}
