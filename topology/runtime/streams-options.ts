import type { Broker } from '../broker/broker.ts'
import type { DeadLetterQueue, ErrorPolicies } from './dead-letter.ts'
import type { Environment } from './environment.ts'
import { type Logger, stderrLogger } from './logger.ts'
import type { StreamThreadOptions } from './stream-thread-options.ts'

export interface StreamsOptions {
  /** Names the application's offsets, state and internal topics. Renaming it starts from nothing. */
  readonly applicationId: string
  readonly broker: Broker
  /** This client is thread `thread` of `threads` that share the partitions. Default: the only one. */
  readonly thread?: number
  readonly threads?: number
  /** ms. How long a result may stay invisible; the price of a commit is paid this often. Default 100. */
  readonly commitIntervalMs?: number
  /** Default: by time alone. */
  readonly commitEvery?: number
  /** Records that go through a task between two looks at the clock. Results do not depend on it. Default 512. */
  readonly batchSize?: number
  readonly maxPollRecords?: number
  readonly maxBufferedRecords?: number
  readonly maxUncommittedRecords?: number
  readonly maxOpenBatches?: number
  readonly maxCommitAttempts?: number
  readonly commitBackoffMs?: number
  /** Where to begin when nothing was ever committed. Default `earliest`. */
  readonly startFrom?: 'earliest' | 'latest'
  /** What to do with a record that cannot be read, processed or written. Default `fail`, each. */
  readonly onError?: ErrorPolicies
  // biome-ignore lint/suspicious/noExplicitAny: a queue's value type is its own affair
  readonly deadLetters?: DeadLetterQueue<any>
  /** Default: one JSON line each on stderr, at most ten a second of a kind. */
  readonly logger?: Logger
  /** Wall clock, epoch ms. */
  readonly clock?: () => number
  /** Time spent in each node, for `metrics()`. Costs about a tenth of the throughput. Default false. */
  readonly measureNodes?: boolean
  /** Freezes what stores hold, so that a processor that changes it fails at once. For tests. Default false. */
  readonly freezeState?: boolean
}

export function environmentOf(options: StreamsOptions): Environment {
  const { applicationId, broker, clock = Date.now, deadLetters, onError } = options
  return {
    applicationId,
    broker,
    clock,
    logger: options.logger ?? stderrLogger(),
    policies: { deserialization: 'fail', processing: 'fail', production: 'fail', ...onError },
    deadLetters: deadLetters && {
      ...deadLetters,
      codec: deadLetters.topic.value.bind(broker.schemas, `${deadLetters.topic.name}-value`),
    },
    freezeState: options.freezeState ?? false,
    maxOpenBatches: options.maxOpenBatches ?? 4,
    measureNodes: options.measureNodes ?? false,
    onTaskFailure() {},
  }
}

export const threadOptionsOf = (options: StreamsOptions): StreamThreadOptions => ({
  thread: options.thread ?? 0,
  threads: options.threads ?? 1,
  batchSize: options.batchSize ?? 512,
  maxPollRecords: options.maxPollRecords ?? 4_096,
  maxBufferedRecords: options.maxBufferedRecords ?? 8_192,
  maxUncommittedRecords: options.maxUncommittedRecords ?? 50_000,
  commitIntervalMs: options.commitIntervalMs ?? 100,
  commitEvery: options.commitEvery ?? Infinity,
  maxCommitAttempts: options.maxCommitAttempts ?? 10,
  commitBackoffMs: options.commitBackoffMs ?? 10,
  startFrom: options.startFrom ?? 'earliest',
})
