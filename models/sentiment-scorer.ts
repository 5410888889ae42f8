/**
 * What the application uses: texts in, calibrated sentiment out, from a worker thread.
 *
 * `positive`, `neutral` and `negative` sum to 1; `label` is the largest, `confidence` how likely it is right. Only the first 300
 * characters of a text count (after white space and runs are folded). Text without a letter or digit, and laughter alone (ㅋㅋㅋ), is neutral.
 * Answers come in the order of the calls and of the texts. Nothing here throws because of a text.
 */
import { ModelUnavailableError } from './model-errors.ts'
import { ScoringThread } from './scoring-thread.ts'
import type { Vocabulary } from './scoring-worker.ts'
import { MAX_RAW_UNITS } from './sentiment-features.ts'
import { SentimentModel } from './sentiment-model.ts'
import type { BackendChoice } from './tensorflow-backend.ts'
import type { Calibration } from './weights-file.ts'

export { ModelBackendMissingError, ModelOverloadedError, ModelUnavailableError } from './model-errors.ts'

export interface SentimentScore {
  readonly label: 'positive' | 'neutral' | 'negative'
  readonly positive: number
  readonly neutral: number
  readonly negative: number
  /** How likely the label is right in live chat: its probability, calibrated (`fit-confidence.ts`). */
  readonly confidence: number
  /** name@version of the weights that gave this score: the live ones may be replaced between a call and its answer. */
  readonly model: string
}

export interface SentimentScorer {
  /** name@version of the weights. */
  readonly model: string
  /** The TensorFlow.js back end in use. */
  readonly backend: string
  /** N-grams looked up so far in a sample of the texts, and those that training did not know. */
  readonly vocabulary: Vocabulary
  /** One score a text, in order. Rejects with ModelUnavailableError when the worker is gone or the scorer is closed. */
  score(texts: readonly string[]): Promise<readonly SentimentScore[]>
  /** Answers what was asked before, then frees the thread. Calling it again does nothing. */
  close(): Promise<void>
}

export interface ScorerOptions {
  /** Folder of sentiment.json and sentiment.bin; the shipped one without it. */
  readonly directory?: string
  readonly backend?: BackendChoice
  /** Gets only what the machine's other threads leave over. */
  readonly inBackground?: boolean
  /** Longest silence of the worker before it is given up, ms. */
  readonly answerMs?: number
  /** Another worker file, for tests that need one which fails. */
  readonly file?: URL
  /** Runs in the calling thread: for evaluation and benches, never beside a web server. */
  readonly inThread?: boolean
}

/**
 * Loads the model in a worker thread. Rejects with ModelUnavailableError (MODEL_UNAVAILABLE) when a file is missing or its
 * sha256 does not match, and with ModelBackendMissingError (MODEL_BACKEND_MISSING) when the back end is not installed.
 */
export async function openSentimentScorer(options: ScorerOptions = {}): Promise<SentimentScorer> {
  const { directory, backend = 'wasm', inThread = false, ...thread } = options
  if (!inThread) return scorerOf(await ScoringThread.start({ directory, backend, ...thread }))
  const model = await SentimentModel.load(directory, backend)
  const name = `${model.manifest.name}@${model.manifest.version}`
  const vocabulary = { looked: 0, unknown: 0 }
  let closed = false
  return {
    model: name,
    backend: model.backend,
    vocabulary,
    async score(texts) {
      if (closed) throw new ModelUnavailableError('the scorer is closed')
      return toScores(model.probabilities(bounded(texts)), name, model.manifest.confidence)
    },
    async close() {
      closed = true
    },
  }
}

/** A scorer on a thread that was started already. */
export function scorerOf(thread: ScoringThread): SentimentScorer {
  return {
    model: thread.model,
    backend: thread.backend,
    get vocabulary() {
      return thread.vocabulary
    },
    score: async (texts) =>
      texts.length === 0 ? [] : toScores(await thread.probabilities(bounded(texts)), thread.model, thread.confidence),
    close: () => thread.close(),
  }
}

/** A 100 kB line must not be copied to the worker for the sake of its first 300 characters. */
function bounded(texts: readonly string[]): string[] {
  return texts.map((text) => (text.length > MAX_RAW_UNITS ? text.slice(0, MAX_RAW_UNITS) : text))
}

/** @param calibration of the confidence, from the manifest */
export function toScores(probabilities: Float32Array, model: string, calibration?: Calibration): SentimentScore[] {
  const scores = new Array<SentimentScore>(probabilities.length / 3)
  for (let i = 0; i < scores.length; i++) {
    const positive = probabilities[i * 3]!
    const neutral = probabilities[i * 3 + 1]!
    const negative = probabilities[i * 3 + 2]!
    const largest = Math.max(positive, neutral, negative)
    const label = neutral === largest ? 'neutral' : positive === largest ? 'positive' : 'negative'
    const confidence = calibration ? calibrated(largest, calibration) : largest
    scores[i] = { label, positive, neutral, negative, confidence, model }
  }
  return scores
}

/** The odds of a probability, stretched and shifted. */
function calibrated(probability: number, { slope, intercept }: Calibration): number {
  const p = Math.min(probability, 1 - 1e-6)
  return 1 / (1 + Math.exp(-(slope * Math.log(p / (1 - p)) + intercept)))
}
