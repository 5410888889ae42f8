/**
 * Bucket to row number: open addressing in one typed array, half full at most. Frequent buckets come first in
 * `buckets`, so their rows (and the cache lines of the embedding) lie together.
 */
export class BucketTable {
  readonly size: number
  readonly #slots: Int32Array
  readonly #mask: number

  constructor(buckets: Int32Array) {
    let size = 2
    while (size < buckets.length * 2) size *= 2
    this.size = buckets.length
    this.#mask = size - 1
    this.#slots = new Int32Array(size * 2).fill(-1)
    for (let row = 0; row < buckets.length; row++) {
      const bucket = buckets[row]!
      let slot = bucket & this.#mask
      while (this.#slots[slot * 2]! >= 0) slot = (slot + 1) & this.#mask
      this.#slots[slot * 2] = bucket
      this.#slots[slot * 2 + 1] = row
    }
  }

  /** The row of a bucket, or -1. Buckets are spread hashes already: their low bits serve as slot. */
  row(bucket: number): number {
    const slots = this.#slots
    let slot = bucket & this.#mask
    for (;;) {
      const at = slots[slot * 2]!
      if (at === bucket) return slots[slot * 2 + 1]!
      if (at < 0) return -1
      slot = (slot + 1) & this.#mask
    }
  }
}
