/** The features of every training text, as row numbers of the embedding, extracted once and kept in two long arrays. */
import { BucketTable } from '../bucket-table.ts'
import { type FeatureConfig, FeatureExtractor } from '../sentiment-features.ts'

/** Buckets seen at least `leastCount` times in the texts: the most frequent first, then by bucket inside a power of two of the count. */
export function frequentBuckets(
  texts: readonly string[],
  config: FeatureConfig,
  leastCount: number,
): { buckets: Int32Array; classStarts: number[] } {
  const counts = new Uint16Array(2 ** config.bucketBits)
  const extractor = new FeatureExtractor(config)
  for (const text of texts) {
    extractor.extract(text)
    for (let i = 0; i < extractor.count; i++) {
      const bucket = extractor.bucket[i]!
      if (counts[bucket]! < 65535) counts[bucket]!++
    }
  }
  const classes: number[][] = Array.from({ length: 17 }, () => [])
  for (let bucket = 0; bucket < counts.length; bucket++) {
    const count = counts[bucket]!
    if (count >= leastCount) classes[31 - Math.clz32(count)]!.push(bucket)
  }
  const buckets: number[] = []
  const classStarts: number[] = []
  for (const members of classes.reverse()) {
    if (members.length === 0) continue
    classStarts.push(buckets.length)
    for (const bucket of members) buckets.push(bucket)
  }
  return { buckets: Int32Array.from(buckets), classStarts }
}

export class FeatureStore {
  /** Text i has the features start[i] .. start[i + 1]. */
  readonly start: Uint32Array
  readonly pieces: Uint8Array
  rows: Int32Array
  owner: Uint8Array

  constructor(texts: readonly string[], config: FeatureConfig, buckets: Int32Array) {
    const table = new BucketTable(buckets)
    const extractor = new FeatureExtractor(config)
    this.start = new Uint32Array(texts.length + 1)
    this.pieces = new Uint8Array(texts.length)
    this.rows = new Int32Array(Math.max(65536, texts.length * 330))
    this.owner = new Uint8Array(this.rows.length)
    let n = 0
    for (let t = 0; t < texts.length; t++) {
      this.pieces[t] = extractor.extract(texts[t]!)
      if (n + extractor.count > this.rows.length) this.#grow(n)
      for (let i = 0; i < extractor.count; ) {
        const row = table.row(extractor.bucket[i]!)
        if (row < 0) i = extractor.next[i]!
        else {
          this.rows[n] = row
          this.owner[n++] = extractor.piece[i++]!
        }
      }
      this.start[t + 1] = n
    }
  }

  #grow(used: number): void {
    const rows = new Int32Array(Math.ceil(this.rows.length * 1.5) + 65536)
    rows.set(this.rows.subarray(0, used))
    const owner = new Uint8Array(rows.length)
    owner.set(this.owner.subarray(0, used))
    this.rows = rows
    this.owner = owner
  }
}
