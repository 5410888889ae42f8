/** Gathers what the page /models shows: results files beside the weights, and what the models at work tell. */
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  AblationRow,
  FairnessResults,
  ProfanityEvaluation,
  SentimentDetails,
  SentimentEvaluation,
  VersionRow,
} from '#models/evaluation-results.ts'
import { stabilityIndex } from '#models/score-drift.ts'
import { readManifest, WEIGHTS_FOLDER } from '#models/weights-file.ts'
import type {
  FeedbackFigure,
  FeedbackWeek,
  ModelsDescription,
  ModelsSource,
  TriedSentence,
} from '../../dashboard/models-description.ts'
import type { ModelsStatus } from './open-models.ts'

/** What people said of verdicts, by what was shown and by week. */
export interface FeedbackCounts {
  readonly figures: readonly FeedbackFigure[]
  readonly weeks: readonly FeedbackWeek[]
}

export interface ModelsSourceOptions {
  /** Folder of the live weights. */
  readonly directory: string | null
  /** What the models at work told last; null while nothing did. */
  readonly status: () => ModelsStatus | null
  readonly feedback: () => FeedbackCounts | null
  readonly trySentence: (text: string) => Promise<TriedSentence>
}

const CARDS = join(import.meta.dirname, '../../docs/model-cards')

export function modelsSource({ directory, status, feedback, trySentence }: ModelsSourceOptions): ModelsSource {
  const folder = directory ?? WEIGHTS_FOLDER
  return {
    describe: async () => describeModels(folder, status(), feedback()),
    card: (model, language) => readFile(join(CARDS, language, `${model}.md`), 'utf8').catch(() => null),
    try: trySentence,
  }
}

/** Figures that were measured on other weights are left out. */
export function describeModels(
  folder: string,
  status: ModelsStatus | null,
  feedback: FeedbackCounts | null,
): ModelsDescription {
  const manifest = manifestOf(folder)
  const ofThese = <T extends { readonly sha256: string }>(name: string): T | null => {
    const results = readJson<T>(folder, name)
    return results !== null && results.sha256 === manifest?.sha256 ? results : null
  }
  const evaluation = ofThese<SentimentEvaluation>('evaluation.json')
  const details = ofThese<SentimentDetails>('evaluation-details.json')
  // The weights' own folder has the page's other files; profanity's are shipped ones, whatever JAVAS_MODEL names.
  const profanity = readJson<ProfanityEvaluation>(WEIGHTS_FOLDER, 'profanity-evaluation.json')
  return {
    live: status?.live ?? null,
    shadow: status?.shadow ?? null,
    drift: status && {
      now: status.drift,
      training: details?.baseline ?? null,
      index: details && status.drift.messages > 0 ? stabilityIndex(status.drift, details.baseline) : null,
    },
    manifest: manifest && {
      model: `${manifest.name}@${manifest.version}`,
      sha256: manifest.sha256,
      bytes: manifest.bytes,
      licence: manifest.licence,
      sets: Object.entries(manifest.training.sets as Readonly<Record<string, number>>).map(([name, rows]) => ({
        name,
        rows,
      })),
    },
    headline: evaluation && { accuracy: evaluation.accuracy, logLoss: evaluation.log_loss, rows: evaluation.rows },
    // Files of before 1.1.1 say nothing of the confidence of three answers.
    details: details && { ...details, confidence: details.confidence ?? [] },
    ablation: readJson<readonly AblationRow[]>(folder, 'ablation.json') ?? [],
    history: readJson<readonly VersionRow[]>(folder, 'history.json') ?? [],
    profanity,
    fairness: ofThese<FairnessResults>('fairness.json'),
    feedback: feedback?.figures ?? null,
    feedbackWeeks: feedback?.weeks ?? null,
  }
}

function manifestOf(folder: string) {
  try {
    return readManifest(folder)
  } catch {
    return null
  }
}

function readJson<T>(folder: string, name: string): T | null {
  const path = join(folder, name)
  try {
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : null
  } catch {
    return null
  }
}
