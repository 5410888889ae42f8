/** The sparse part: one row of numbers for each n-gram, trained with row-wise Adagrad; pieces are sums of rows over sqrt(count). */
import type { FeatureStore } from './feature-store.ts'
import type { KernelMemory } from './kernel-memory.ts'
import type { PieceNetwork } from './piece-network.ts'
import type { Random } from './random.ts'

/** Features one text can have: 300 units give 302 x 4 character, 900 x 3 jamo and 300 word n-grams, or somewhat more with longer ones. */
const MOST_FEATURES = 6000

export class FeatureEmbedding {
  readonly width: number
  readonly values: Float32Array
  readonly #memory: KernelMemory
  readonly #squares: Float32Array
  readonly #rows: Int32Array
  readonly #owners: Int32Array
  readonly #stepSquares: Float32Array
  #count = 0

  /** How many numbers of kernel memory it takes. */
  static numbers(rows: number, width: number, mostTexts: number, mostPacked: number): number {
    return rows * (width + 1) + mostTexts * MOST_FEATURES * 2 + mostPacked + 256
  }

  /** `firstSquares` is what Adagrad starts with: large, so that a rare n-gram's first steps stay small. */
  constructor(
    memory: KernelMemory,
    rows: number,
    width: number,
    mostTexts: number,
    mostPacked: number,
    firstSquares: number,
    random: Random,
  ) {
    this.width = width
    this.#memory = memory
    this.values = memory.floats(rows * width)
    for (let i = 0; i < this.values.length; i++) this.values[i] = (random.unit() - 0.5) * 0.1
    this.#squares = memory.floats(rows).fill(firstSquares)
    this.#rows = memory.integers(mostTexts * MOST_FEATURES)
    this.#owners = memory.integers(mostTexts * MOST_FEATURES)
    this.#stepSquares = memory.floats(mostPacked)
  }

  /** Packs the texts into the network's `x`; each feature is left out with probability `drop`. */
  gather(network: PieceNetwork, store: FeatureStore, texts: Int32Array, drop: number, random: Random): void {
    const { x, featureCount } = network
    const rows = this.#rows
    const owners = this.#owners
    const threshold = Math.round(drop * 65536)
    let packed = 1
    let n = 0
    featureCount[0] = 0
    for (let b = 0; b < texts.length; b++) {
      const t = texts[b]!
      const pieces = store.pieces[t]!
      featureCount.fill(0, packed, packed + pieces + 1)
      const to = store.start[t + 1]!
      let bits = 0
      for (let k = store.start[t]!; k < to; k++) {
        if (threshold > 0) {
          bits = (k & 1) === 0 || bits === 0 ? random.bits() : bits >>> 16
          if ((bits & 65535) < threshold) continue
        }
        const owner = packed + store.owner[k]!
        rows[n] = store.rows[k]!
        owners[n++] = owner
        featureCount[owner]!++
      }
      network.firstRow[b] = packed
      network.rowCount[b] = pieces
      packed += pieces + 1
    }
    this.#count = n
    network.texts = texts.length
    network.packedRows = packed - 1
    featureCount[packed] = 0
    x.fill(0, 0, (packed + 1) * this.width)
    this.#memory.sumRows(x, this.values, { rows, owners, count: n }, this.width)
    this.#scaleByCount(x, featureCount, packed, 1)
  }

  /** One step against the network's `dx`. `perText` undoes the averaging over the batch: every text is its own step. */
  update(network: PieceNetwork, rate: number, perText: number): void {
    const w = this.width
    const { dx, featureCount, packedRows } = network
    this.#scaleByCount(dx, featureCount, packedRows + 1, perText)
    for (let r = 1; r <= packedRows; r++) {
      let squares = 0
      for (let d = r * w; d < (r + 1) * w; d++) squares += dx[d]! * dx[d]!
      this.#stepSquares[r] = squares / w
    }
    this.#memory.stepRows(
      this.values,
      this.#squares,
      dx,
      this.#stepSquares,
      { rows: this.#rows, owners: this.#owners, count: this.#count },
      w,
      rate,
    )
  }

  #scaleByCount(rows: Float32Array, counts: Int32Array, end: number, factor: number): void {
    const w = this.width
    for (let r = 1; r < end; r++) {
      const scale = factor / Math.sqrt(Math.max(1, counts[r]!))
      if (scale !== 1) for (let d = r * w; d < (r + 1) * w; d++) rows[d]! *= scale
    }
  }
}
