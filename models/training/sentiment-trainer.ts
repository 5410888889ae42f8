/** The training loop: packs batches, steps the embedding (Adagrad) and the dense part (Adam), reports as it goes. */
import { Adam } from './adam.ts'
import { FeatureEmbedding } from './feature-embedding.ts'
import type { FeatureStore } from './feature-store.ts'
import { KernelMemory } from './kernel-memory.ts'
import { lossOfRow } from './losses.ts'
import { type LayerKind, NEUTRAL, POLARITY, type TensorName } from './network-shape.ts'
import { PieceNetwork } from './piece-network.ts'
import { Random } from './random.ts'
import type { TrainingRow } from './training-rows.ts'

export interface TrainerSettings {
  readonly seed: number
  readonly epochs: number
  readonly batch: number
  readonly width: number
  readonly channels: number
  readonly hidden: number
  readonly layers?: LayerKind
  /** Share of features left out of a text, and of dense numbers dropped. */
  readonly featureDrop: number
  readonly denseDrop: number
  readonly embeddingRate: number
  readonly denseRate: number
  readonly firstSquares: number
  readonly ratingWeight: number
  readonly neutralWeight: number
}

/** Pieces a batch of texts can have at most. */
const packedSize = (texts: number, maxPieces: number): number => texts * (maxPieces + 1) + 2

export class SentimentTrainer {
  readonly network: PieceNetwork
  readonly embedding: FeatureEmbedding
  readonly #settings: TrainerSettings
  readonly #random: Random
  readonly #batch: number

  constructor(settings: TrainerSettings, embeddingRows: number, maxPieces: number) {
    this.#settings = settings
    this.#random = new Random(settings.seed)
    this.#batch = settings.batch
    const { width, channels, hidden, layers = 'convolutions', batch, firstSquares } = settings
    const shape = { width, channels, hidden, outputs: 16, layers } as const
    const packed = packedSize(batch, maxPieces)
    const memory = new KernelMemory(
      PieceNetwork.numbers(shape, batch, packed) + FeatureEmbedding.numbers(embeddingRows, width, batch, packed),
    )
    this.network = new PieceNetwork(memory, shape, batch, packed, this.#random)
    this.embedding = new FeatureEmbedding(memory, embeddingRows, width, batch, packed, firstSquares, this.#random)
  }

  /** Trains on rows[i] with the features store[i]. `report` is called about every two seconds. */
  train(
    rows: readonly TrainingRow[],
    store: FeatureStore,
    report: (line: string) => void,
    afterEpoch: (epoch: number) => void,
  ): void {
    const s = this.#settings
    const { network, embedding } = this
    const order = expandCopies(rows)
    const adam = new Adam(network.parameters.length)
    const sided = (side: number) => rows.reduce((n, row) => n + (row.positive === side ? row.copies : 0), 0)
    const weights = { positiveOdds: Math.log(sided(1) / sided(0)), ratings: s.ratingWeight, neutral: s.neutralWeight }
    const perEpoch = Math.ceil(order.length / s.batch)
    const total = perEpoch * s.epochs
    const began = performance.now()
    let told = began
    let step = 0
    for (let epoch = 0; epoch < s.epochs; epoch++) {
      this.#random.shuffle(order)
      let loss = 0
      let counted = 0
      for (let from = 0; from < order.length; from += s.batch) {
        const texts = order.subarray(from, Math.min(order.length, from + s.batch))
        const pace = Math.min(1, step / 100) * Math.max(0.02, 1 - step / total)
        embedding.gather(network, store, texts, s.featureDrop, this.#random)
        network.forward(this.#random, s.denseDrop)
        network.dOutputs.fill(0)
        for (let b = 0; b < texts.length; b++)
          loss += lossOfRow(rows[texts[b]!]!, network.outputs, network.dOutputs, b * 16, weights, 1 / texts.length)
        counted += texts.length
        network.backward(s.denseDrop)
        adam.update(network.parameters, network.gradients, s.denseRate * pace)
        embedding.update(network, s.embeddingRate * pace, texts.length)
        step++
        if (performance.now() - told > 2000) {
          told = performance.now()
          const left = ((told - began) / step) * (total - step)
          report(
            `epoch ${epoch + 1}/${s.epochs}  ${((100 * step) / total).toFixed(1)} %  loss ${(loss / counted).toFixed(4)}  ${Math.ceil(left / 1000)} s left`,
          )
          loss = 0
          counted = 0
        }
      }
      afterEpoch(epoch + 1)
    }
  }

  /** The two raw outputs (polarity, neutral) of stored texts. */
  predict(store: FeatureStore, texts: Int32Array): Float32Array {
    const out = new Float32Array(texts.length * 2)
    for (let from = 0; from < texts.length; from += this.#batch) {
      const batch = texts.subarray(from, Math.min(texts.length, from + this.#batch))
      this.embedding.gather(this.network, store, batch, 0, this.#random)
      this.network.forward()
      for (let b = 0; b < batch.length; b++) {
        out[(from + b) * 2] = this.network.outputs[b * 16 + POLARITY]!
        out[(from + b) * 2 + 1] = this.network.outputs[b * 16 + NEUTRAL]!
      }
    }
    return out
  }

  /** The dense tensors as the scorer reads them: the outputs' columns it needs, and hidden, bag and bias rows as one matrix. */
  exportTensors(): Map<string, { values: Float32Array; shape: readonly number[] }> {
    const { width, channels, hidden } = this.#settings
    const t = this.network.tensors
    const tensors = new Map<string, { values: Float32Array; shape: readonly number[] }>()
    const keep = (name: TensorName, shape: readonly number[]) => tensors.set(name, { values: t[name]!.slice(), shape })
    keep('conv1', [3 * width, channels])
    keep('bias1', [channels])
    keep('conv2', [3 * channels, channels])
    keep('bias2', [channels])
    keep('dense', [width + 4 * channels, hidden])
    keep('denseBias', [hidden])
    const output = [...twoColumns(t.output), ...twoColumns(t.direct), ...twoColumns(t.outputBias)]
    tensors.set('output', { values: Float32Array.from(output), shape: [hidden + width + 1, 2] })
    return tensors
  }
}

function twoColumns(matrix: Float32Array): number[] {
  const out: number[] = []
  for (let at = 0; at < matrix.length; at += 16) out.push(matrix[at + POLARITY]!, matrix[at + NEUTRAL]!)
  return out
}

function expandCopies(rows: readonly TrainingRow[]): Int32Array {
  const order = new Int32Array(rows.reduce((sum, row) => sum + row.copies, 0))
  let n = 0
  for (let i = 0; i < rows.length; i++) for (let k = 0; k < rows[i]!.copies; k++) order[n++] = i
  return order
}
