import type { Broker } from '../broker/broker.ts'
import type { Codec } from '../serde.ts'
import type { CacheRoom } from '../state/record-cache.ts'
import type { DeadLetterQueue, ErrorPolicies } from './dead-letter.ts'
import type { Logger } from './logger.ts'
import type { Task } from './task.ts'

/** What every task of an application shares. */
export interface Environment {
  readonly applicationId: string
  readonly broker: Broker
  /** Wall clock, epoch ms. */
  readonly clock: () => number
  readonly logger: Logger
  readonly policies: Required<ErrorPolicies>
  readonly deadLetters: (DeadLetterQueue & { readonly codec: Codec<unknown> }) | undefined
  readonly freezeState: boolean
  /** Batches of a task that may wait for async nodes at the same time. */
  readonly maxOpenBatches: number
  readonly measureNodes: boolean
  /** Of all record caches together; undefined: every update goes on at once. */
  readonly cacheRoom: CacheRoom | undefined
  /** A stage behind an async node failed; nobody is there to throw to. */
  readonly onTaskFailure: (task: Task, error: unknown) => void
}
