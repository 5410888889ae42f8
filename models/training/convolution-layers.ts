/** Two convolutions of width 3 over the pieces, one on the other. */
import { dense, type KernelMemory, transposed } from './kernel-memory.ts'
import type { NetworkShape } from './network-shape.ts'
import type { LayerParts, PackedPieces, PieceLayers } from './piece-layers.ts'
import { fillRows, sumRows } from './row-arithmetic.ts'

export class ConvolutionLayers implements PieceLayers {
  readonly y: Float32Array
  readonly z: Float32Array
  readonly dy: Float32Array
  readonly dz: Float32Array
  readonly #parts: LayerParts
  readonly #turned: Float32Array

  /** How many numbers of kernel memory it takes. */
  static numbers({ channels }: NetworkShape, mostRows: number): number {
    return (mostRows + 4) * 4 * channels + 3 * channels * channels + 256
  }

  constructor(parts: LayerParts) {
    const { memory, shape, mostRows } = parts
    const h = shape.channels
    const rows = () => memory.floats((mostRows + 4) * h)
    this.#parts = parts
    this.y = rows()
    this.z = rows()
    this.dy = rows()
    this.dz = rows()
    this.#turned = memory.floats(3 * h * Math.max(h, shape.width))
  }

  forward(batch: PackedPieces): void {
    const { shape, tensors: t } = this.#parts
    this.#convolve(batch, batch.x, shape.width, t.conv1!, t.bias1!, this.y)
    this.#convolve(batch, this.y, shape.channels, t.conv2!, t.bias2!, this.z)
  }

  backward(batch: PackedPieces): void {
    const { shape, tensors: t, gradients: g } = this.#parts
    this.#convolveBack(batch, this.y, shape.channels, t.conv2!, g.conv2!, g.bias2!, this.z, this.dz, this.dy)
    this.#convolveBack(batch, batch.x, shape.width, t.conv1!, g.conv1!, g.bias1!, this.y, this.dy, batch.dx)
  }

  get #memory(): KernelMemory {
    return this.#parts.memory
  }

  /** out = relu(window(input) x weights + bias), zero on rows without features. */
  #convolve(
    { packedRows: rows, featureCount }: PackedPieces,
    input: Float32Array,
    columns: number,
    weights: Float32Array,
    bias: Float32Array,
    out: Float32Array,
  ): void {
    const h = this.#parts.shape.channels
    fillRows(out.subarray(h), bias, rows)
    this.#memory.multiplyAdd(dense(out, h, 1), dense(input, columns), dense(weights, h), rows, 3 * columns, h)
    out.fill(0, 0, h)
    for (let r = 1; r <= rows; r++) {
      const from = r * h
      if (featureCount[r] === 0) out.fill(0, from, from + h)
      else for (let i = from; i < from + h; i++) if (out[i]! < 0) out[i] = 0
    }
    out.fill(0, (rows + 1) * h, (rows + 2) * h)
  }

  #convolveBack(
    { packedRows: rows }: PackedPieces,
    input: Float32Array,
    columns: number,
    weights: Float32Array,
    dWeights: Float32Array,
    dBias: Float32Array,
    out: Float32Array,
    dOut: Float32Array,
    dInput: Float32Array,
  ): void {
    const h = this.#parts.shape.channels
    for (let i = h; i < (rows + 1) * h; i++) if (out[i]! <= 0) dOut[i] = 0
    dOut.fill(0, 0, h)
    dOut.fill(0, (rows + 1) * h, (rows + 2) * h)
    sumRows(dBias, dOut.subarray(h), rows)
    this.#memory.multiplyAdd(dense(dWeights, h), transposed(input, columns), dense(dOut, h, 1), 3 * columns, rows, h)
    // the window turned round: input row i reaches output rows i-1, i, i+1 by taps 2, 1, 0
    const turned = this.#turned
    for (let tap = 0; tap < 3; tap++)
      for (let c = 0; c < columns; c++)
        for (let o = 0; o < h; o++) turned[((2 - tap) * h + o) * columns + c] = weights[(tap * columns + c) * h + o]!
    this.#memory.multiplyAdd(dense(dInput, columns, 1), dense(dOut, h), dense(turned, columns), rows, 3 * h, columns)
  }
}
