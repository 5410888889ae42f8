/**
 * The Kafka protocol as the client layer uses it: one method an API, decoded both ways. `ClusterRpc` speaks it to real
 * brokers over @platformatic/kafka's connections; the simulation's cluster answers it in virtual time. Everything above
 * (transactions, fetching, membership, commit) is written on this port alone.
 *
 * A broker's own error comes back as `errorCode` (0 is none) at the place where the protocol has it, and is never thrown.
 * Thrown is only what left the outcome open: `RpcLostError` (connection refused or lost, no answer in time). The request
 * may or may not have been carried out.
 *
 * int64 values are safe integers. `node` is a broker's node id, learnt from `metadata` or `findCoordinator`.
 */
export interface KafkaRpc {
  /** Asks whichever broker answers first. Null topics: all; []: none, only the brokers. */
  metadata(topics: readonly string[] | null): Promise<MetadataResponse>
  /** `transaction.version` >= 2 in the finalised features of the cluster: TV2 (KIP-890). */
  features(): Promise<{ readonly transactionVersion: number }>
  findCoordinator(kind: CoordinatorKind, key: string): Promise<FindCoordinatorResponse>

  initProducerId(node: number, request: InitProducerIdRequest): Promise<InitProducerIdResponse>
  /** v3, the client's form (TV1 only). */
  addPartitionsToTxn(node: number, request: AddPartitionsToTxnRequest): Promise<PerPartition<ErrorOnly>>
  /** TV1 only. */
  addOffsetsToTxn(node: number, request: AddOffsetsToTxnRequest): Promise<ErrorOnly>
  /** v5 with `tv2`, else v4. */
  txnOffsetCommit(node: number, request: TxnOffsetCommitRequest): Promise<PerPartition<ErrorOnly>>
  /** v5 with `tv2`, which also answers the producer id and epoch of the next transaction, else v4. */
  endTxn(node: number, request: EndTxnRequest): Promise<EndTxnResponse>
  /** v12 with `tv2`, else v11. */
  produce(node: number, request: ProduceRequest): Promise<PerPartition<ProducePartitionResponse>>

  fetch(node: number, request: FetchRequest, signal?: AbortSignal): Promise<FetchResponse>
  listOffsets(node: number, request: ListOffsetsRequest): Promise<PerPartition<ListOffsetsPartitionResponse>>
  offsetForLeaderEpoch(
    node: number,
    request: readonly (Partition & { readonly currentLeaderEpoch: number; readonly leaderEpoch: number })[],
  ): Promise<PerPartition<ErrorOnly & { readonly leaderEpoch: number; readonly endOffset: number }>>

  joinGroup(node: number, request: JoinGroupRequest): Promise<JoinGroupResponse>
  syncGroup(node: number, request: SyncGroupRequest): Promise<ErrorOnly & { readonly assignment: Uint8Array }>
  heartbeat(node: number, request: GroupMember): Promise<ErrorOnly>
  leaveGroup(
    node: number,
    request: { readonly groupId: string; readonly memberId: string; readonly groupInstanceId: string | null },
  ): Promise<ErrorOnly>
  /** Null partitions: all that were ever committed. */
  offsetFetch(
    node: number,
    request: {
      readonly groupId: string
      readonly partitions: readonly Partition[] | null
      readonly requireStable: boolean
    },
  ): Promise<ErrorOnly & { readonly partitions: readonly OffsetFetchPartitionResponse[] }>

  close(): Promise<void>
}

/** Administration stays on real clusters: the simulation creates its topics itself. */
export interface KafkaAdminRpc {
  createTopics(topics: readonly NewTopic[], validateOnly: boolean): Promise<readonly NamedError[]>
  deleteTopics(names: readonly string[]): Promise<readonly NamedError[]>
  /** Deletes everything before these offsets. */
  deleteRecords(positions: readonly (Partition & { readonly offset: number })[]): Promise<PerPartition<ErrorOnly>>
  describeTopicConfigs(names: readonly string[]): Promise<readonly TopicConfigs[]>
  alterTopicConfigs(name: string, configs: Readonly<Record<string, string>>): Promise<NamedError>
  createPartitions(name: string, count: number): Promise<NamedError>
  /** Bytes on disk of each partition's leader. */
  logSizes(names: readonly string[]): Promise<readonly (Partition & { readonly bytes: number })[]>
  describeGroup(groupId: string): Promise<GroupDescription>
  deleteGroup(groupId: string): Promise<ErrorOnly>
  offsetDelete(groupId: string, partitions: readonly Partition[]): Promise<ErrorOnly>
  clusterId(): Promise<string | null>
}

/** No answer: refused, cut or too late. Whether the broker did it is not known. */
export class RpcLostError extends Error {
  override readonly name = 'RpcLostError'
}

/** Time as the client layer sees it; virtual in the simulation. */
export interface Time {
  /** ms, monotonic. */
  now(): number
  /** Resolves after `ms`, or at once when `signal` aborts (then it does not reject). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export type CoordinatorKind = 'group' | 'transaction'

export interface Partition {
  readonly topic: string
  readonly partition: number
}

export interface ErrorOnly {
  readonly errorCode: number
  /** What the broker adds, where the protocol has a place for it. */
  readonly errorMessage?: string | null
}

export type PerPartition<T> = readonly (Partition & T)[]

export interface NamedError extends ErrorOnly {
  readonly name: string
}

export interface MetadataResponse {
  readonly brokers: readonly { readonly node: number; readonly host: string; readonly port: number }[]
  readonly clusterId: string | null
  readonly controller: number
  readonly topics: readonly MetadataTopic[]
}

export interface MetadataTopic extends NamedError {
  /** UUID; what Fetch v13+ names a topic by. */
  readonly id: string
  readonly partitions: readonly (ErrorOnly & {
    readonly partition: number
    /** -1: none at the moment. */
    readonly leader: number
    readonly leaderEpoch: number
    readonly replicas: readonly number[]
    readonly isr: readonly number[]
  })[]
}

export interface FindCoordinatorResponse extends ErrorOnly {
  readonly node: number
}

export interface InitProducerIdRequest {
  /** Null: idempotent only; then any node will do. */
  readonly transactionalId: string | null
  readonly transactionTimeoutMs: number
  /** -1 and -1: give me a new epoch, and fence whoever had the old one. */
  readonly producerId: number
  readonly producerEpoch: number
}

export interface ProducerIdAndEpoch {
  readonly producerId: number
  readonly producerEpoch: number
}

export interface InitProducerIdResponse extends ErrorOnly, ProducerIdAndEpoch {}

export interface AddPartitionsToTxnRequest extends ProducerIdAndEpoch {
  readonly transactionalId: string
  readonly partitions: readonly Partition[]
}

export interface AddOffsetsToTxnRequest extends ProducerIdAndEpoch {
  readonly transactionalId: string
  readonly groupId: string
}

export interface TxnOffsetCommitRequest extends ProducerIdAndEpoch {
  readonly tv2: boolean
  readonly transactionalId: string
  readonly groupId: string
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly offsets: readonly (Partition & {
    readonly offset: number
    /** Of the last record consumed; -1 when unknown. */
    readonly leaderEpoch: number
    readonly metadata: string
  })[]
}

export interface EndTxnRequest extends ProducerIdAndEpoch {
  readonly tv2: boolean
  readonly transactionalId: string
  readonly commit: boolean
}

export interface EndTxnResponse extends ErrorOnly, ProducerIdAndEpoch {}

export interface ProduceRequest {
  readonly tv2: boolean
  /** Null outside a transaction. */
  readonly transactionalId: string | null
  readonly timeoutMs: number
  /** acks=all always. At most one entry a partition. */
  readonly partitions: readonly (Partition & {
    /** One or more complete record batches (magic 2). */
    readonly records: Uint8Array
  })[]
}

export interface ProducePartitionResponse extends ErrorOnly {
  readonly baseOffset: number
  readonly currentLeader?: { readonly node: number; readonly leaderEpoch: number }
}

export interface FetchRequest {
  readonly maxWaitMs: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly isolation: 'read_committed' | 'read_uncommitted'
  /** 0 and -1: no session; 0 and 0: a new one. */
  readonly sessionId: number
  readonly sessionEpoch: number
  readonly partitions: readonly (Partition & {
    readonly topicId: string
    readonly currentLeaderEpoch: number
    readonly offset: number
    readonly lastFetchedEpoch: number
    readonly maxBytes: number
  })[]
  readonly forgotten: readonly (Partition & { readonly topicId: string })[]
}

export interface FetchResponse extends ErrorOnly {
  readonly sessionId: number
  /** Named by topic id: the caller knows which topic it asked under that id. */
  readonly partitions: readonly FetchPartitionResponse[]
}

export interface FetchPartitionResponse extends ErrorOnly {
  readonly topicId: string
  readonly partition: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly logStartOffset: number
  /** Set when the log was cut below what was fetched (KIP-595). */
  readonly divergingEpoch?: { readonly epoch: number; readonly endOffset: number }
  readonly currentLeader?: { readonly node: number; readonly leaderEpoch: number }
  readonly abortedTransactions: readonly { readonly producerId: number; readonly firstOffset: number }[]
  /** Whole record batches, the last one perhaps cut off; empty when there was nothing. */
  readonly records: Uint8Array
}

export interface ListOffsetsRequest {
  readonly isolation: 'read_committed' | 'read_uncommitted'
  /** `timestamp`: epoch ms, or -1 latest, -2 earliest. */
  readonly partitions: readonly (Partition & { readonly currentLeaderEpoch: number; readonly timestamp: number })[]
}

export interface ListOffsetsPartitionResponse extends ErrorOnly {
  /** -1: no record with such a timestamp. */
  readonly offset: number
  readonly timestamp: number
  readonly leaderEpoch: number
}

export interface JoinGroupRequest {
  readonly groupId: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  /** '' the first time. */
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly protocols: readonly { readonly name: string; readonly metadata: Uint8Array }[]
  readonly reason: string | null
}

export interface JoinGroupResponse extends ErrorOnly {
  readonly generationId: number
  readonly protocol: string | null
  readonly leader: string
  /** A returning static leader: nobody needs a new assignment. */
  readonly skipAssignment: boolean
  readonly memberId: string
  /** Filled for the leader only. */
  readonly members: readonly {
    readonly memberId: string
    readonly groupInstanceId: string | null
    readonly metadata: Uint8Array
  }[]
}

/** Who is asking, in which generation. */
export interface GroupMember {
  readonly groupId: string
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId: string | null
}

export interface SyncGroupRequest extends GroupMember {
  readonly protocol: string
  /** By the leader only. */
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Uint8Array }[]
}

export interface OffsetFetchPartitionResponse extends Partition, ErrorOnly {
  /** -1: never committed. */
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string
}

export interface NewTopic {
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
  readonly configs: Readonly<Record<string, string>>
}

export interface TopicConfigs extends NamedError {
  readonly configs: Readonly<Record<string, string>>
}

export interface GroupDescription extends ErrorOnly {
  readonly groupId: string
  /** Empty, Stable, PreparingRebalance, CompletingRebalance, Dead. */
  readonly state: string
  readonly protocol: string
  readonly members: readonly {
    readonly memberId: string
    readonly groupInstanceId: string | null
    readonly clientId: string
    readonly host: string
    readonly assignment: Uint8Array
  }[]
}
