import type { SessionOptions, TopicPartition } from '../broker.ts'
import type { Client } from './client-options.ts'
import type { MemberState } from './group/group-member-options.ts'
import type { TaskStates } from './state/task-states.ts'
import type { Transactions } from './transaction.ts'

export interface KafkaSessionOptions extends SessionOptions {
  /**
   * Names this process among those of the application; threads of one process share it. A stable one (a pod's name) with
   * `staticMembership` makes a restart within the session timeout move nothing, and a crash of the predecessor end at once.
   */
  readonly instanceId: string
  /** KIP-345. Default true. Only with an `instanceId` that no other living process has. */
  readonly staticMembership?: boolean
  /** A member that is silent for so long is taken for dead. Default 45,000 ms, as the Java client. */
  readonly sessionTimeoutMs?: number
  /** Default 1,000 ms, at most a third of the session timeout. While some member has not yet heard of a rebalance, commits wait. */
  readonly heartbeatIntervalMs?: number
  /** How long the group waits for all to join again; giving up partitions has to fit into it. Default 60,000 ms. */
  readonly rebalanceTimeoutMs?: number
  /** How long copies of tasks given away stay. Default 600,000 ms, as Kafka Streams. */
  readonly stateCleanupDelayMs?: number
}

const sessionDefaults = {
  staticMembership: true,
  sessionTimeoutMs: 45_000,
  heartbeatIntervalMs: 1_000,
  rebalanceTimeoutMs: 60_000,
  maxPollIntervalMs: 300_000,
  transactionTimeoutMs: 10_000,
  stateCleanupDelayMs: 600_000,
}

/** What is left out, or undefined, has its default. */
export function withDefaults(options: KafkaSessionOptions): typeof sessionDefaults {
  const given = Object.entries(options).filter(([name, value]) => name in sessionDefaults && value !== undefined)
  return { ...sessionDefaults, ...Object.fromEntries(given) }
}

/** What happens to a membership, for logs and metrics. */
export type SessionEvent =
  | { readonly kind: 'membership'; readonly state: MemberState; readonly reason: string }
  | { readonly kind: 'assigned' | 'revoked' | 'lost'; readonly partitions: readonly TopicPartition[] }
  | { readonly kind: 'state-moved-aside'; readonly task: string; readonly path: string; readonly reason: string }
  | { readonly kind: 'state-dropped'; readonly task: string; readonly reason: string }
  | { readonly kind: 'state-removed'; readonly task: string }
  | { readonly kind: 'failed'; readonly error: unknown }

export interface KafkaSessionContext extends Client {
  readonly options: KafkaSessionOptions
  /** With the transactional id of `transactionalId(options)`; the session calls `init` and `close`. */
  readonly transactions: Transactions
  /** The session ends it. */
  readonly states: TaskStates
  /** Leader epoch of the last record read of a partition; -1 or absent when not known. */
  readonly leaderEpoch?: (partition: TopicPartition) => number
  readonly onEvent?: (event: SessionEvent) => void
  readonly onClose?: () => void
}

/** Of the session's producer: the same after a restart with the same `instanceId`, so that it fences its predecessor. */
export const transactionalId = ({ applicationId, instanceId, thread = 0 }: KafkaSessionOptions): string =>
  `${applicationId}-${instanceId}-${thread}`
