/**
 * What rules that nobody has saved yet would have changed: the messages of a stretch of time under today's rules and
 * under the ones tried.
 */
import type { AnalyzedMessage, ProfanitySpan } from '#schemas/types.ts'
import { isWritten } from '../is-written.ts'

/** The spans of a text under some set of rules. */
export type FindSpans = (text: string) => readonly ProfanitySpan[]

/** A message that would look different, with the pieces that make the difference. */
export interface DrySample {
  readonly id: string
  readonly broadcastId: string
  readonly at: number
  readonly authorId: string
  readonly author: string
  readonly text: string
  /** What would be masked, or is masked today and would be shown. Sorted, UTF-16 units of `text`. */
  readonly spans: readonly ProfanitySpan[]
}

export interface DryRun {
  /** Messages that were looked at. */
  readonly messages: number
  /** Whether that was all of them; else there were more than `most`. */
  readonly complete: boolean
  /** Messages shown today that would be masked, and by how many authors they were written. */
  readonly hidden: number
  readonly hiddenAuthors: number
  /** Messages masked today that would be shown. */
  readonly shown: number
  /** Of the hidden ones those that look most innocent, most innocent first; then of the shown ones the newest. */
  readonly hiddenSamples: readonly DrySample[]
  readonly shownSamples: readonly DrySample[]
}

export interface DryRunOptions {
  readonly messages: AsyncIterable<AnalyzedMessage>
  readonly today: FindSpans
  readonly tried: FindSpans
  /** Spans of this severity or more are masked. */
  readonly maskSeverity: number
  /** Not more messages than these are looked at. Default 200,000. */
  readonly most?: number
  /** How many samples of each kind. Default 20. */
  readonly samples?: number
  readonly signal?: AbortSignal
}

/** Other work of this thread comes in between after so many ms. */
const SLICE_MS = 8
const CHECK_EVERY = 32

/** @throws what `messages` throws, and the signal's reason when it aborts */
export async function dryRun(options: DryRunOptions): Promise<DryRun> {
  const { messages, today, tried, maskSeverity, most = 200_000, samples = 20, signal } = options
  const isMasked = ({ severity }: ProfanitySpan) => severity >= maskSeverity
  const innocent = new MostInnocent(samples)
  const shownSamples: DrySample[] = []
  const authors = new Set<string>()
  let count = 0
  let hidden = 0
  let shown = 0
  let complete = true
  let sliceEnds = performance.now() + SLICE_MS
  for await (const analyzed of messages) {
    if (!isWritten(analyzed.message.kind)) continue
    if (count >= most) {
      complete = false
      break
    }
    if (count++ % CHECK_EVERY === 0 && performance.now() > sliceEnds) {
      await new Promise((done) => setImmediate(done))
      sliceEnds = performance.now() + SLICE_MS
    }
    signal?.throwIfAborted()
    const { text } = analyzed.message
    const after = tried(text).filter(isMasked)
    const before = today(text).filter(isMasked)
    if (after.length > 0 && before.length === 0) {
      hidden++
      authors.add(analyzed.message.author.id)
      innocent.add(analyzed, after)
    } else if (after.length === 0 && before.length > 0) {
      shown++
      shownSamples.push(sampleOf(analyzed, before))
      if (shownSamples.length > samples) shownSamples.shift()
    }
  }
  return {
    messages: count,
    complete,
    hidden,
    hiddenAuthors: authors.size,
    shown,
    hiddenSamples: innocent.samples,
    shownSamples: shownSamples.reverse(),
  }
}

const sampleOf = ({ message }: AnalyzedMessage, spans: readonly ProfanitySpan[]): DrySample => ({
  id: message.id,
  broadcastId: message.broadcastId,
  at: message.timestamp,
  authorId: message.author.id,
  author: message.author.name,
  text: message.text,
  spans,
})

/** How bad a message is by what is known of it: the models' probabilities and its own severity. Lower is more innocent. */
const badness = ({ sentiment, abuse, severity }: AnalyzedMessage): number =>
  severity + (sentiment?.negative ?? 0.5) + Math.max(abuse?.profanity ?? 0, abuse?.hate ?? 0, abuse?.sexual ?? 0)

/** Keeps the least bad messages with different texts. */
class MostInnocent {
  readonly #most: number
  readonly #texts = new Set<string>()
  #kept: { readonly badness: number; readonly sample: DrySample }[] = []

  constructor(most: number) {
    this.#most = most
  }

  get samples(): DrySample[] {
    return this.#kept.map(({ sample }) => sample)
  }

  add(analyzed: AnalyzedMessage, spans: readonly ProfanitySpan[]): void {
    const bad = badness(analyzed)
    const worst = this.#kept.at(-1)
    const isFull = this.#kept.length >= this.#most
    if ((isFull && bad >= worst!.badness) || this.#texts.has(analyzed.message.text)) return
    if (isFull) this.#texts.delete(this.#kept.pop()!.sample.text)
    const place = this.#kept.findIndex(({ badness }) => badness > bad)
    const kept = { badness: bad, sample: sampleOf(analyzed, spans) }
    this.#texts.add(kept.sample.text)
    if (place < 0) this.#kept.push(kept)
    else this.#kept.splice(place, 0, kept)
  }
}
