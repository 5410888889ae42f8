import { settledWithin } from './deadline.ts'
import type { HistogramSnapshot } from './histogram.ts'
import type { LoopWatch } from './loop-watch.ts'
import type { RestoreProgress } from './restore-progress.ts'
import type { StandbySnapshot } from './standby-tasks.ts'
import type { StreamThread } from './stream-thread.ts'
import type { StreamsOptions } from './streams-options.ts'
import type { StreamsState } from './streams-state.ts'
import type { Task } from './task.ts'
import type { NodeMetrics, TaskMetrics } from './task-metrics.ts'
import type { CommitMetrics, RebalanceMetrics } from './thread-metrics.ts'

/** How long a log is waited for with its ends. */
const ANSWER_MS = 1_000

export interface TaskSnapshot extends TaskMetrics {
  readonly task: string
  /** Epoch ms; -1 before the first record. */
  readonly streamTime: number
  readonly buffered: number
  /** Records in the log behind what was processed, by offsets: gaps count too. As last known while the log does not answer. */
  readonly lag: number
  readonly nodes: Readonly<Record<string, NodeMetrics>>
}

export interface StreamsMetrics {
  readonly state: StreamsState
  readonly commits: {
    readonly outcomes: CommitMetrics['outcomes']
    /** From seal to outcome, ms. */
    readonly latency: HistogramSnapshot
    /** From an input record's timestamp to the commit that has its results, ms. */
    readonly endToEnd: HistogramSnapshot
  }
  readonly rebalances: RebalanceMetrics
  /** Turns of the event loop that user code held for too long. */
  readonly blocked: ReturnType<LoopWatch['snapshot']>
  /** Those at work. */
  readonly tasks: readonly TaskSnapshot[]
  /** Ids of tasks that are assigned and not at work yet: they restore, or begin anew after a commit that did not happen. */
  readonly opening: readonly string[]
  /** Stores that are being restored now. */
  readonly restoring: readonly RestoreProgress[]
  /** Warm copies kept for others. */
  readonly standby: readonly StandbySnapshot[]
  /** Changelog records that went into warm copies. */
  readonly standbyRestored: number
}

export async function snapshot(
  options: StreamsOptions,
  state: StreamsState,
  thread: StreamThread,
  loop?: LoopWatch,
): Promise<StreamsMetrics> {
  const { outcomes, latency, endToEnd } = thread.commits
  return {
    state,
    commits: { outcomes: { ...outcomes }, latency: latency.snapshot(), endToEnd: endToEnd.snapshot() },
    blocked: loop?.snapshot() ?? { count: 0, totalMs: 0, maxMs: 0 },
    rebalances: { ...thread.assigned.rebalances },
    tasks: await Promise.all(thread.tasks.map((task) => taskSnapshot(options, thread, task))),
    opening: thread.assigned.opening,
    restoring: thread.assigned.restoring,
    standby: await thread.standby.snapshot(),
    standbyRestored: thread.standby.restored,
  }
}

async function taskSnapshot({ broker }: StreamsOptions, thread: StreamThread, task: Task): Promise<TaskSnapshot> {
  // Before the wait: the client may be closed meanwhile.
  const queues = task.group.queues.map((queue) => ({ queue, position: queue.headOffset ?? thread.position(queue) }))
  const asked = Promise.all(
    queues.map(async ({ queue, position }) => {
      const { latest } = await broker.offsets(queue)
      return position === undefined ? 0 : Math.max(0, latest - position)
    }),
  ).then((lags) => {
    task.lag = lags.reduce((sum, lag) => sum + lag, 0)
  })
  // A log that does not answer is when somebody looks at this.
  await settledWithin(asked, ANSWER_MS).catch(() => {})
  return {
    ...structuredClone(task.metrics),
    task: task.id,
    streamTime: task.streamTime,
    buffered: task.group.buffered,
    lag: task.lag,
    nodes: Object.fromEntries(task.nodes.map(({ name, metrics: node }) => [name, { ...node }])),
  }
}
