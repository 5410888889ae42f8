import type { Session, TopicPartition } from '../broker/broker.ts'
import type { StoreDeclaration } from '../state/declaration.ts'
import type { Subtopology } from '../subtopologies.ts'
import type { Environment } from './environment.ts'
import type { TaskMetrics } from './task-metrics.ts'

export interface TaskOptions {
  readonly environment: Environment
  readonly session: Session
  readonly subtopology: Subtopology
  readonly stores: readonly StoreDeclaration[]
  readonly partition: number
  /** The source partitions that are this task's. */
  readonly partitions: readonly TopicPartition[]
  readonly metrics?: TaskMetrics
}
