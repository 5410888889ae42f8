import type { DatabaseSync } from 'node:sqlite'
import { PLACES_PER_MS } from './schema.ts'

const REMEMBERED = 20_000

/** Hands out places in the order of the archive: the next free one at or after a timestamp. */
export class Places {
  readonly #next = new Map<number, number>()
  readonly #last

  constructor(database: DatabaseSync) {
    this.#last = database.prepare('SELECT max(place) AS place FROM messages WHERE place >= ? AND place < ?')
  }

  take(timestamp: number): number {
    const place = this.#next.get(timestamp) ?? this.#firstFree(timestamp)
    if (place >= (timestamp + 1) * PLACES_PER_MS) {
      // The millisecond is full (a recording with coarse clocks): the next ones lend theirs.
      const lent = this.take(Math.floor(place / PLACES_PER_MS))
      this.#remember(timestamp, lent + 1)
      return lent
    }
    this.#remember(timestamp, place + 1)
    return place
  }

  #firstFree(timestamp: number): number {
    const from = timestamp * PLACES_PER_MS
    const last = this.#last.get(from, from + PLACES_PER_MS)!.place
    return last === null ? from : Number(last) + 1
  }

  #remember(timestamp: number, next: number): void {
    if (this.#next.size >= REMEMBERED) this.#next.delete(this.#next.keys().next().value!)
    this.#next.set(timestamp, next)
  }

  forget(): void {
    this.#next.clear()
  }
}
