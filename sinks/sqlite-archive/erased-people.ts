import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

const REMEMBERED = 50_000

/** Who was erased from which channel, and when: what was received before that stays out. Their ids are kept as salted hashes. */
export class ErasedPeople {
  readonly #sql
  /** Null while nobody was read; a channel without an erased person is not in it. */
  #channels: ReadonlyMap<string, ReadonlyMap<string, number>> | null = null
  #salt: Uint8Array | null = null
  readonly #hashes = new Map<string, string>()

  constructor(database: DatabaseSync) {
    this.#sql = {
      all: database.prepare('SELECT channel_id, author, at FROM erased_people'),
      add: database.prepare('INSERT INTO erased_people VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at'),
      salt: database.prepare('SELECT salt FROM erasure_salt'),
    }
  }

  /** When the person was erased; -1 for never. */
  at(channelId: string, authorId: string): number {
    const people = this.#read().get(channelId)
    return people && authorId !== '' ? (people.get(this.#hash(channelId, authorId)) ?? -1) : -1
  }

  /** When somebody was erased from the channel last; -1 for never. */
  lastOf(channelId: string): number {
    return Math.max(-1, ...(this.#read().get(channelId)?.values() ?? []))
  }

  /** Inside a write transaction. */
  add(channelId: string, authorId: string, at: number): void {
    this.#sql.add.run(channelId, this.#hash(channelId, authorId), at)
    this.forget()
  }

  forget(): void {
    this.#channels = null
  }

  #read(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    if (this.#channels) return this.#channels
    const channels = new Map<string, Map<string, number>>()
    for (const { channel_id, author, at } of this.#sql.all.all()) {
      const people = channels.get(String(channel_id)) ?? new Map<string, number>()
      channels.set(String(channel_id), people.set(String(author), Number(at)))
    }
    this.#channels = channels
    return channels
  }

  #hash(channelId: string, authorId: string): string {
    const id = `${channelId}\0${authorId}`
    let hash = this.#hashes.get(id)
    if (hash === undefined) {
      this.#salt ??= this.#sql.salt.get()!.salt as Uint8Array
      hash = createHash('sha256').update(this.#salt).update(id).digest('base64url')
      if (this.#hashes.size >= REMEMBERED) this.#hashes.clear()
      this.#hashes.set(id, hash)
    }
    return hash
  }
}
