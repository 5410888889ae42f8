import { isWritten } from '#processors/is-written.ts'
import { mentionsOf } from '#processors/rank-keywords.ts'
import type { ArchivedMessage } from '#sinks/archive.ts'
import { CurveTally } from './curve-tally.ts'
import { type Counted, Frequent } from './frequent.ts'
import { maskedSample } from './masked-sample.ts'
import {
  type DataQuality,
  LATE_MS,
  type MoodCurve,
  type Offender,
  type ProfanityFigures,
  type ReportKeyword,
  type Totals,
} from './report.ts'

const WORDS = 20_000
const QUESTIONS = 4_000
const AUTHORS = 5_000
const KEYWORDS = 60
const OFFENDERS = 30
const SAMPLES_OF_OFFENDER = 3
const MOST_NAMES = 64
const MOST_GAPS = 50

interface CountedWord extends Counted {
  readonly word: string
  readonly emote: boolean
  positive: number
  negative: number
}
export interface CountedQuestion extends Counted {
  readonly text: string
  at: number
  words: readonly string[]
}
interface CountedAuthor extends Counted {
  name: string
  readonly messages: [number, number, number]
  readonly samples: { at: number; text: string; count: number }[]
}

/** Everything that a report counts in one pass over a broadcast's messages. Its size has a bound. */
export class BroadcastTally {
  readonly #maskSeverity: number
  readonly #curve = new CurveTally()
  readonly #words = new Frequent<CountedWord>(WORDS, (key) => ({
    count: 0,
    word: key.slice(1),
    emote: key[0] === 'e',
    positive: 0,
    negative: 0,
  }))
  readonly #questions = new Frequent<CountedQuestion>(QUESTIONS, (text) => ({ count: 0, text, at: 0, words: [] }))
  readonly #authors: Frequent<CountedAuthor> | null
  readonly #sums = {
    messages: 0,
    positive: 0,
    neutral: 0,
    negative: 0,
    unscored: 0,
    unsure: 0,
    deleted: 0,
    questions: 0,
    history: 0,
    late: 0,
    missing: 0,
    evasions: 0,
    suspects: 0,
  }
  readonly #kinds = new Map<string, number>()
  readonly #models = new Map<string, number>()
  readonly #paid = new Map<string, { messages: number; value: number }>()
  readonly #gaps: { at: number; missing: number }[] = []
  readonly #profane: [number, number, number] = [0, 0, 0]
  readonly #categories = new Map<string, [number, number, number]>()

  constructor(maskSeverity: number, { people }: { readonly people: boolean }) {
    this.#maskSeverity = maskSeverity
    this.#authors = people
      ? new Frequent(AUTHORS, () => ({ count: 0, name: '', messages: [0, 0, 0], samples: [] }))
      : null
  }

  add(archived: ArchivedMessage): void {
    const { message, deletedAt } = archived
    countUp(this.#kinds, message.kind)
    if (deletedAt !== null) this.#sums.deleted += 1
    if (message.kind === 'status') this.#addGap(message.timestamp, message.amount?.value ?? 0)
    else if (message.amount) {
      const paid = this.#paid.get(message.amount.currency) ?? { messages: 0, value: 0 }
      if (this.#paid.size < MOST_NAMES) this.#paid.set(message.amount.currency, paid)
      paid.messages += 1
      paid.value += message.amount.value
    }
    if (isWritten(message.kind)) this.#addWritten(archived)
  }

  /** Messages with this word, as far as it is frequent. */
  countOf(word: string, emote: boolean): number {
    return this.#words.get(wordKey({ word, emote }))?.count ?? this.#words.error
  }

  get messages(): number {
    return this.#sums.messages
  }

  totals(authors: number): Totals {
    const { messages, positive, neutral, negative, unscored, unsure, deleted, questions } = this.#sums
    return {
      ...{ messages, authors, positive, neutral, negative, unscored, unsure, deleted, questions },
      kinds: Object.fromEntries(this.#kinds),
      paid: [...this.#paid].map(([currency, sums]) => ({ currency, ...sums })),
      models: Object.fromEntries(this.#models),
    }
  }

  get curve(): MoodCurve {
    return this.#curve.curve
  }

  get keywords(): ReportKeyword[] {
    return this.#words.top(KEYWORDS).map(([, { word, emote, count, positive, negative }]) => ({
      ...{ word, emote, count, positive, negative },
    }))
  }

  /** Different wordings, most frequent first. */
  questions(limit: number): CountedQuestion[] {
    return this.#questions.top(limit).map(([, question]) => question)
  }

  get profanity(): ProfanityFigures {
    return {
      messages: this.#profane,
      categories: Object.fromEntries(this.#categories),
      evasions: this.#sums.evasions,
      suspects: this.#sums.suspects,
    }
  }

  get people(): Offender[] | null {
    if (!this.#authors) return null
    return this.#authors
      .top(AUTHORS)
      .map(([authorId, { name, messages, samples }]) => ({ authorId, name, messages, samples }))
      .sort((a, b) => weightOf(b) - weightOf(a))
      .slice(0, OFFENDERS)
  }

  get quality(): Pick<DataQuality, 'gaps' | 'missing' | 'history' | 'late' | 'unscored' | 'wordError'> {
    const { missing, history, late, unscored } = this.#sums
    return { gaps: this.#gaps, missing, history, late, unscored, wordError: this.#words.error }
  }

  #addGap(at: number, missing: number): void {
    this.#sums.missing += missing
    if (this.#gaps.length < MOST_GAPS) this.#gaps.push({ at, missing })
  }

  #addWritten(archived: ArchivedMessage): void {
    const { message, sentiment, severity, tokens, abuse, deletedAt } = archived
    const sums = this.#sums
    const label = sentiment?.label ?? null
    sums.messages += 1
    if (sentiment) {
      sums[sentiment.label] += 1
      if (sentiment.abstained || sentiment.confidence < 0.6) sums.unsure += 1
      countUp(this.#models, sentiment.model)
    } else sums.unscored += 1
    if (message.history) sums.history += 1
    else if (message.receivedAt - message.timestamp > LATE_MS) sums.late += 1
    if (abuse?.suspect) sums.suspects += 1
    this.#curve.add(message.timestamp, label, severity >= 2)
    for (const mention of mentionsOf(archived)) {
      const word = this.#words.add(wordKey(mention))
      if (label === 'positive' || label === 'negative') word[label] += 1
    }
    if (tokens.question) {
      sums.questions += 1
      if (deletedAt === null) this.#addQuestion(archived)
    }
    if (severity > 0) this.#addProfane(archived)
  }

  #addQuestion(archived: ArchivedMessage): void {
    const text = maskedSample(archived, this.#maskSeverity)
    const question = this.#questions.add(text)
    if (question.count > 1) return
    question.at = archived.message.timestamp
    question.words = archived.tokens.words.slice(0, 8)
  }

  #addProfane(archived: ArchivedMessage): void {
    const { message, profanity, severity } = archived
    this.#profane[place(severity)] += 1
    for (const { category, severity, technique } of profanity) {
      const counts = this.#categories.get(category) ?? [0, 0, 0]
      if (this.#categories.size < MOST_NAMES) this.#categories.set(category, counts)
      counts[place(severity)] += 1
      if (technique !== 'plain') this.#sums.evasions += 1
    }
    if (!this.#authors || message.author.id === '') return
    const author = this.#authors.add(message.author.id)
    author.name = message.author.name
    author.messages[place(severity)] += 1
    if (author.samples.length < SAMPLES_OF_OFFENDER)
      author.samples.push({ at: message.timestamp, text: maskedSample(archived, this.#maskSeverity), count: 1 })
  }
}

const place = (severity: number): 0 | 1 | 2 => (Math.min(Math.max(severity, 1), 3) - 1) as 0 | 1 | 2
const weightOf = ({ messages: [mild, strong, severe] }: Offender): number => mild + 2 * strong + 3 * severe
const wordKey = ({ word, emote }: { readonly word: string; readonly emote: boolean }) => `${emote ? 'e' : 'w'}${word}`

function countUp(counts: Map<string, number>, name: string): void {
  if (counts.has(name) || counts.size < MOST_NAMES) counts.set(name, (counts.get(name) ?? 0) + 1)
}
