import { createHash, type Hash } from 'node:crypto'

/** What one reader saw of a topic, small enough to compare: how many records a partition has, and a hash of them in order. */
export class Digest {
  readonly #partitions = new Map<number, { readonly hash: Hash; count: number; last: number }>()

  /** A record that came before is not counted again: a reader that starts over reads some twice. */
  add(partition: number, offset: number, key: string, value: string): void {
    let seen = this.#partitions.get(partition)
    if (!seen) {
      seen = { hash: createHash('sha1'), count: 0, last: -1 }
      this.#partitions.set(partition, seen)
    }
    if (offset <= seen.last) return
    seen.last = offset
    seen.count += 1
    seen.hash.update(`${offset}\t${key}\t${value}\n`)
  }

  get records(): number {
    return [...this.#partitions.values()].reduce((sum, { count }) => sum + count, 0)
  }

  /** One past the last record of each partition. */
  ends(): { readonly [partition: number]: number } {
    return Object.fromEntries([...this.#partitions].map(([partition, { last }]) => [partition, last + 1]))
  }

  /** `partition count hash`, by partition. */
  lines(): readonly string[] {
    return [...this.#partitions]
      .sort(([one], [other]) => one - other)
      .map(([partition, { count, hash }]) => `${partition} ${count} ${hash.copy().digest('hex').slice(0, 16)}`)
  }
}
