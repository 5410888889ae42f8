import { openAbuseGrader } from '#processors/profanity/model/abuse-grader.ts'
import { topics as defaultTopics, type Topics } from '#schemas/topics.ts'
import { type Broker, Streams, type StreamsMetrics } from '#topology'
import type { TriedSentence } from '../dashboard/models-description.ts'
import { analysisParts } from './analysis-parts.ts'
import { analysisCaughtUp, measured } from './analysis-progress.ts'
import type { Config } from './config.ts'
import type { AnalyzeStatus } from './embedded/status.ts'
import type { Log } from './log.ts'
import { type Models, openModels } from './models/open-models.ts'
import { trySentence } from './models/try-sentence.ts'
import { traceEngine } from './trace-engine.ts'

export interface AnalysisOptions {
  readonly broker: Broker
  readonly config: Config
  readonly log: Log
  /** Default: those of the embedded log. */
  readonly topics?: Topics
  /** Time per node; default: where metrics are served. */
  readonly measureNodes?: boolean
  /** Default: the analysis'. A replay goes under one of its own. */
  readonly applicationId?: string
}

/** The analyze role: the chat topology as a stream client that can be stopped and started again, with its model. */
export class Analysis {
  /** Rejects when the stream client ended in ERROR. */
  readonly failed: Promise<never>
  readonly #options: AnalysisOptions
  readonly #scorer: Models
  readonly #abuse = openAbuseGrader()
  readonly #endTraces: () => Promise<void>
  readonly #fail: (cause: unknown) => void
  #streams: Streams | null = null

  /** Loads the model first: a start that would score nothing of a backlog helps nobody. A missing model stops nothing. */
  static async open(options: AnalysisOptions): Promise<Analysis> {
    const { config, log } = options
    const endTraces = await traceEngine(config)
    return new Analysis(options, await openModels(config, log), endTraces)
  }

  private constructor(options: AnalysisOptions, scorer: Models, endTraces: () => Promise<void>) {
    this.#options = options
    this.#endTraces = endTraces
    this.#scorer = scorer
    const { promise, reject } = Promise.withResolvers<never>()
    this.failed = promise
    this.#fail = reject
    promise.catch(() => {})
  }

  async start(): Promise<void> {
    const { broker, config, log, topics = defaultTopics } = this.#options
    const scorer = this.#scorer
    const { topology, options } = analysisParts(topics, { broker, config, log, scorer, abuse: this.#abuse })
    const streams = new Streams(topology, {
      ...options,
      ...(this.#options.applicationId && { applicationId: this.#options.applicationId }),
      measureNodes: this.#options.measureNodes ?? config.metrics !== null,
    })
    this.#streams = streams
    await streams.start()
    streams.ended().catch((cause) => this.#fail(cause))
  }

  async stop(): Promise<void> {
    await this.#streams?.close()
    this.#streams = null
    // Whoever stops it may want to delete what people wrote.
    await this.#scorer.forgetSamples()
  }

  async close(): Promise<void> {
    await this.stop()
    await this.#scorer.close()
    await this.#endTraces()
  }

  /** Resolves when everything in the log is analysed and committed: also what the model has in hand. */
  caughtUp(): Promise<void> {
    const { broker, config, topics = defaultTopics } = this.#options
    return analysisCaughtUp(broker, topics, config.commitIntervalMs)
  }

  /** A sentence typed by a person, by the models at work. */
  try(text: string): Promise<TriedSentence> {
    return trySentence(text, { live: this.#scorer, shadow: this.#scorer.shadow })
  }

  async metrics(): Promise<StreamsMetrics | null> {
    return (await this.#streams?.metrics()) ?? null
  }

  async status(): Promise<AnalyzeStatus> {
    const metrics = await this.metrics()
    const { model, backend, problem } = this.#scorer
    return {
      state: this.#streams?.state ?? 'NOT_RUNNING',
      problem: this.#streams?.health.failure ?? '',
      model: problem ? null : { name: model, backend },
      modelProblem: problem,
      abuse: { model: this.#abuse.model, problem: this.#abuse.problem },
      models: this.#scorer.status(),
      ...(metrics ? measured([metrics]) : { counters: {}, gauges: {} }),
    }
  }
}
