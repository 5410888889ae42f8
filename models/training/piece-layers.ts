/** What reads a text's pieces in their order: two layers of outputs a piece, forward and backward. */
import type { KernelMemory } from './kernel-memory.ts'
import type { NetworkShape, TensorName } from './network-shape.ts'

export type Tensors = Readonly<Partial<Record<TensorName, Float32Array>>>

/** A packed batch: see `PieceNetwork`. */
export interface PackedPieces {
  readonly x: Float32Array
  readonly dx: Float32Array
  readonly firstRow: Int32Array
  readonly rowCount: Int32Array
  readonly featureCount: Int32Array
  readonly texts: number
  readonly packedRows: number
}

export interface LayerParts {
  readonly memory: KernelMemory
  readonly shape: NetworkShape
  readonly tensors: Tensors
  readonly gradients: Tensors
  /** Most texts and most packed rows of a batch. */
  readonly mostTexts: number
  readonly mostRows: number
}

export interface PieceLayers {
  /** Outputs of the two layers, `channels` numbers a packed row; zero on rows between texts. */
  readonly y: Float32Array
  readonly z: Float32Array
  /** Their gradients, filled by the caller before `backward`. */
  readonly dy: Float32Array
  readonly dz: Float32Array
  forward(batch: PackedPieces): void
  /** From `dy` and `dz` to the gradients of the tensors; adds to the batch's `dx`. */
  backward(batch: PackedPieces): void
}
