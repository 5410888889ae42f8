/**
 * The model at work: features and embedding in plain typed arrays, the dense part in TensorFlow.js.
 *
 * A batch is packed as in training: the pieces of all texts in one long row of positions, an empty position between
 * two texts, so a text's score does not depend on its neighbours and nothing is computed for padding.
 */
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { BucketTable } from './bucket-table.ts'
import { emoteScore } from './emote-scores.ts'
import { withoutNames } from './fairness/neutral-names.ts'
import { ModelUnavailableError } from './model-errors.ts'
import { FeatureExtractor, hasWords } from './sentiment-features.ts'
import { type BackendChoice, type BackendName, startChosen, type Tensors } from './tensorflow-backend.ts'
import { readWeights, type Weights, type WeightsManifest } from './weights-file.ts'

/** Texts that go through the dense part at once: enough to hide a call's cost, small enough to stay in the cache. */
const SLICE = 128

/** How neutral a text is that says nothing. */
const SAYS_NOTHING = 0.98
/** Never quite 1: positive against negative can then be read from every score. */
const MOST_NEUTRAL = 0.999

/** Log odds that a text's emotes add to the side of its words. */
const EMOTE_PULL = 1

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

export class SentimentModel {
  readonly manifest: WeightsManifest
  readonly backend: BackendName
  readonly #tf: Tensors
  readonly #extractor: FeatureExtractor
  readonly #table: BucketTable
  readonly #weights: Weights
  readonly #net: Readonly<{
    conv1: Tensor4D
    bias1: Tensor1D
    conv2: Tensor4D
    bias2: Tensor1D
    dense: Tensor2D
    denseBias: Tensor1D
    output: Tensor2D
  }>
  readonly #x: Float32Array
  readonly #counts: Int32Array
  readonly #first = new Int32Array(SLICE + 1)

  private constructor(tf: Tensors, backend: BackendName, weights: Weights) {
    const { manifest } = weights
    this.manifest = manifest
    this.backend = backend
    this.#tf = tf
    this.#weights = weights
    this.#extractor = new FeatureExtractor(manifest.features)
    this.#table = new BucketTable(weights.buckets)
    const positions = SLICE * (manifest.features.maxPieces + 1) + 2
    this.#x = new Float32Array(positions * manifest.width)
    this.#counts = new Int32Array(positions)
    const { width, channels } = manifest
    const values = (name: string): Float32Array => {
      const tensor = weights.tensors.get(name)
      if (tensor === undefined) throw new ModelUnavailableError(`the weights have no tensor "${name}"`)
      return tensor.values
    }
    const matrix = (name: string) => tf.tensor2d(values(name), weights.tensors.get(name)!.shape as [number, number])
    this.#net = {
      conv1: tf.tensor4d(values('conv1'), [1, 3, width, channels]),
      bias1: tf.tensor1d(values('bias1')),
      conv2: tf.tensor4d(values('conv2'), [1, 3, channels, channels]),
      bias2: tf.tensor1d(values('bias2')),
      dense: matrix('dense'),
      denseBias: tf.tensor1d(values('denseBias')),
      output: matrix('output'),
    }
  }

  /** Throws ModelUnavailableError (files) or ModelBackendMissingError (TensorFlow.js). */
  static async load(directory: string | undefined, backend: BackendChoice): Promise<SentimentModel> {
    const weights = readWeights(directory)
    // Read now: a table that cannot be read must not be found out by the first viewer's emoji.
    emoteScore('😀')
    const { tf, name } = await startChosen(backend)
    return new SentimentModel(tf, name, weights)
  }

  /** Of weights that are already read: for what is left out of them in an ablation. */
  static async of(weights: Weights, backend: BackendChoice): Promise<SentimentModel> {
    const { tf, name } = await startChosen(backend)
    return new SentimentModel(tf, name, weights)
  }

  /** How many n-grams of these texts were looked up, and how many of them training did not know. */
  vocabulary(texts: readonly string[]): { readonly looked: number; readonly unknown: number } {
    const extractor = this.#extractor
    let looked = 0
    let unknown = 0
    for (const text of texts) {
      extractor.extract(text)
      for (let i = 0; i < extractor.count; looked++) {
        if (this.#table.row(extractor.bucket[i]!) >= 0) i++
        else {
          unknown++
          i = extractor.next[i]!
        }
      }
    }
    return { looked, unknown }
  }

  /**
   * Probabilities of positive, neutral and negative, three numbers a text. Text that says nothing (see hasWords) is neutral. A group's name
   * is read as 사람: who is spoken of decides nothing.
   */
  probabilities(named: readonly string[]): Float32Array<ArrayBuffer> {
    const texts = named.map(withoutNames)
    const logits = this.logits(texts)
    const { polarity, neutral } = this.manifest
    const out = new Float32Array(texts.length * 3)
    for (let i = 0; i < texts.length; i++) {
      const emotes = emoteScore(texts[i]!)
      const side = sigmoid(polarity.slope * logits[i * 2]! + polarity.intercept + EMOTE_PULL * emotes.score)
      const neutralOutput = neutral.slope * logits[i * 2 + 1]! + neutral.intercept
      const isWorded = hasWords(emotes.rest)
      if (!isWorded && emotes.known > 0) {
        // Nothing but emotes: the table alone speaks, and a middling score takes no side.
        const none = Math.max(0.05, 0.9 - 1.2 * Math.abs(emotes.score))
        const positive = emotes.score >= 0 ? 0.95 : 0.05
        out[i * 3] = (1 - none) * positive
        out[i * 3 + 1] = none
        out[i * 3 + 2] = (1 - none) * (1 - positive)
        continue
      }
      const none = isWorded ? Math.min(MOST_NEUTRAL, sigmoid(neutralOutput)) : SAYS_NOTHING
      out[i * 3] = (1 - none) * side
      out[i * 3 + 1] = none
      out[i * 3 + 2] = (1 - none) * (1 - side)
    }
    return out
  }

  /** The two raw outputs of each text, before calibration: positive against negative, neutral against both. */
  logits(texts: readonly string[]): Float32Array {
    const out = new Float32Array(texts.length * 2)
    for (let from = 0; from < texts.length; from += SLICE) {
      const slice = texts.slice(from, from + SLICE)
      out.set(this.#run(slice.length, this.#embed(slice)), from * 2)
    }
    return out
  }

  /** Packs the piece embeddings of the texts; returns the number of positions. */
  #embed(texts: readonly string[]): number {
    const extractor = this.#extractor
    const table = this.#table
    const { rows, scales } = this.#weights
    const { width } = this.manifest
    const x = this.#x
    const counts = this.#counts
    const { bucket, piece, next } = extractor
    let position = 1
    x.fill(0, 0, width)
    counts[0] = 0
    for (let t = 0; t < texts.length; t++) {
      const pieces = extractor.extract(texts[t]!)
      this.#first[t] = position
      x.fill(0, position * width, (position + pieces + 1) * width)
      counts.fill(0, position, position + pieces + 1)
      const features = extractor.count
      for (let i = 0; i < features; ) {
        const row = table.row(bucket[i]!)
        if (row < 0) {
          i = next[i]!
          continue
        }
        const owner = position + piece[i++]!
        const scale = scales[row]!
        const e = row * width
        const o = owner * width
        counts[owner]!++
        for (let d = 0; d < width; d++) x[o + d]! += scale * rows[e + d]!
      }
      for (let p = position; p < position + pieces; p++) {
        const count = counts[p]!
        if (count < 2) continue
        const scale = 1 / Math.sqrt(count)
        for (let d = p * width; d < (p + 1) * width; d++) x[d]! *= scale
      }
      position += pieces + 1
    }
    this.#first[texts.length] = position
    return position
  }

  #run(texts: number, positions: number): Float32Array {
    const tf = this.#tf
    const { width, channels } = this.manifest
    const net = this.#net
    const mask = new Float32Array(positions)
    for (let p = 0; p < positions; p++) mask[p] = this.#counts[p]! > 0 ? 1 : 0
    const pooledSize = width + 4 * channels
    const pooled = new Float32Array(texts * pooledSize)
    tf.tidy(() => {
      const input = tf.tensor4d(this.#x.slice(0, positions * width), [1, 1, positions, width])
      const keep = tf.tensor4d(mask, [1, 1, positions, 1])
      const convolve = (x: Tensor4D, filter: Tensor4D, bias: Tensor1D) =>
        tf.mul(tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'relu' }), keep) as Tensor4D
      const y = convolve(input, net.conv1, net.bias1)
      const z = convolve(y, net.conv2, net.bias2)
      this.#pool(texts, pooled, y.dataSync() as Float32Array, z.dataSync() as Float32Array)
    })
    return tf.tidy(() => {
      const features = tf.tensor2d(pooled, [texts, pooledSize])
      const hidden = tf.fused.matMul({ a: features, b: net.dense, bias: net.denseBias, activation: 'relu' })
      // the bag goes to the outputs directly as well: `output` has its rows under the hidden ones, the bias last
      const joined = tf.concat([hidden, tf.slice(features, [0, 0], [texts, width]), tf.ones([texts, 1])], 1)
      return tf.matMul(joined as Tensor2D, net.output).dataSync() as Float32Array
    })
  }

  /** Whole bag, then maximum and mean over the text's positions of both convolutions. */
  #pool(texts: number, out: Float32Array, y: Float32Array, z: Float32Array): void {
    const { width, channels } = this.manifest
    const size = width + 4 * channels
    const counts = this.#counts
    for (let t = 0; t < texts; t++) {
      const first = this.#first[t]!
      const end = this.#first[t + 1]! - 1
      let features = 0
      let filled = 0
      for (let p = first; p < end; p++) {
        features += counts[p]!
        if (counts[p]! > 0) filled++
      }
      const at = t * size
      const share = 1 / Math.sqrt(Math.max(1, features))
      for (let p = first; p < end; p++) {
        const weight = Math.sqrt(counts[p]!) * share
        for (let d = 0; d < width; d++) out[at + d]! += weight * this.#x[p * width + d]!
      }
      poolMaximumAndMean(y, channels, first, end, filled, out, at + width)
      poolMaximumAndMean(z, channels, first, end, filled, out, at + width + 2 * channels)
    }
  }
}

function poolMaximumAndMean(
  rows: Float32Array,
  channels: number,
  first: number,
  end: number,
  filled: number,
  out: Float32Array,
  at: number,
): void {
  for (let p = first; p < end; p++)
    for (let c = 0; c < channels; c++) {
      const v = rows[p * channels + c]!
      if (v > out[at + c]!) out[at + c] = v
      out[at + channels + c]! += v
    }
  const share = 1 / Math.max(1, filled)
  for (let c = at + channels; c < at + 2 * channels; c++) out[c]! *= share
}
