/**
 * The dense part, forward and backward, written out: two layers over a text's pieces (convolutions, or a recurrent
 * layer in each direction), their maximum and mean, one hidden layer, and the whole bag of pieces directly to the outputs.
 *
 * A batch is packed: the pieces of one text are consecutive rows, an all-zero row lies between two texts, so
 * a convolution is one matrix product over overlapping rows and no text sees another.
 */
import { ConvolutionLayers } from './convolution-layers.ts'
import { dense, type KernelMemory, transposed } from './kernel-memory.ts'
import { type HeadTensor, type NetworkShape, pooledSize, type TensorName, tensorShapes } from './network-shape.ts'
import type { PieceLayers, Tensors } from './piece-layers.ts'
import { PiecePooling } from './piece-pooling.ts'
import type { Random } from './random.ts'
import { RecurrentLayers } from './recurrent-layers.ts'
import { dropOut, fillRows, sumRows } from './row-arithmetic.ts'

export class PieceNetwork {
  readonly shape: NetworkShape
  readonly parameters: Float32Array
  readonly gradients: Float32Array
  readonly tensors: Tensors & Readonly<Record<HeadTensor, Float32Array>>
  /** Piece embeddings of the packed batch (row 0 and the rows between texts stay zero), and their gradients. */
  readonly x: Float32Array
  readonly dx: Float32Array
  /** Outputs of the texts and their gradients. */
  readonly outputs: Float32Array
  readonly dOutputs: Float32Array
  /** First packed row and number of rows of each text; how often each packed row has features; all set by the caller. */
  readonly firstRow: Int32Array
  readonly rowCount: Int32Array
  readonly featureCount: Int32Array
  texts = 0
  packedRows = 0
  readonly #memory: KernelMemory
  readonly #grad: Tensors & Readonly<Record<HeadTensor, Float32Array>>
  readonly #layers: PieceLayers
  readonly #pooling: PiecePooling
  readonly #keepPooled: Uint8Array
  readonly #hidden: Float32Array
  readonly #dHidden: Float32Array
  readonly #keepHidden: Uint8Array
  readonly #turned: Float32Array

  /** How many numbers of kernel memory it takes. */
  static numbers(shape: NetworkShape, mostTexts: number, mostPacked: number): number {
    const { width: w, hidden, outputs } = shape
    const size = sizeOf(tensorShapes(shape))
    const layers =
      shape.layers === 'recurrent'
        ? RecurrentLayers.numbers(shape, mostTexts, mostPacked)
        : ConvolutionLayers.numbers(shape, mostPacked)
    return (
      size * 3 +
      layers +
      (mostPacked + 4) * 2 * w +
      mostTexts * 2 * (pooledSize(shape) + hidden + outputs + w) +
      pooledSize(shape) * hidden +
      2048
    )
  }

  /** `mostPacked`: the rows a packed batch can have, those between texts included. */
  constructor(memory: KernelMemory, shape: NetworkShape, mostTexts: number, mostPacked: number, random: Random) {
    const { width: w, hidden, outputs } = shape
    const rows = mostPacked + 4
    const pooled = pooledSize(shape)
    const shapes = tensorShapes(shape)
    const size = sizeOf(shapes)
    this.shape = shape
    this.#memory = memory
    const take = (n: number) => memory.floats(n)
    this.parameters = take(size)
    this.gradients = take(size)
    const parts = (all: Float32Array) => {
      let at = 0
      const views = {} as Partial<Record<TensorName, Float32Array>> & Record<HeadTensor, Float32Array>
      for (const [name, [r, c]] of Object.entries(shapes) as [TensorName, readonly [number, number]][]) {
        views[name] = all.subarray(at, at + r * c)
        at += r * c
      }
      return views
    }
    this.tensors = parts(this.parameters)
    this.#grad = parts(this.gradients)
    this.x = take(rows * w)
    this.dx = take(rows * w)
    const layers = { memory, shape, tensors: this.tensors, gradients: this.#grad, mostTexts, mostRows: mostPacked }
    this.#layers = shape.layers === 'recurrent' ? new RecurrentLayers(layers) : new ConvolutionLayers(layers)
    this.#pooling = new PiecePooling(memory, shape, mostTexts)
    this.#keepPooled = new Uint8Array(mostTexts * pooled)
    this.#hidden = take(mostTexts * hidden)
    this.#dHidden = take(mostTexts * hidden)
    this.#keepHidden = new Uint8Array(mostTexts * hidden)
    this.outputs = take(mostTexts * outputs)
    this.dOutputs = take(mostTexts * outputs)
    this.#turned = take(pooled * hidden)
    this.firstRow = new Int32Array(mostTexts)
    this.rowCount = new Int32Array(mostTexts)
    this.featureCount = new Int32Array(rows)
    for (const [name, fanIn] of Object.entries(fanIns(shape)) as [TensorName, number][]) {
      const bound = 1 / Math.sqrt(fanIn)
      const tensor = this.tensors[name]!
      for (let i = 0; i < tensor.length; i++) tensor[i] = (random.unit() * 2 - 1) * bound
    }
  }

  /** Fills `outputs` from `x`. With a generator and a share, pooled and hidden numbers are dropped at random (training). */
  forward(random?: Random, drop = 0): void {
    const { width: w, hidden, outputs } = this.shape
    const { texts } = this
    const t = this.tensors
    const pooled = pooledSize(this.shape)
    const threshold = random === undefined ? 0 : Math.round(drop * 256)
    const scale = threshold === 0 ? 1 : 256 / (256 - threshold)
    this.#layers.forward(this)
    this.#pooling.pool(this, this.#layers.y, this.#layers.z)
    const { values, bag } = this.#pooling
    if (threshold > 0) dropOut(values, this.#keepPooled, texts * pooled, threshold, scale, random!)
    fillRows(this.#hidden, t.denseBias, texts)
    this.#memory.multiplyAdd(
      dense(this.#hidden, hidden),
      dense(values, pooled),
      dense(t.dense, hidden),
      texts,
      pooled,
      hidden,
    )
    const z = this.#hidden
    for (let i = 0; i < texts * hidden; i++) if (z[i]! < 0) z[i] = 0
    if (threshold > 0) dropOut(z, this.#keepHidden, texts * hidden, threshold, scale, random!)
    fillRows(this.outputs, t.outputBias, texts)
    this.#memory.multiplyAdd(
      dense(this.outputs, outputs),
      dense(z, hidden),
      dense(t.output, outputs),
      texts,
      hidden,
      outputs,
    )
    this.#memory.multiplyAdd(dense(this.outputs, outputs), dense(bag, w), dense(t.direct, outputs), texts, w, outputs)
  }

  /** From `dOutputs` to `gradients` and `dx`; `forward` with the same drop came before. */
  backward(drop: number): void {
    const { width: w, hidden, outputs } = this.shape
    const { texts } = this
    const t = this.tensors
    const g = this.#grad
    const pooled = pooledSize(this.shape)
    const { values, gradients: dValues, bag, dBag } = this.#pooling
    const threshold = Math.round(drop * 256)
    const scale = threshold === 0 ? 1 : 256 / (256 - threshold)
    this.gradients.fill(0)
    sumRows(g.outputBias, this.dOutputs, texts)
    this.#memory.multiplyAdd(
      dense(g.output, outputs),
      transposed(this.#hidden, hidden),
      dense(this.dOutputs, outputs),
      hidden,
      texts,
      outputs,
    )
    this.#memory.multiplyAdd(
      dense(g.direct, outputs),
      transposed(bag, w),
      dense(this.dOutputs, outputs),
      w,
      texts,
      outputs,
    )
    this.#dHidden.fill(0, 0, texts * hidden)
    this.#multiplyTransposed(this.#dHidden, this.dOutputs, outputs, t.output, hidden, texts)
    dBag.fill(0, 0, texts * w)
    this.#multiplyTransposed(dBag, this.dOutputs, outputs, t.direct, w, texts)
    for (let i = 0; i < texts * hidden; i++) {
      const kept = this.#hidden[i]! > 0 && (threshold === 0 || this.#keepHidden[i] === 1)
      this.#dHidden[i] = kept ? this.#dHidden[i]! * scale : 0
    }
    sumRows(g.denseBias, this.#dHidden, texts)
    this.#memory.multiplyAdd(
      dense(g.dense, hidden),
      transposed(values, pooled),
      dense(this.#dHidden, hidden),
      pooled,
      texts,
      hidden,
    )
    dValues.fill(0, 0, texts * pooled)
    this.#multiplyTransposed(dValues, this.#dHidden, hidden, t.dense, pooled, texts)
    if (threshold > 0)
      for (let i = 0; i < texts * pooled; i++) dValues[i] = this.#keepPooled[i] === 1 ? dValues[i]! * scale : 0
    const end = (this.packedRows + 1) * this.shape.channels
    this.#layers.dy.fill(0, 0, end)
    this.#layers.dz.fill(0, 0, end)
    this.dx.fill(0, 0, (this.packedRows + 1) * w)
    this.#pooling.unpool(this, this.#layers.dy, this.#layers.dz)
    this.#layers.backward(this)
  }

  /** out (texts x rows of b) += a (texts x columns) x transpose of b. */
  #multiplyTransposed(
    out: Float32Array,
    a: Float32Array,
    columns: number,
    b: Float32Array,
    rowsOfB: number,
    texts: number,
  ): void {
    const turned = this.#turned
    for (let r = 0; r < rowsOfB; r++) for (let c = 0; c < columns; c++) turned[c * rowsOfB + r] = b[r * columns + c]!
    this.#memory.multiplyAdd(dense(out, rowsOfB), dense(a, columns), dense(turned, rowsOfB), texts, columns, rowsOfB)
  }
}

const sizeOf = (shapes: ReturnType<typeof tensorShapes>): number =>
  Object.values(shapes).reduce((sum, [rows, columns]) => sum + rows * columns, 0)

/** How many numbers each output of a tensor is made from, in the order in which the tensors are first filled. */
function fanIns(shape: NetworkShape): Partial<Record<TensorName, number>> {
  const { width: w, channels: h, hidden, layers = 'convolutions' } = shape
  const pooled = pooledSize(shape)
  return {
    ...(layers === 'convolutions'
      ? { conv1: 3 * w, bias1: 3 * w, conv2: 3 * h, bias2: 3 * h }
      : { inputForward: h, stateForward: h, biasForward: h, inputBackward: h, stateBackward: h, biasBackward: h }),
    dense: pooled,
    denseBias: pooled,
    output: hidden,
    direct: w,
    outputBias: hidden,
  }
}
