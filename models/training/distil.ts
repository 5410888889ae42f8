/**
 * Softer truths than the labels: three wider teachers, each trained without one third of the texts, say how positive
 * the texts of that third read. Nobody judges a text it has seen, so the answers show doubt where a label is noise.
 */

import type { FeatureConfig } from '../sentiment-features.ts'
import { binaryFigures, fitCalibration } from './calibration.ts'
import { textKey } from './data-sets.ts'
import { FeatureStore, frequentBuckets } from './feature-store.ts'
import { SentimentTrainer, type TrainerSettings } from './sentiment-trainer.ts'
import type { TrainingRow } from './training-rows.ts'

export interface TeacherSettings {
  readonly folds: number
  readonly features: FeatureConfig
  readonly leastCount: number
  readonly trainer: TrainerSettings
}

/** The fold of a text: texts that count as the same are in the same fold. */
function foldOf(text: string, folds: number): number {
  let hash = 0x811c9dc5
  for (const unit of textKey(text)) hash = Math.imul(hash ^ unit.codePointAt(0)!, 0x01000193)
  return ((hash ^ (hash >>> 15)) >>> 0) % folds
}

/** NSMC's own train rows know the side but not the rating; they are as many positive as negative. */
const isBalanced = (row: TrainingRow): boolean => row.ratings !== undefined && row.ratings[0] !== row.ratings[1]

/** What the teachers answer for each row, uncalibrated: the polarity of the one teacher that has not seen the text. */
export function teacherAnswers(
  rows: readonly TrainingRow[],
  settings: TeacherSettings,
  say: (line: string) => void,
): Float32Array {
  const texts = rows.map((row) => row.text)
  const { buckets } = frequentBuckets(texts, settings.features, settings.leastCount)
  const store = new FeatureStore(texts, settings.features, buckets)
  say(`teachers: ${buckets.length} n-grams`)
  const folds = Uint8Array.from(rows, (row) => foldOf(row.text, settings.folds))
  const outputs = new Float32Array(rows.length)
  for (let fold = 0; fold < settings.folds; fold++) {
    const trainer = new SentimentTrainer(
      { ...settings.trainer, seed: settings.trainer.seed + fold },
      buckets.length,
      settings.features.maxPieces,
    )
    const taught = rows.map((row, i) => (folds[i] === fold ? { ...row, copies: 0 } : row))
    trainer.train(
      taught,
      store,
      (line) => say(`teacher ${fold + 1}/${settings.folds}: ${line}`),
      () => {},
    )
    const left = Int32Array.from(rows.keys()).filter((i) => folds[i] === fold)
    const answers = trainer.predict(store, left)
    for (let k = 0; k < left.length; k++) outputs[left[k]!] = answers[k * 2]!
  }
  return outputs
}

/**
 * The rows with `soft` filled in: the teachers' calibrated answer, mixed with the label of rows that have one. `hard` is the
 * label's share for NSMC's train rows; rows of the small sets keep most of theirs.
 */
export function withSoftTargets(
  rows: readonly TrainingRow[],
  outputs: Float32Array,
  hard: number,
  say: (line: string) => void,
): TrainingRow[] {
  const balanced = rows.flatMap((row, i) => (isBalanced(row) ? [i] : []))
  const truths = Uint8Array.from(balanced, (i) => rows[i]!.positive!)
  const { slope, intercept } = fitCalibration(
    Float32Array.from(balanced, (i) => outputs[i]!),
    truths,
  )
  const soft = outputs.map((z) => 1 / (1 + Math.exp(-(slope * z + intercept))))
  const figures = binaryFigures(
    Float32Array.from(balanced, (i) => soft[i]!),
    truths,
  )
  say(
    `teachers on rows they did not see: accuracy ${(100 * figures.accuracy).toFixed(2)} %, log loss ${figures.logLoss.toFixed(4)}`,
  )
  return rows.map((row, i) => ({ ...row, soft: mixed(row, soft[i]!, hard) }))
}

function mixed(row: TrainingRow, soft: number, hard: number): number {
  if (row.ratings === undefined) return row.positive === undefined ? soft : 0.2 * soft + 0.8 * row.positive
  return isBalanced(row) ? (1 - hard) * soft + hard * row.positive! : soft
}
