/**
 * A gated recurrent unit (Cho et al. 2014, with the reset after the product as in cuDNN) over the pieces in each
 * direction: `y` is what it remembers reading forward, `z` reading backward.
 *
 *     r = sigmoid(Wr x + Ur h + br)    u = sigmoid(Wu x + Uu h + bu)
 *     n = tanh(Wn x + bn + r (Un h + cn))    h' = (1 - u) n + u h
 *
 * Texts step together, longest first, so that the ones that are not over are always the first rows of the state.
 */
import { dense, type KernelMemory, transposed } from './kernel-memory.ts'
import type { NetworkShape } from './network-shape.ts'
import type { LayerParts, PackedPieces, PieceLayers } from './piece-layers.ts'

interface Direction {
  readonly input: Float32Array
  readonly state: Float32Array
  readonly bias: Float32Array
  readonly dInput: Float32Array
  readonly dState: Float32Array
  readonly dBias: Float32Array
  readonly isBackward: boolean
  /** A packed row: reset, update, candidate before and after their nonlinearity; its gradient afterwards. */
  readonly gates: Float32Array
  /** A packed row: the state's part of the candidate. */
  readonly recalled: Float32Array
  /** A packed row: what is remembered after it. `out` is the same, but zero on pieces without features. */
  readonly states: Float32Array
  readonly out: Float32Array
  readonly dOut: Float32Array
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

export class RecurrentLayers implements PieceLayers {
  readonly y: Float32Array
  readonly z: Float32Array
  readonly dy: Float32Array
  readonly dz: Float32Array
  readonly #memory: KernelMemory
  readonly #shape: NetworkShape
  readonly #directions: readonly Direction[]
  readonly #state: Float32Array
  readonly #dState: Float32Array
  readonly #product: Float32Array
  readonly #turned: Float32Array
  /** Texts by length, longest first. */
  readonly #order: Int32Array

  /** How many numbers of kernel memory it takes. */
  static numbers({ channels: h, width }: NetworkShape, mostTexts: number, mostRows: number): number {
    return (mostRows + 4) * 14 * h + mostTexts * 5 * h + 3 * h * Math.max(h, width) + 1024
  }

  constructor({ memory, shape, tensors: t, gradients: g, mostTexts, mostRows }: LayerParts) {
    const h = shape.channels
    const rows = mostRows + 4
    this.#memory = memory
    this.#shape = shape
    this.y = memory.floats(rows * h)
    this.z = memory.floats(rows * h)
    this.dy = memory.floats(rows * h)
    this.dz = memory.floats(rows * h)
    const direction = (isBackward: boolean): Direction => {
      const name = isBackward ? 'Backward' : 'Forward'
      return {
        input: t[`input${name}`]!,
        state: t[`state${name}`]!,
        bias: t[`bias${name}`]!,
        dInput: g[`input${name}`]!,
        dState: g[`state${name}`]!,
        dBias: g[`bias${name}`]!,
        isBackward,
        gates: memory.floats(rows * 3 * h),
        recalled: memory.floats(rows * h),
        states: memory.floats(rows * h),
        out: isBackward ? this.z : this.y,
        dOut: isBackward ? this.dz : this.dy,
      }
    }
    this.#directions = [direction(false), direction(true)]
    this.#state = memory.floats(mostTexts * h)
    this.#dState = memory.floats(mostTexts * h)
    this.#product = memory.floats(mostTexts * 3 * h)
    this.#turned = memory.floats(3 * h * Math.max(h, shape.width))
    this.#order = new Int32Array(mostTexts)
  }

  forward(batch: PackedPieces): void {
    this.#sort(batch)
    for (const direction of this.#directions) this.#run(batch, direction)
  }

  backward(batch: PackedPieces): void {
    for (const direction of this.#directions) this.#runBack(batch, direction)
  }

  #sort({ texts, rowCount }: PackedPieces): void {
    for (let b = 0; b < texts; b++) this.#order[b] = b
    this.#order.subarray(0, texts).sort((a, b) => rowCount[b]! - rowCount[a]!)
  }

  /** How many texts have a step t: the first ones of the order. */
  #active({ texts, rowCount }: PackedPieces, t: number): number {
    let n = texts
    while (n > 0 && rowCount[this.#order[n - 1]!]! <= t) n--
    return n
  }

  #longest({ texts, rowCount }: PackedPieces): number {
    return texts === 0 ? 0 : rowCount[this.#order[0]!]!
  }

  #run(batch: PackedPieces, d: Direction): void {
    const { channels: h, width: w } = this.#shape
    const { firstRow, rowCount, featureCount, packedRows } = batch
    const { gates, recalled, states, out, bias } = d
    const end = (packedRows + 1) * 3 * h
    for (let at = 0; at < end; at += 3 * h) for (let k = 0; k < 3 * h; k++) gates[at + k] = bias[k]!
    this.#memory.multiplyAdd(dense(gates, 3 * h), dense(batch.x, w), dense(d.input, 3 * h), packedRows + 1, w, 3 * h)
    out.fill(0, 0, (packedRows + 2) * h)
    const state = this.#state.fill(0, 0, batch.texts * h)
    const product = this.#product
    const longest = this.#longest(batch)
    for (let t = 0; t < longest; t++) {
      const texts = this.#active(batch, t)
      product.fill(0, 0, texts * 3 * h)
      this.#memory.multiplyAdd(dense(product, 3 * h), dense(state, h), dense(d.state, 3 * h), texts, h, 3 * h)
      for (let i = 0; i < texts; i++) {
        const b = this.#order[i]!
        const row = d.isBackward ? firstRow[b]! + rowCount[b]! - 1 - t : firstRow[b]! + t
        const g = row * 3 * h
        const p = i * 3 * h
        const isSeen = featureCount[row]! > 0
        for (let k = 0; k < h; k++) {
          const reset = sigmoid(gates[g + k]! + product[p + k]!)
          const update = sigmoid(gates[g + h + k]! + product[p + h + k]!)
          const recall = product[p + 2 * h + k]! + bias[3 * h + k]!
          const candidate = Math.tanh(gates[g + 2 * h + k]! + reset * recall)
          gates[g + k] = reset
          gates[g + h + k] = update
          gates[g + 2 * h + k] = candidate
          recalled[row * h + k] = recall
          const next = (1 - update) * candidate + update * state[i * h + k]!
          state[i * h + k] = next
          states[row * h + k] = next
          if (isSeen) out[row * h + k] = next
        }
      }
    }
  }

  #runBack(batch: PackedPieces, d: Direction): void {
    const { channels: h, width: w } = this.#shape
    const { firstRow, rowCount, featureCount, packedRows } = batch
    const { gates, recalled, states, dOut } = d
    const dState = this.#dState.fill(0, 0, batch.texts * h)
    const before = this.#state
    const product = this.#product
    const turned = this.#turned
    for (let r = 0; r < h; r++) for (let c = 0; c < 3 * h; c++) turned[c * h + r] = d.state[r * 3 * h + c]!
    // Rows of no text carry no gradient.
    for (let row = 0, b = 0; row <= packedRows; row++) {
      if (b < batch.texts && row === firstRow[b]!) {
        row += rowCount[b]! - 1
        b++
      } else gates.fill(0, row * 3 * h, (row + 1) * 3 * h)
    }
    for (let t = this.#longest(batch) - 1; t >= 0; t--) {
      const texts = this.#active(batch, t)
      for (let i = 0; i < texts; i++) {
        const b = this.#order[i]!
        const row = d.isBackward ? firstRow[b]! + rowCount[b]! - 1 - t : firstRow[b]! + t
        const earlier = d.isBackward ? row + 1 : row - 1
        const g = row * 3 * h
        const p = i * 3 * h
        const isSeen = featureCount[row]! > 0
        for (let k = 0; k < h; k++) {
          const [reset, update, candidate] = [gates[g + k]!, gates[g + h + k]!, gates[g + 2 * h + k]!]
          const held = t === 0 ? 0 : states[earlier * h + k]!
          const dh = dState[i * h + k]! + (isSeen ? dOut[row * h + k]! : 0)
          const dCandidate = dh * (1 - update) * (1 - candidate * candidate)
          const dRecall = dCandidate * reset
          const dReset = dCandidate * recalled[row * h + k]! * reset * (1 - reset)
          const dUpdate = dh * (held - candidate) * update * (1 - update)
          gates[g + k] = dReset
          gates[g + h + k] = dUpdate
          gates[g + 2 * h + k] = dCandidate
          product[p + k] = dReset
          product[p + h + k] = dUpdate
          product[p + 2 * h + k] = dRecall
          d.dBias[3 * h + k]! += dRecall
          before[i * h + k] = held
          dState[i * h + k] = dh * update
        }
      }
      this.#memory.multiplyAdd(dense(dState, h), dense(product, 3 * h), dense(turned, h), texts, 3 * h, h)
      this.#memory.multiplyAdd(dense(d.dState, 3 * h), transposed(before, h), dense(product, 3 * h), h, texts, 3 * h)
    }
    const rows = packedRows + 1
    for (let row = 0; row < rows; row++) for (let k = 0; k < 3 * h; k++) d.dBias[k]! += gates[row * 3 * h + k]!
    this.#memory.multiplyAdd(dense(d.dInput, 3 * h), transposed(batch.x, w), dense(gates, 3 * h), w, rows, 3 * h)
    for (let r = 0; r < w; r++) for (let c = 0; c < 3 * h; c++) turned[c * w + r] = d.input[r * 3 * h + c]!
    this.#memory.multiplyAdd(dense(batch.dx, w), dense(gates, 3 * h), dense(turned, w), rows, 3 * h, w)
  }
}
