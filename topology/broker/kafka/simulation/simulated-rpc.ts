import type {
  AddOffsetsToTxnRequest,
  AddPartitionsToTxnRequest,
  CoordinatorKind,
  EndTxnRequest,
  EndTxnResponse,
  ErrorOnly,
  FetchRequest,
  FetchResponse,
  FindCoordinatorResponse,
  GroupMember,
  InitProducerIdRequest,
  InitProducerIdResponse,
  JoinGroupRequest,
  JoinGroupResponse,
  KafkaRpc,
  ListOffsetsPartitionResponse,
  ListOffsetsRequest,
  MetadataResponse,
  OffsetFetchPartitionResponse,
  Partition,
  PerPartition,
  ProducePartitionResponse,
  ProduceRequest,
  SyncGroupRequest,
  TxnOffsetCommitRequest,
} from '../rpc.ts'
import { codes } from './error-codes.ts'
import type { Api } from './fault-plan.ts'
import { refusedJoin } from './simulated-group.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import type { SimulatedProcess } from './virtual-time.ts'

/** ms without an answer after which a client gives a request up. */
const TIMEOUT_MS = 400
const GROUP_MARGIN_MS = 200

const none = new Uint8Array()
const nobody = { producerId: -1, producerEpoch: -1 }
const show = (value: unknown) => () =>
  JSON.stringify(value, (_, part) => (part instanceof Uint8Array ? `<${part.length} bytes>` : part))

/** The Kafka protocol as one client process speaks it to the simulated cluster. */
export class SimulatedRpc implements KafkaRpc {
  readonly #network: SimulatedNetwork
  readonly #process: SimulatedProcess

  constructor(network: SimulatedNetwork, process: SimulatedProcess) {
    this.#network = network
    this.#process = process
  }

  metadata(topics: readonly string[] | null): Promise<MetadataResponse> {
    const { layout } = this.#network.cluster
    return this.#call<MetadataResponse>('metadata', null, topics, {
      lane: 'control',
      refuse: () => layout.metadata([]),
      apply: (_, respond) => respond(layout.metadata(topics)),
    })
  }

  features(): Promise<{ readonly transactionVersion: number }> {
    const answer = { transactionVersion: this.#network.cluster.isTv2 ? 2 : 0 }
    return this.#call('features', null, null, {
      lane: 'control',
      refuse: () => answer,
      apply: (_, respond) => respond(answer),
    })
  }

  findCoordinator(kind: CoordinatorKind, key: string): Promise<FindCoordinatorResponse> {
    const { layout } = this.#network.cluster
    return this.#call<FindCoordinatorResponse>(
      'findCoordinator',
      null,
      { kind, key },
      {
        lane: 'control',
        refuse: (errorCode) => ({ errorCode, node: -1 }),
        apply: (_, respond) => respond(layout.findCoordinator(kind, key)),
      },
    )
  }

  initProducerId(node: number, request: InitProducerIdRequest): Promise<InitProducerIdResponse> {
    const { transactionalId, transactionTimeoutMs, producerId, producerEpoch } = request
    const { transactions } = this.#network.cluster
    const refuse = (errorCode: number) => ({ errorCode, ...nobody })
    return this.#call<InitProducerIdResponse>('initProducerId', node, request, {
      lane: 'control',
      refuse,
      apply: (at, respond) => {
        if (transactionalId === null)
          return respond({ errorCode: codes.NONE, producerId: transactions.newProducerId(), producerEpoch: 0 })
        const errorCode = this.#coordinatorError('transaction', transactionalId, at)
        if (errorCode !== codes.NONE) return respond(refuse(errorCode))
        const expected = producerId === -1 && producerEpoch === -1 ? undefined : { producerId, producerEpoch }
        respond(transactions.coordinator.initProducerId(transactionalId, transactionTimeoutMs, expected))
      },
    })
  }

  addPartitionsToTxn(node: number, request: AddPartitionsToTxnRequest): Promise<PerPartition<ErrorOnly>> {
    const refuse = (errorCode: number) => request.partitions.map((one) => ({ ...one, errorCode }))
    return this.#call<PerPartition<ErrorOnly>>('addPartitionsToTxn', node, request, {
      lane: 'control',
      refuse,
      apply: (at, respond) => {
        const errorCode = this.#coordinatorError('transaction', request.transactionalId, at)
        if (errorCode !== codes.NONE) return respond(refuse(errorCode))
        const { coordinator } = this.#network.cluster.transactions
        respond(refuse(coordinator.add(request.transactionalId, request, request.partitions)))
      },
    })
  }

  addOffsetsToTxn(node: number, request: AddOffsetsToTxnRequest): Promise<ErrorOnly> {
    return this.#call<ErrorOnly>('addOffsetsToTxn', node, request, {
      lane: 'control',
      refuse: (errorCode) => ({ errorCode }),
      apply: (at, respond) => {
        const errorCode = this.#coordinatorError('transaction', request.transactionalId, at)
        if (errorCode !== codes.NONE) return respond({ errorCode })
        const { coordinator } = this.#network.cluster.transactions
        respond({ errorCode: coordinator.add(request.transactionalId, request, [{ group: request.groupId }]) })
      },
    })
  }

  txnOffsetCommit(node: number, request: TxnOffsetCommitRequest): Promise<PerPartition<ErrorOnly>> {
    const refuse = (errorCode: number) =>
      request.offsets.map(({ topic, partition }) => ({ topic, partition, errorCode }))
    return this.#call<PerPartition<ErrorOnly>>('txnOffsetCommit', node, request, {
      lane: 'control',
      refuse,
      apply: (at, respond) => {
        const errorCode = this.#coordinatorError('group', request.groupId, at)
        respond(
          refuse(errorCode === codes.NONE ? this.#network.cluster.transactions.commitOffsets(request) : errorCode),
        )
      },
    })
  }

  endTxn(node: number, request: EndTxnRequest): Promise<EndTxnResponse> {
    const refuse = (errorCode: number) => ({ errorCode, ...nobody })
    return this.#call<EndTxnResponse>('endTxn', node, request, {
      lane: 'control',
      refuse,
      apply: (at, respond) => {
        const errorCode = this.#coordinatorError('transaction', request.transactionalId, at)
        if (errorCode !== codes.NONE) return respond(refuse(errorCode))
        respond(this.#network.cluster.transactions.coordinator.endTxn(request, request.tv2))
      },
    })
  }

  produce(node: number, request: ProduceRequest): Promise<PerPartition<ProducePartitionResponse>> {
    // As sent: what the client does with its buffers afterwards is not on the wire any more.
    const sent = {
      ...request,
      partitions: request.partitions.map((one) => ({ ...one, records: new Uint8Array(one.records) })),
    }
    return this.#call<PerPartition<ProducePartitionResponse>>('produce', node, sent, {
      lane: 'produce',
      refuse: (errorCode) =>
        sent.partitions.map(({ topic, partition }) => ({ topic, partition, errorCode, baseOffset: -1 })),
      apply: (at, respond) => this.#network.cluster.produces.produce(at, sent, respond),
    })
  }

  fetch(node: number, request: FetchRequest, signal?: AbortSignal): Promise<FetchResponse> {
    return this.#call<FetchResponse>('fetch', node, request, {
      timeoutMs: request.maxWaitMs + TIMEOUT_MS,
      signal,
      refuse: (errorCode) => ({ errorCode, sessionId: 0, partitions: [] }),
      apply: (at, respond) => this.#network.cluster.fetches.fetch(at, request, respond),
    })
  }

  listOffsets(node: number, request: ListOffsetsRequest): Promise<PerPartition<ListOffsetsPartitionResponse>> {
    return this.#call<PerPartition<ListOffsetsPartitionResponse>>('listOffsets', node, request, {
      lane: 'control',
      refuse: (errorCode) =>
        request.partitions.map(({ topic, partition }) => ({
          ...{ topic, partition, errorCode },
          ...{ offset: -1, timestamp: -1, leaderEpoch: -1 },
        })),
      apply: (at, respond) => respond(this.#network.cluster.fetches.listOffsets(at, request)),
    })
  }

  offsetForLeaderEpoch(
    node: number,
    request: readonly (Partition & { readonly currentLeaderEpoch: number; readonly leaderEpoch: number })[],
  ): Promise<PerPartition<ErrorOnly & { readonly leaderEpoch: number; readonly endOffset: number }>> {
    return this.#call('offsetForLeaderEpoch', node, request, {
      lane: 'control',
      refuse: (errorCode) =>
        request.map(({ topic, partition }) => ({ topic, partition, errorCode, leaderEpoch: -1, endOffset: -1 })),
      apply: (at, respond) => respond(this.#network.cluster.fetches.offsetForLeaderEpoch(at, request)),
    })
  }

  joinGroup(node: number, request: JoinGroupRequest): Promise<JoinGroupResponse> {
    const refuse = (errorCode: number) => refusedJoin(errorCode, request.memberId)
    return this.#call<JoinGroupResponse>('joinGroup', node, request, {
      timeoutMs: request.rebalanceTimeoutMs + GROUP_MARGIN_MS,
      refuse,
      apply: (at, respond) => {
        const errorCode = this.#coordinatorError('group', request.groupId, at)
        if (errorCode !== codes.NONE) return respond(refuse(errorCode))
        this.#network.cluster.groups.group(request.groupId).join(request, respond)
      },
    })
  }

  syncGroup(node: number, request: SyncGroupRequest): Promise<ErrorOnly & { readonly assignment: Uint8Array }> {
    const refuse = (errorCode: number) => ({ errorCode, assignment: none })
    return this.#call<ErrorOnly & { readonly assignment: Uint8Array }>('syncGroup', node, request, {
      timeoutMs: TIMEOUT_MS * 2,
      refuse,
      apply: (at, respond) => {
        const errorCode = this.#coordinatorError('group', request.groupId, at)
        if (errorCode !== codes.NONE) return respond(refuse(errorCode))
        this.#network.cluster.groups.group(request.groupId).sync(request, respond)
      },
    })
  }

  heartbeat(node: number, request: GroupMember): Promise<ErrorOnly> {
    const { groupId, memberId, groupInstanceId, generationId } = request
    return this.#call<ErrorOnly>('heartbeat', node, request, {
      lane: 'group',
      refuse: (errorCode) => ({ errorCode }),
      apply: (at, respond) => {
        const refused = this.#coordinatorError('group', groupId, at)
        const group = this.#network.cluster.groups.group(groupId)
        respond({ errorCode: refused || group.heartbeat(memberId, groupInstanceId, generationId) })
      },
    })
  }

  leaveGroup(
    node: number,
    request: { readonly groupId: string; readonly memberId: string; readonly groupInstanceId: string | null },
  ): Promise<ErrorOnly> {
    const { groupId, memberId, groupInstanceId } = request
    return this.#call<ErrorOnly>('leaveGroup', node, request, {
      lane: 'group',
      refuse: (errorCode) => ({ errorCode }),
      apply: (at, respond) => {
        const refused = this.#coordinatorError('group', groupId, at)
        respond({ errorCode: refused || this.#network.cluster.groups.group(groupId).leave(memberId, groupInstanceId) })
      },
    })
  }

  offsetFetch(
    node: number,
    request: {
      readonly groupId: string
      readonly partitions: readonly Partition[] | null
      readonly requireStable: boolean
    },
  ): Promise<ErrorOnly & { readonly partitions: readonly OffsetFetchPartitionResponse[] }> {
    type Response = ErrorOnly & { readonly partitions: readonly OffsetFetchPartitionResponse[] }
    const { groupId, requireStable } = request
    const refuse = (errorCode: number): Response => ({ errorCode, partitions: [] })
    return this.#call<Response>('offsetFetch', node, request, {
      lane: 'control',
      refuse,
      apply: (at, respond) => {
        const refused = this.#coordinatorError('group', groupId, at)
        if (refused !== codes.NONE) return respond(refuse(refused))
        const { groups } = this.#network.cluster
        const partitions = (request.partitions ?? groups.allCommitted(groupId)).map(({ topic, partition }) => {
          const { offset, isStable } = groups.committed(groupId, topic, partition)
          if (requireStable && !isStable)
            return {
              ...{ topic, partition, errorCode: codes.UNSTABLE_OFFSET_COMMIT },
              ...{ offset: -1, leaderEpoch: -1, metadata: '' },
            }
          return {
            ...{ topic, partition, errorCode: codes.NONE },
            offset: offset?.offset ?? -1,
            leaderEpoch: offset?.leaderEpoch ?? -1,
            metadata: offset?.metadata ?? '',
          }
        })
        respond({ errorCode: codes.NONE, partitions })
      },
    })
  }

  async close(): Promise<void> {}

  #coordinatorError(kind: CoordinatorKind, key: string, node: number): number {
    return this.#network.cluster.layout.coordinatorError(kind, key, node)
  }

  #call<Response>(
    api: Api,
    node: number | null,
    request: unknown,
    options: {
      readonly lane?: string
      readonly timeoutMs?: number
      readonly signal?: AbortSignal
      refuse(errorCode: number): Response
      apply(node: number, respond: (response: Response) => void): void
    },
  ): Promise<Response> {
    return this.#network.call(this.#process, {
      api,
      node,
      lane: options.lane ?? null,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      what: show(request),
      signal: options.signal,
      apply: options.apply,
      refuse: options.refuse,
    })
  }
}
