import type { Broker } from '../broker/broker.ts'
import { CacheRoom } from '../state/record-cache.ts'
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
  /** What one open transaction holds in memory before it is committed early. Default 50,000 records, 64 MiB. */
  readonly maxUncommittedRecords?: number
  readonly maxUncommittedBytes?: number
  /**
   * The record cache, as in Kafka Streams: between two commits only the latest update of each row and window goes on, with
   * the old value that was heard last. What does not fit goes on early. 0 turns it off: then every update goes on, as it
   * does in the test driver. Default 50,000 entries and 10 MiB by estimate, of a thread.
   */
  readonly cacheMaxEntries?: number
  readonly cacheMaxBytes?: number
  readonly maxOpenBatches?: number
  readonly maxCommitAttempts?: number
  readonly commitBackoffMs?: number
  /** ms after which a log aborts what was left open; commits must come more often. Default 10,000, as Kafka Streams. */
  readonly transactionTimeoutMs?: number
  /** ms between two turns of the poll loop after which the thread gives its partitions up. Default 300,000. */
  readonly maxPollIntervalMs?: number
  /** ms for finishing what is open on partitions that are taken away; then it is discarded. Default 5,000. */
  readonly revokeTimeoutMs?: number
  /** ms a log that cannot answer is asked again before the client fails. Default 300,000. */
  readonly taskTimeoutMs?: number
  /** ms from `close` to its end, whether the log answers or not. Default 4,000. */
  readonly closeTimeoutMs?: number
  /** A turn of the event loop that user code holds for longer than this is logged and published, ms. Default 1,000. */
  readonly blockedAfterMs?: number
  /** Warm copies of every task's stores on other instances, where the log has them. Default 0. */
  readonly standbyReplicas?: number
  /** Where to begin when nothing was ever committed. Default `earliest`. */
  readonly startFrom?: 'earliest' | 'latest'
  /**
   * When the stores of the last start do not fit this topology (gone or renamed, another kind, other windows): `refuse` to
   * start with TOPOLOGY_CHANGED, or `accept` it, and what is in them is yours to answer for. Default `refuse`.
   */
  readonly onTopologyChange?: 'refuse' | 'accept'
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
    logger: labelled(options.logger ?? stderrLogger(), options),
    policies: { deserialization: 'fail', processing: 'fail', production: 'fail', ...onError },
    deadLetters: deadLetters && {
      ...deadLetters,
      codec: deadLetters.topic.value.bind(broker.schemas, `${deadLetters.topic.name}-value`),
    },
    freezeState: options.freezeState ?? false,
    maxOpenBatches: options.maxOpenBatches ?? 4,
    measureNodes: options.measureNodes ?? false,
    cacheRoom: cacheRoomOf(options),
    onTaskFailure() {},
  }
}

/** With several threads, each line says whose it is. */
function labelled(logger: Logger, { thread = 0, threads = 1 }: StreamsOptions): Logger {
  if (threads === 1) return logger
  return {
    info: (event, fields) => logger.info(event, { thread, ...fields }),
    warn: (event, fields) => logger.warn(event, { thread, ...fields }),
    error: (event, fields) => logger.error(event, { thread, ...fields }),
  }
}

function cacheRoomOf({ cacheMaxEntries, cacheMaxBytes }: StreamsOptions): CacheRoom | undefined {
  const maxEntries = cacheMaxEntries ?? 50_000
  const maxBytes = cacheMaxBytes ?? 10 * 1024 * 1024
  return maxEntries === 0 || maxBytes === 0 ? undefined : new CacheRoom({ maxEntries, maxBytes })
}

export const threadOptionsOf = (options: StreamsOptions): StreamThreadOptions => ({
  thread: options.thread ?? 0,
  threads: options.threads ?? 1,
  batchSize: options.batchSize ?? 512,
  maxPollRecords: options.maxPollRecords ?? 4_096,
  maxBufferedRecords: options.maxBufferedRecords ?? 8_192,
  maxUncommittedRecords: options.maxUncommittedRecords ?? 50_000,
  maxUncommittedBytes: options.maxUncommittedBytes ?? 64 * 1024 * 1024,
  commitIntervalMs: options.commitIntervalMs ?? 100,
  commitEvery: options.commitEvery ?? Infinity,
  maxCommitAttempts: options.maxCommitAttempts ?? 10,
  commitBackoffMs: options.commitBackoffMs ?? 10,
  revokeTimeoutMs: options.revokeTimeoutMs ?? 5_000,
  taskTimeoutMs: options.taskTimeoutMs ?? 300_000,
  session: {
    ...(options.transactionTimeoutMs !== undefined && { transactionTimeoutMs: options.transactionTimeoutMs }),
    ...(options.maxPollIntervalMs !== undefined && { maxPollIntervalMs: options.maxPollIntervalMs }),
    ...(options.standbyReplicas !== undefined && { standbyReplicas: options.standbyReplicas }),
  },
  startFrom: options.startFrom ?? 'earliest',
})
