/** From a text's pieces to one row of numbers: the whole bag, then maximum and mean of both convolutions; and back. */
import type { KernelMemory } from './kernel-memory.ts'
import { type NetworkShape, pooledSize } from './network-shape.ts'
import { poolMaximumAndMean, unpoolMaximumAndMean } from './row-arithmetic.ts'

/** The packed batch: its texts' rows, their features' counts, the piece embeddings and their gradients. */
export interface PackedBatch {
  readonly x: Float32Array
  readonly dx: Float32Array
  readonly firstRow: Int32Array
  readonly rowCount: Int32Array
  readonly featureCount: Int32Array
  readonly texts: number
}

export class PiecePooling {
  /** A row of numbers for each text, and their gradients. */
  readonly values: Float32Array
  readonly gradients: Float32Array
  /** The bag alone, before anything is dropped, and what reaches it beside `gradients`. */
  readonly bag: Float32Array
  readonly dBag: Float32Array
  readonly #shape: NetworkShape
  readonly #largestY: Int32Array
  readonly #largestZ: Int32Array

  constructor(memory: KernelMemory, shape: NetworkShape, mostTexts: number) {
    this.#shape = shape
    this.values = memory.floats(mostTexts * pooledSize(shape))
    this.gradients = memory.floats(mostTexts * pooledSize(shape))
    this.bag = memory.floats(mostTexts * shape.width)
    this.dBag = memory.floats(mostTexts * shape.width)
    this.#largestY = new Int32Array(mostTexts * shape.channels)
    this.#largestZ = new Int32Array(mostTexts * shape.channels)
  }

  /** Fills `values` and `bag` from the batch and the outputs of the two convolutions. */
  pool(batch: PackedBatch, y: Float32Array, z: Float32Array): void {
    const { width: w, channels: h } = this.#shape
    const size = pooledSize(this.#shape)
    for (let b = 0; b < batch.texts; b++) {
      const [first, end, features, filled] = span(batch, b)
      const at = b * size
      const bagAt = b * w
      const share = 1 / Math.sqrt(Math.max(1, features))
      this.bag.fill(0, bagAt, bagAt + w)
      for (let r = first; r < end; r++) {
        const weight = Math.sqrt(batch.featureCount[r]!) * share
        if (weight > 0) for (let d = 0; d < w; d++) this.bag[bagAt + d]! += weight * batch.x[r * w + d]!
      }
      for (let d = 0; d < w; d++) this.values[at + d] = this.bag[bagAt + d]!
      poolMaximumAndMean(y, h, first, end, filled, this.values, at + w, this.#largestY, b * h)
      poolMaximumAndMean(z, h, first, end, filled, this.values, at + w + 2 * h, this.#largestZ, b * h)
    }
  }

  /** Adds what `gradients` and `dBag` say to the batch's `dx` and to the gradients of the two convolutions. */
  unpool(batch: PackedBatch, dy: Float32Array, dz: Float32Array): void {
    const { width: w, channels: h } = this.#shape
    const size = pooledSize(this.#shape)
    const { featureCount } = batch
    for (let b = 0; b < batch.texts; b++) {
      const [first, end, features, filled] = span(batch, b)
      const at = b * size
      const share = 1 / Math.sqrt(Math.max(1, features))
      for (let r = first; r < end; r++) {
        const weight = Math.sqrt(featureCount[r]!) * share
        if (weight === 0) continue
        for (let d = 0; d < w; d++) batch.dx[r * w + d]! += weight * (this.gradients[at + d]! + this.dBag[b * w + d]!)
      }
      unpoolMaximumAndMean(dy, h, first, end, filled, this.gradients, at + w, this.#largestY, b * h, featureCount)
      unpoolMaximumAndMean(
        dz,
        h,
        first,
        end,
        filled,
        this.gradients,
        at + w + 2 * h,
        this.#largestZ,
        b * h,
        featureCount,
      )
    }
  }
}

/** First row, row after the last, number of features and of pieces that have any, of text b. */
function span(batch: PackedBatch, b: number): readonly [first: number, end: number, features: number, filled: number] {
  const first = batch.firstRow[b]!
  const end = first + batch.rowCount[b]!
  let features = 0
  let filled = 0
  for (let r = first; r < end; r++) {
    features += batch.featureCount[r]!
    if (batch.featureCount[r]! > 0) filled++
  }
  return [first, end, features, filled]
}
