import type { TopicPartition } from '../../broker.ts'
import type { Client } from '../client-options.ts'
import type { Coordinators } from '../coordinators.ts'
import type { Gate } from './gate.ts'

/** What a member says of itself when it joins. */
export interface MemberProfile {
  readonly topics: readonly string[]
  readonly userData: Uint8Array
}

/** Another member, as the leader sees it. */
export interface JoinedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly owned: readonly TopicPartition[]
  readonly generation: number
  readonly userData: Uint8Array
}

export interface MemberTask {
  readonly partitions: readonly TopicPartition[]
  readonly userData: Uint8Array
}

export interface AssignedAnswer {
  /** Of the added ones; they are nobody's until the next round. */
  readonly declined: readonly TopicPartition[]
  /** Why another assignment is needed; undefined: this one will do. */
  readonly rejoin: string | undefined
}

/** What the member asks of whoever runs it. One call at a time, but `lost` when `revoked` came to no end. */
export interface MemberHandlers {
  profile(): MemberProfile
  /** For the leader: who gets what. */
  assign(members: readonly JoinedMember[]): Promise<ReadonlyMap<string, MemberTask>>
  /** `added` may be empty: the user data may have changed. */
  assigned(added: readonly TopicPartition[], userData: Uint8Array): Promise<AssignedAnswer>
  /** Finish what is open; the generation still counts. */
  revoked(partitions: readonly TopicPartition[]): Promise<void>
  lost(partitions: readonly TopicPartition[]): Promise<void>
  /** No commit is under way, and none will come for what is not owned any more: let go of it. */
  release(): void
  /** What the end by another process is told as. */
  fenced(reason: string): Error
  changed(to: MemberState, reason: string): void
}

export interface GroupMemberOptions extends Pick<Client, 'rpc' | 'time'> {
  readonly coordinators: Coordinators
  readonly groupId: string
  readonly protocol: string
  /** Null: dynamic. */
  readonly groupInstanceId: string | null
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly rebalanceTimeoutMs: number
  readonly maxPollIntervalMs: number
  /** Held from JoinGroup to SyncGroup: who commits takes it, too, and so never with a generation that is being replaced. */
  readonly gate: Gate
  readonly handlers: MemberHandlers
}

export type MemberState =
  | 'new'
  | 'joining'
  | 'revoking'
  | 'assigning'
  | 'stable'
  | 'stalled'
  | 'fenced'
  | 'failed'
  | 'closed'
