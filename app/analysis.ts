import { setTimeout as sleep } from 'node:timers/promises'
import { rememberScores } from '#models/remembering-scorer.ts'
import { openSentimentScorer } from '#models/sentiment-scorer.ts'
import { topics as defaultTopics, type Topics } from '#schemas/topics.ts'
import { type Broker, metricNames, Streams, type StreamsMetrics } from '#topology'
import { ANALYSIS } from './applications.ts'
import { chatTopology } from './chat-topology.ts'
import type { Config } from './config.ts'
import { deadLettersTo } from './dead-letters.ts'
import type { AnalyzeStatus } from './embedded/status.ts'
import { messageOf } from './errors.ts'
import { hasUnread } from './has-unread.ts'
import type { Log } from './log.ts'
import { openResilientScorer, type ResilientScorer } from './resilient-scorer.ts'

export interface AnalysisOptions {
  readonly broker: Broker
  readonly config: Config
  readonly log: Log
  /** Default: those of the embedded log. */
  readonly topics?: Topics
  /** Time per node, for the benches. */
  readonly measureNodes?: boolean
}

/** The analyze role: the chat topology as a stream client that can be stopped and started again, with its model. */
export class Analysis {
  /** Rejects when the stream client ended in ERROR. */
  readonly failed: Promise<never>
  readonly #options: AnalysisOptions
  readonly #scorer: ResilientScorer
  readonly #fail: (cause: unknown) => void
  #streams: Streams | null = null

  /** Loads the model first: a start that would score nothing of a backlog helps nobody. A missing model stops nothing. */
  static async open(options: AnalysisOptions): Promise<Analysis> {
    const { config, log } = options
    const open = async () =>
      rememberScores(
        await openSentimentScorer({
          backend: config.modelBackend,
          ...(config.modelDirectory && { directory: config.modelDirectory }),
        }),
      )
    return new Analysis(options, await openResilientScorer({ open, log }))
  }

  private constructor(options: AnalysisOptions, scorer: ResilientScorer) {
    this.#options = options
    this.#scorer = scorer
    const { promise, reject } = Promise.withResolvers<never>()
    this.failed = promise
    this.#fail = reject
    promise.catch(() => {})
  }

  async start(): Promise<void> {
    const { broker, config, log, topics = defaultTopics, measureNodes = false } = this.#options
    const topology = chatTopology({
      topics,
      scorer: () => (this.#scorer.problem ? undefined : this.#scorer),
      onFailure: (cause, messages) => log.warn(`${messages} messages are unscored: ${messageOf(cause)}`),
    })
    const streams = new Streams(topology, {
      applicationId: ANALYSIS,
      broker,
      commitIntervalMs: config.commitIntervalMs,
      onError: { deserialization: 'continue', processing: 'continue', production: 'continue' },
      deadLetters: deadLettersTo(topics.deadLetters),
      measureNodes,
    })
    this.#streams = streams
    await streams.start()
    streams.ended().catch((cause) => this.#fail(cause))
  }

  async stop(): Promise<void> {
    await this.#streams?.close()
    this.#streams = null
  }

  async close(): Promise<void> {
    await this.stop()
    await this.#scorer.close()
  }

  /** Resolves when everything in the log is analysed and committed: also what the model has in hand. */
  async caughtUp(): Promise<void> {
    const { broker, config, topics = defaultTopics } = this.#options
    // What chatTopology reads.
    const sources = [topics.chatMessages, topics.channelSettings, topics.broadcastStates]
    while (await hasUnread(broker, sources, await broker.committed(ANALYSIS))) await sleep(config.commitIntervalMs)
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
      work: metrics ? workOf(metrics) : '',
      ...(metrics ? measurements(metrics) : { counters: {}, gauges: {} }),
    }
  }
}

const workOf = ({ tasks }: StreamsMetrics): string =>
  tasks.length > 0 ? `tasks ${tasks.map(({ task, lag }) => `${task} (lag ${lag})`).join(', ')}` : 'no tasks'

/** The engine's snapshot under its metric names, summed over tasks. */
function measurements({ tasks, commits }: StreamsMetrics): Pick<AnalyzeStatus, 'counters' | 'gauges'> {
  const sum = (pick: (task: (typeof tasks)[number]) => number) => tasks.reduce((total, task) => total + pick(task), 0)
  const dropped = (reason: string) => sum((task) => (task.dropped as { readonly [name: string]: number })[reason] ?? 0)
  const reasons = new Set(tasks.flatMap((task) => Object.keys(task.dropped)))
  return {
    counters: {
      [metricNames.processTotal]: sum(({ processed }) => processed),
      [metricNames.producedTotal]: sum(({ produced }) => produced),
      [metricNames.punctuateTotal]: sum(({ punctuated }) => punctuated),
      [metricNames.deadLettersTotal]: sum((task) => task.deadLetters),
      [metricNames.commitTotal]: commits.outcomes.committed,
      [metricNames.commitAbortedTotal]: commits.outcomes.aborted,
      ...Object.fromEntries(
        [...reasons].map((reason) => [
          `${metricNames.droppedRecordsTotal.replace(/_total$/, '')}_${reason.replaceAll('-', '_')}_total`,
          dropped(reason),
        ]),
      ),
    },
    gauges: {
      [metricNames.recordsLag]: sum(({ lag }) => lag),
      [metricNames.activeBufferCount]: sum(({ buffered }) => buffered),
      [metricNames.recordLatenessMax]: Math.max(0, ...tasks.map(({ lateness }) => lateness.max)),
      [metricNames.commitLatencyMax]: commits.latency.max,
      [metricNames.commitLatencyAvg]: commits.latency.count ? commits.latency.sum / commits.latency.count : 0,
    },
  }
}
