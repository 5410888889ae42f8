import type { CommittedOffset, Position, Session, TopicPartition } from '../broker/broker.ts'
import type { StoreDeclaration } from '../state/declaration.ts'
import { restoreStore } from '../state/restore.ts'
import type { Subtopology } from '../subtopologies.ts'
import { channels, logEvents } from '../telemetry.ts'
import type { Environment } from './environment.ts'
import type { RestoreProgress } from './restore-progress.ts'
import { Task } from './task.ts'
import { isSamePartition } from './task-groups.ts'
import type { TaskMetrics } from './task-metrics.ts'

export interface OpenTaskOptions {
  readonly environment: Environment
  readonly session: Session
  readonly id: string
  readonly part: Subtopology
  readonly stores: readonly StoreDeclaration[]
  /** The source partitions that are this task's. */
  readonly partitions: readonly TopicPartition[]
  readonly committed: readonly CommittedOffset[]
  readonly startFrom: 'earliest' | 'latest'
  readonly transactionTimeoutMs: number | undefined
  readonly metrics: TaskMetrics
  /** Tasks that are ready do their work beside this. */
  readonly isBusy: () => boolean
  readonly onProgress: (progress: RestoreProgress) => void
  /** The partitions are somebody else's now. */
  readonly signal: AbortSignal
}

/** A task at what is committed, and from where its partitions are to be read. */
export interface OpenedTask {
  readonly task: Task
  readonly positions: readonly Position[]
}

/** Brings a task's stores up to the end of their changelogs, then makes it. Undefined when it was given up meanwhile. */
export async function openTask(options: OpenTaskOptions): Promise<OpenedTask | undefined> {
  const { environment, session, part, stores, partitions, metrics, signal } = options
  const { partition } = partitions[0]!
  for (const { name, changelog } of stores) {
    if (changelog !== false) await restore(options, name, partition)
    if (signal.aborted) return undefined
  }
  const committed = options.committed.filter((offset) => partitions.some((one) => isSamePartition(one, offset)))
  const positions = await Promise.all(partitions.map((one) => startPosition(options, one, committed)))
  if (signal.aborted) return undefined
  // Its epoch is read now: an assignment since the restore began has made it higher.
  const task = new Task({ environment, session, subtopology: part, stores, partition, partitions, metrics })
  task.start(committed)
  return { task, positions }
}

async function restore(options: OpenTaskOptions, store: string, partition: number): Promise<void> {
  const { environment, session, id: task, metrics, transactionTimeoutMs, isBusy, onProgress, signal } = options
  const { applicationId, broker, logger } = environment
  const before = metrics.restored
  const records = await restoreStore({
    broker,
    session,
    applicationId,
    store,
    partition,
    transactionTimeoutMs,
    isBusy,
    signal,
    onProgress: (progress) => {
      metrics.restored = before + progress.restored
      onProgress({ task, ...progress })
      channels.restoring.publish({ applicationId, task, ...progress })
    },
  })
  metrics.restored = before + records
  if (records > 0) logger.info(logEvents.restored, { applicationId, task, store, records })
}

async function startPosition(
  { environment, startFrom }: OpenTaskOptions,
  { topic, partition }: TopicPartition,
  committed: readonly CommittedOffset[],
): Promise<Position> {
  const known = committed.find((offset) => isSamePartition(offset, { topic, partition }))
  if (known) return { topic, partition, offset: known.offset }
  const { earliest, latest } = await environment.broker.offsets({ topic, partition })
  return { topic, partition, offset: startFrom === 'earliest' ? earliest : latest }
}
