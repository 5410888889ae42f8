import type { StreamThread } from './stream-thread.ts'
import type { StreamsOptions } from './streams-options.ts'
import type { StreamsState } from './streams-state.ts'
import type { NodeMetrics, TaskMetrics } from './task-metrics.ts'
import type { CommitMetrics } from './thread-metrics.ts'

export interface TaskSnapshot extends TaskMetrics {
  readonly task: string
  /** Epoch ms; -1 before the first record. */
  readonly streamTime: number
  readonly buffered: number
  /** Records in the log behind what was processed, by offsets: gaps count too. */
  readonly lag: number
  readonly nodes: Readonly<Record<string, NodeMetrics>>
}

export interface StreamsMetrics {
  readonly state: StreamsState
  readonly commits: Pick<CommitMetrics, 'outcomes' | 'latency'>
  readonly tasks: readonly TaskSnapshot[]
}

export async function snapshot(
  options: StreamsOptions,
  state: StreamsState,
  thread: StreamThread,
): Promise<StreamsMetrics> {
  const { outcomes, latency } = thread.commits
  const tasks = await Promise.all(
    thread.tasks.map(async (task): Promise<TaskSnapshot> => {
      let lag = 0
      for (const queue of task.group.queues) {
        // Before the wait: the client may be closed meanwhile.
        const position = thread.position(queue) - queue.size
        const { latest } = await options.broker.offsets(queue)
        lag += Math.max(0, latest - position)
      }
      const { metrics } = task
      return {
        ...structuredClone(metrics),
        task: task.id,
        streamTime: task.streamTime,
        buffered: task.group.buffered,
        lag,
        nodes: Object.fromEntries(task.nodes.map(({ name, metrics: node }) => [name, { ...node }])),
      }
    }),
  )
  return { state, commits: { outcomes: { ...outcomes }, latency: { ...latency } }, tasks }
}
