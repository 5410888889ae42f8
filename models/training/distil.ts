/**
 * Softer truths than the labels: a committee of wider teachers of two kinds, each trained without one fold of the texts,
 * says how positive the texts of that fold read. Nobody judges a text it has seen, so the answers show doubt where a
 * label is noise (Hinton et al. 2015; out of fold as in stacking, Wolpert 1992).
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { FeatureConfig } from '../sentiment-features.ts'
import { binaryFigures, fitCalibration } from './calibration.ts'
import { textKey } from './data-sets.ts'
import { FeatureStore, frequentBuckets } from './feature-store.ts'
import { SentimentTrainer, type TrainerSettings } from './sentiment-trainer.ts'
import { answerKey, readAnswers, saveAnswers } from './teacher-answers.ts'
import type { TrainingRow } from './training-rows.ts'

/** Teachers of one kind: one for each fold. */
export interface TeacherKind {
  readonly name: string
  readonly features: FeatureConfig
  readonly leastCount: number
  readonly trainer: TrainerSettings
}

export interface CommitteeSettings {
  readonly folds: number
  readonly kinds: readonly TeacherKind[]
}

/** Of a fold's texts this many must have an answer for a kept file to stand in for the teacher. */
const LEAST_KNOWN = 0.98

/** The fold of a text: texts that count as the same are in the same fold. */
function foldOf(text: string, folds: number): number {
  let hash = 0x811c9dc5
  for (const unit of textKey(text)) hash = Math.imul(hash ^ unit.codePointAt(0)!, 0x01000193)
  return ((hash ^ (hash >>> 15)) >>> 0) % folds
}

/** NSMC's own train rows know the side but not the rating; they are as many positive as negative. */
const isBalanced = (row: TrainingRow): boolean => row.ratings !== undefined && row.ratings[0] !== row.ratings[1]

/**
 * What one kind of teachers answers for each row, uncalibrated: the polarity of the one that has not seen the text.
 * NaN for a text that came after the answers were kept.
 * @param kept a folder where answers are kept, fold by fold
 */
export function answersOfKind(
  rows: readonly TrainingRow[],
  kind: TeacherKind,
  folds: number,
  kept: string,
  say: (line: string) => void,
): Float32Array {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, folds]))
    .digest('hex')
    .slice(0, 12)
  const pathOf = (fold: number) => join(kept, `${kind.name}-${digest}-${fold + 1}-of-${folds}.answers`)
  const texts = rows.map((row) => row.text)
  const keys = Float64Array.from(texts, answerKey)
  const foldOfRow = Uint8Array.from(texts, (text) => foldOf(text, folds))
  const answers = new Float32Array(rows.length).fill(Number.NaN)
  let store: FeatureStore | undefined
  let buckets = new Int32Array()
  for (let fold = 0; fold < folds; fold++) {
    const left = Int32Array.from(rows.keys()).filter((i) => foldOfRow[i] === fold)
    const known = readAnswers(pathOf(fold))
    if (known !== null && left.filter((i) => known.has(keys[i]!)).length >= LEAST_KNOWN * left.length) {
      for (const i of left) answers[i] = known.get(keys[i]!) ?? Number.NaN
      say(`${kind.name} ${fold + 1}/${folds}: answers kept from before`)
      continue
    }
    if (store === undefined) {
      buckets = frequentBuckets(texts, kind.features, kind.leastCount).buckets as Int32Array<ArrayBuffer>
      store = new FeatureStore(texts, kind.features, buckets)
      say(`${kind.name}: ${buckets.length} n-grams`)
    }
    const trainer = new SentimentTrainer(
      { ...kind.trainer, seed: kind.trainer.seed + fold },
      buckets.length,
      kind.features.maxPieces,
    )
    trainer.train(
      rows.map((row, i) => (foldOfRow[i] === fold ? { ...row, copies: 0 } : row)),
      store,
      (line) => say(`${kind.name} ${fold + 1}/${folds}: ${line}`),
      () => {},
    )
    const outputs = trainer.predict(store, left)
    left.forEach((i, k) => {
      answers[i] = outputs[k * 2]!
    })
    saveAnswers(
      pathOf(fold),
      Float64Array.from(left, (i) => keys[i]!),
      Float32Array.from(left, (i) => answers[i]!),
    )
  }
  return answers
}

/** The committee's calibrated probability of positive for each row: the mean of its kinds' calibrated log odds, calibrated again. */
export function committeeAnswers(
  rows: readonly TrainingRow[],
  { folds, kinds }: CommitteeSettings,
  kept: string,
  say: (line: string) => void,
): Float32Array {
  const balanced = rows.flatMap((row, i) => (isBalanced(row) ? [i] : []))
  const calibrated = (odds: Float32Array, name: string): Float32Array => {
    const judged = balanced.filter((i) => !Number.isNaN(odds[i]))
    const truths = Uint8Array.from(judged, (i) => rows[i]!.positive!)
    const { slope, intercept } = fitCalibration(
      Float32Array.from(judged, (i) => odds[i]!),
      truths,
    )
    const out = odds.map((z) => slope * z + intercept)
    const { accuracy, logLoss } = binaryFigures(
      Float32Array.from(judged, (i) => 1 / (1 + Math.exp(-out[i]!))),
      truths,
    )
    say(`${name} on rows not seen: accuracy ${(100 * accuracy).toFixed(2)} %, log loss ${logLoss.toFixed(4)}`)
    return out
  }
  const all = kinds.map((kind) => calibrated(answersOfKind(rows, kind, folds, kept, say), kind.name))
  const mean = Float32Array.from(rows, (_, i) => all.reduce((sum, odds) => sum + odds[i]!, 0) / all.length)
  return calibrated(mean, 'committee').map((z) => 1 / (1 + Math.exp(-z)))
}

/**
 * The rows with `soft` filled in: the committee's answer, mixed with the label of rows that have one. `hard` is the
 * label's share for NSMC's train rows; rows of the small sets keep most of theirs.
 */
export const withSoftTargets = (rows: readonly TrainingRow[], answers: Float32Array, hard: number): TrainingRow[] =>
  rows.map((row, i) => (Number.isNaN(answers[i]) ? row : { ...row, soft: mixed(row, answers[i]!, hard) }))

function mixed(row: TrainingRow, soft: number, hard: number): number {
  if (row.ratings === undefined) return row.positive === undefined ? soft : 0.2 * soft + 0.8 * row.positive
  return isBalanced(row) ? (1 - hard) * soft + hard * row.positive! : soft
}
