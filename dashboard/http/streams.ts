/** Open event streams, a few per person, all ended together when the server closes. */
export class StreamCounter {
  readonly #open = new Map<string, Set<() => void>>()
  readonly #perPerson: number

  constructor(perPerson: number) {
    this.#perPerson = perPerson
  }

  get open(): number {
    let sum = 0
    for (const streams of this.#open.values()) sum += streams.size
    return sum
  }

  hasRoom(person: string): boolean {
    return (this.#open.get(person)?.size ?? 0) < this.#perPerson
  }

  /** The returned function is to be called when the stream has ended. */
  add(person: string, end: () => void): () => void {
    const streams = this.#open.get(person) ?? new Set()
    this.#open.set(person, streams.add(end))
    return () => {
      streams.delete(end)
      if (streams.size === 0) this.#open.delete(person)
    }
  }

  /** Ends every stream of one person. */
  endOf(person: string): void {
    for (const end of [...(this.#open.get(person) ?? [])]) end()
  }

  endAll(): void {
    for (const person of [...this.#open.keys()]) this.endOf(person)
  }
}
