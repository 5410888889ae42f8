import type { DatabaseSync } from 'node:sqlite'
import { PLACES_PER_MS } from './schema.ts'

const REMEMBERED = 20_000

/** Hands out places in the order of the archive: the next free one at or after a timestamp. */
export class Places {
  readonly #next = new Map<number, number>()
  readonly #last
  readonly #greatest
  /** No message lies at or behind this place; -1 while unknown. Chat comes nearly in order: most need no look. */
  #end = -1

  constructor(database: DatabaseSync) {
    this.#last = database.prepare('SELECT max(place) AS place FROM messages WHERE place >= ? AND place < ?')
    this.#greatest = database.prepare('SELECT max(place) AS place FROM messages')
  }

  take(timestamp: number): number {
    if (this.#end < 0) this.#end = Number(this.#greatest.get()!.place ?? -1) + 1
    const from = timestamp * PLACES_PER_MS
    if (from >= this.#end) {
      this.#end = from + 1
      this.#remember(timestamp, from + 1)
      return from
    }
    const place = this.#next.get(timestamp) ?? this.#firstFree(timestamp)
    if (place >= from + PLACES_PER_MS) {
      // The millisecond is full (a recording with coarse clocks): the next ones lend theirs.
      const lent = this.take(Math.floor(place / PLACES_PER_MS))
      this.#remember(timestamp, lent + 1)
      return lent
    }
    this.#end = Math.max(this.#end, place + 1)
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
    this.#end = -1
  }
}
