/**
 * One WebAssembly memory with the kernels over it: arrays are handed out once and never freed, plain code reads and writes them
 * as typed arrays. The module's bytes are assembled from TypeScript, so retraining needs nothing but Node.
 */
import { STEP_ROWS, SUM_ROWS } from './embedding-kernel.ts'
import { MULTIPLY } from './matrix-kernel.ts'
import { assemble } from './wasm-code.ts'

/** A matrix view in floats: where it starts and how far apart its rows and columns are. */
export interface Matrix {
  readonly at: number
  readonly row: number
  readonly column: number
}

/** The rows of an array with so many columns, from a row on. */
export const dense = (floats: Float32Array, columns: number, fromRow = 0): Matrix => ({
  at: floats.byteOffset / 4 + fromRow * columns,
  row: columns,
  column: 1,
})

/** The same array read as its transpose. */
export const transposed = (floats: Float32Array, columns: number): Matrix => ({
  at: floats.byteOffset / 4,
  row: 1,
  column: columns,
})

/** Features of a batch: row in the embedding and owner in the packed batch, `count` of each. */
export interface FeatureList {
  readonly rows: Int32Array
  readonly owners: Int32Array
  readonly count: number
}

type Kernel = (...numbers: number[]) => void

export class KernelMemory {
  readonly #buffer: ArrayBuffer
  readonly #kernels: Readonly<Record<'multiply' | 'sum' | 'step', Kernel>>
  #used = 64

  /** `numbers`: how many 32-bit numbers will be taken in all, rounded up by the caller's generosity. */
  constructor(numbers: number) {
    const pages = Math.ceil((numbers + 4096) / 16384)
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
    const module = new WebAssembly.Module(assemble([MULTIPLY, SUM_ROWS, STEP_ROWS]))
    this.#buffer = memory.buffer as ArrayBuffer
    this.#kernels = new WebAssembly.Instance(module, { m: { m: memory } }).exports as unknown as Record<
      'multiply' | 'sum' | 'step',
      Kernel
    >
  }

  /** Zeroed floats. */
  floats(count: number): Float32Array {
    return new Float32Array(this.#buffer, this.#reserve(count), count)
  }

  /** Zeroed integers. */
  integers(count: number): Int32Array {
    return new Int32Array(this.#buffer, this.#reserve(count), count)
  }

  #reserve(count: number): number {
    const at = this.#used
    this.#used += Math.ceil(count / 16) * 64
    if (this.#used > this.#buffer.byteLength)
      throw new RangeError(`kernel memory is too small: ${this.#used} of ${this.#buffer.byteLength} bytes`)
    return at
  }

  /** C (rows x columns) += A (rows x inner) x B (inner x columns). columns is a multiple of 16; columns of B and C lie side by side. */
  multiplyAdd(c: Matrix, a: Matrix, b: Matrix, rows: number, inner: number, columns: number): void {
    if (columns % 16 !== 0) throw new RangeError(`columns must be a multiple of 16, not ${columns}`)
    if (rows === 0 || inner === 0) return
    this.#kernels.multiply(
      c.at * 4,
      a.at * 4,
      b.at * 4,
      rows,
      columns,
      inner,
      a.row * 4,
      a.column * 4,
      b.row * 4,
      c.row * 4,
    )
  }

  /** x[owner] += embedding[row] for each feature; rows are `width` numbers, a multiple of 16. */
  sumRows(x: Float32Array, embedding: Float32Array, list: FeatureList, width: number): void {
    this.#kernels.sum(
      embedding.byteOffset,
      x.byteOffset,
      list.rows.byteOffset,
      list.owners.byteOffset,
      list.count,
      width * 4,
    )
  }

  /** squares[row] += gradientSquares[owner]; embedding[row] -= rate / sqrt(squares[row]) * gradient[owner] for each feature. */
  stepRows(
    embedding: Float32Array,
    squares: Float32Array,
    gradient: Float32Array,
    gradientSquares: Float32Array,
    list: FeatureList,
    width: number,
    rate: number,
  ): void {
    this.#kernels.step(
      embedding.byteOffset,
      squares.byteOffset,
      gradient.byteOffset,
      gradientSquares.byteOffset,
      list.rows.byteOffset,
      list.owners.byteOffset,
      list.count,
      width * 4,
      rate,
    )
  }
}
