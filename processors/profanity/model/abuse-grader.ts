/**
 * What the abuse model thinks of a line, beside what the span engine found. Without its files, or when it fails, the rules go
 * on alone: the answer is null, and `problem` says why.
 */
import { AbuseModel } from '#models/abuse/abuse-model.ts'
import { hasWords } from '#models/sentiment-features.ts'
import type { Abuse, ProfanitySpan } from '#schemas/types.ts'
import { meantSpans } from './meant-spans.ts'
import { ruleSignals } from './rule-signals.ts'

export interface AbuseGrader {
  /** Of what the span engine found, what is meant: all of it while there is no model. */
  meant(text: string, spans: readonly ProfanitySpan[]): readonly ProfanitySpan[]
  /** @param text NFC; read up to 300 letters */
  grade(text: string, spans: readonly ProfanitySpan[]): Abuse | null
  /** `name@version`, '' while there is none. */
  readonly model: string
  /** Why there is none, beginning with the code ABUSE_MODEL_UNAVAILABLE; '' while all is well. */
  readonly problem: string
}

const nothing = { profanity: 0, hate: 0, sexual: 0 }

/** Grades nothing: for tests of other things. */
export const noAbuseGrader: AbuseGrader = { meant: (_, spans) => spans, grade: () => null, model: '', problem: '' }

const problemOf = (cause: unknown): string => `ABUSE_MODEL_UNAVAILABLE: ${(cause as Error).message}`

/** Never throws; the files are read with the first line, or with the first look at `model` or `problem`. */
export function openAbuseGrader(folder?: string): AbuseGrader {
  let model: AbuseModel | null | undefined
  let problem = ''
  const opened = (): AbuseModel | null => {
    if (model !== undefined) return model
    try {
      model = AbuseModel.load(folder)
    } catch (cause) {
      model = null
      problem = problemOf(cause)
    }
    return model
  }
  /** What the model says; without one, or when it fails, `otherwise`. */
  const ask = <T>(question: (model: AbuseModel) => T, otherwise: T): T => {
    const used = opened()
    if (used === null) return otherwise
    try {
      return question(used)
    } catch (cause) {
      model = null
      problem = problemOf(cause)
      return otherwise
    }
  }
  return {
    meant: (text, spans) => ask((used) => meantSpans(used, text, spans), spans),
    grade: (text, spans) => ask((used) => gradeWith(used, text, spans), null),
    get model() {
      return opened()?.name ?? ''
    },
    get problem() {
      opened()
      return problem
    },
  }
}

/** A suspect is a line without a span of which the model is sure. */
export function gradeWith(model: AbuseModel, text: string, spans: readonly ProfanitySpan[]): Abuse {
  // Emoji and laughter alone say nothing; a gesture among them is a span, and its severity says it.
  const { profanity, hate, sexual } =
    spans.length > 0 || hasWords(text) ? model.score(text, ruleSignals(spans)) : nothing
  return {
    profanity,
    hate,
    sexual,
    suspect: spans.length === 0 && Math.max(profanity, hate, sexual) >= model.manifest.suspectFrom,
    model: model.name,
  }
}
