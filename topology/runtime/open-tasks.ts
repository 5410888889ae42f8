import type { CommittedOffset, Position, Session, TaskGroup, TopicPartition } from '../broker/broker.ts'
import type { StoreDeclaration } from '../state/declaration.ts'
import { restoreStore } from '../state/restore.ts'
import type { Subtopology } from '../subtopologies.ts'
import { channels, logEvents } from '../telemetry.ts'
import { physicalTopicName } from '../topology.ts'
import type { Environment } from './environment.ts'
import { Task } from './task.ts'
import { newTaskMetrics, type TaskMetrics } from './task-metrics.ts'

export interface OpenTasksOptions {
  readonly environment: Environment
  readonly session: Session
  readonly parts: readonly Subtopology[]
  readonly stores: ReadonlyMap<string, StoreDeclaration>
  readonly assigned: readonly TopicPartition[]
  readonly startFrom: 'earliest' | 'latest'
  /** Counts go on when a task is opened again. */
  readonly metrics: Map<string, TaskMetrics>
}

/** The source topics of one part, as the log knows them. */
export const sourceTopics = (part: Subtopology, applicationId: string): readonly string[] =>
  part.nodes.flatMap((node) => (node.kind === 'source' ? [physicalTopicName(node.topic, applicationId)] : []))

/** What the session has to keep together for this part. */
export const taskGroup = (
  part: Subtopology,
  stores: ReadonlyMap<string, StoreDeclaration>,
  applicationId: string,
): TaskGroup => ({
  id: String(part.id),
  topics: sourceTopics(part, applicationId),
  stores: part.stores.filter((name) => stores.get(name)!.changelog !== false),
})

/** Opens a task for each part and partition, restored to what is committed, and says from where to read. */
export async function openTasks(
  options: OpenTasksOptions,
): Promise<{ readonly tasks: readonly Task[]; readonly positions: readonly Position[] }> {
  const { environment, session, parts, assigned } = options
  const committed = await session.committed(assigned)
  const tasks: Task[] = []
  for (const part of parts) {
    const topics = sourceTopics(part, environment.applicationId)
    const mine = assigned.filter(({ topic }) => topics.includes(topic))
    for (const partition of new Set(mine.map((one) => one.partition)))
      tasks.push(
        await openTask(
          options,
          part,
          mine.filter((one) => one.partition === partition),
          committed,
        ),
      )
  }
  const queues = tasks.flatMap((task) => task.group.queues)
  return { tasks, positions: await Promise.all(queues.map((queue) => startPosition(options, queue, committed))) }
}

async function openTask(
  options: OpenTasksOptions,
  part: Subtopology,
  partitions: readonly TopicPartition[],
  committed: readonly CommittedOffset[],
): Promise<Task> {
  const { environment, session } = options
  const { partition } = partitions[0]!
  const stores = part.stores.map((name) => options.stores.get(name)!)
  const id = `${part.id}_${partition}`
  const metrics = options.metrics.get(id) ?? newTaskMetrics()
  options.metrics.set(id, metrics)
  for (const store of stores) if (store.changelog !== false) await restore(options, store.name, id, partition, metrics)
  const task = new Task({ environment, session, subtopology: part, stores, partition, partitions, metrics })
  task.start(committed.filter((offset) => partitions.some((one) => isSamePartition(one, offset))))
  return task
}

async function restore(
  { environment, session }: OpenTasksOptions,
  store: string,
  task: string,
  partition: number,
  metrics: TaskMetrics,
): Promise<void> {
  const { applicationId, broker, logger } = environment
  const records = await restoreStore({
    broker,
    session,
    applicationId,
    store,
    partition,
    onProgress: (progress) => channels.restoring.publish({ applicationId, task, ...progress }),
  })
  metrics.restored += records
  if (records > 0) logger.info(logEvents.restored, { applicationId, task, store, records })
}

async function startPosition(
  { environment, startFrom }: OpenTasksOptions,
  { topic, partition }: TopicPartition,
  committed: readonly CommittedOffset[],
): Promise<Position> {
  const known = committed.find((offset) => isSamePartition(offset, { topic, partition }))
  if (known) return { topic, partition, offset: known.offset }
  const { earliest, latest } = await environment.broker.offsets({ topic, partition })
  return { topic, partition, offset: startFrom === 'earliest' ? earliest : latest }
}

export const isSamePartition = (a: TopicPartition, b: TopicPartition): boolean =>
  a.partition === b.partition && a.topic === b.topic
