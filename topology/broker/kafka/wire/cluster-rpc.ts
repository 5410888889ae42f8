/** The Kafka protocol spoken to a real cluster. */
import type {
  AddOffsetsToTxnRequest,
  AddPartitionsToTxnRequest,
  CoordinatorKind,
  EndTxnRequest,
  FetchRequest,
  FetchResponse,
  FindCoordinatorResponse,
  GroupMember,
  InitProducerIdRequest,
  JoinGroupRequest,
  KafkaAdminRpc,
  KafkaRpc,
  ListOffsetsRequest,
  MetadataResponse,
  ProduceRequest,
  SyncGroupRequest,
  Time,
  TxnOffsetCommitRequest,
} from '../rpc.ts'
import { RpcLostError } from '../rpc.ts'
import { systemTime } from '../system-time.ts'
import type { Api } from './api.ts'
import { ClusterAdmin } from './cluster-admin.ts'
import * as clusterApis from './cluster-apis.ts'
import { type Address, Connections, closedError, type Lane } from './connections.ts'
import * as fetchApis from './fetch-apis.ts'
import * as groupApis from './group-apis.ts'
import type { KafkaSecurity } from './security.ts'
import * as transactionApis from './transaction-apis.ts'
import type { WireConnection } from './wire-connection.ts'

export interface ClusterRpcOptions extends KafkaSecurity {
  /** `host:port` of some brokers; the others are learnt from them. */
  readonly bootstrap: readonly string[]
  readonly clientId?: string
  /** Default 30,000. */
  readonly requestTimeoutMs?: number
  /** Of connecting and logging in. Default 10,000. */
  readonly connectTimeoutMs?: number
  readonly time?: Time
}

/** What a broker's answer may take beyond what the request itself lets it wait. */
const GROUP_MARGIN_MS = 5_000
/** How long one broker may take when any other could answer as well. */
const NEXT_BROKER_AFTER_MS = 5_000

/** Nothing is connected before the first call. */
export function openClusterRpc(options: ClusterRpcOptions): ClusterRpc {
  return new ClusterRpc(options)
}

export class ClusterRpc implements KafkaRpc {
  readonly admin: KafkaAdminRpc
  readonly #bootstrap: readonly Address[]
  readonly #connections: Connections
  readonly #requestTimeoutMs: number
  /** Addresses by node id. */
  #nodes = new Map<number, Address>()
  #controller = -1
  #learning: Promise<unknown> | undefined
  #lastHeard: Address | undefined
  #closed = false

  constructor(options: ClusterRpcOptions) {
    this.#bootstrap = options.bootstrap.map(parseAddress)
    this.#requestTimeoutMs = options.requestTimeoutMs ?? 30_000
    const { time = systemTime } = options
    this.#connections = new Connections(
      {
        clientId: options.clientId ?? 'javas',
        connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
        ...(options.tls && { tls: options.tls }),
        ...(options.sasl && { sasl: options.sasl }),
      },
      time,
    )
    this.admin = new ClusterAdmin({
      controller: async () => {
        if (!this.#nodes.has(this.#controller)) await this.metadata([])
        return this.#controller
      },
      brokers: async () => (await this.metadata([])).brokers.map(({ node }) => node),
      rpc: this,
      time,
      timeoutMs: this.#requestTimeoutMs,
      call: (node, api, request) => this.#send(node, 'admin', api, request),
    })
  }

  async metadata(topics: readonly string[] | null): Promise<MetadataResponse> {
    const answer = await this.#anywhere(clusterApis.metadata, topics)
    this.#nodes = new Map(answer.brokers.map(({ node, host, port }) => [node, { host, port }]))
    this.#controller = answer.controller
    return answer
  }

  async features(): Promise<{ readonly transactionVersion: number }> {
    return this.#firstOf((connection) => ({ transactionVersion: connection.feature('transaction.version') }))
  }

  async findCoordinator(kind: CoordinatorKind, key: string): Promise<FindCoordinatorResponse> {
    const { host, port, ...answer } = await this.#anywhere(clusterApis.findCoordinator, { kind, key })
    if (answer.errorCode === 0) this.#nodes.set(answer.node, { host, port })
    return answer
  }

  initProducerId(node: number, request: InitProducerIdRequest) {
    return this.#send(node, 'control', transactionApis.initProducerId, request)
  }

  addPartitionsToTxn(node: number, request: AddPartitionsToTxnRequest) {
    return this.#send(node, 'control', transactionApis.addPartitionsToTxn, request)
  }

  addOffsetsToTxn(node: number, request: AddOffsetsToTxnRequest) {
    return this.#send(node, 'control', transactionApis.addOffsetsToTxn, request)
  }

  txnOffsetCommit(node: number, request: TxnOffsetCommitRequest) {
    return this.#send(node, 'control', transactionApis.txnOffsetCommit, request, request.tv2 ? 5 : 4)
  }

  endTxn(node: number, request: EndTxnRequest) {
    return this.#send(node, 'control', transactionApis.endTxn, request, request.tv2 ? 5 : 4)
  }

  produce(node: number, request: ProduceRequest) {
    return this.#send(node, 'produce', transactionApis.produce, request, request.tv2 ? 12 : 11)
  }

  /** `signal` ends the waiting, not the request: the broker may have moved the session on. */
  async fetch(node: number, request: FetchRequest, signal?: AbortSignal): Promise<FetchResponse> {
    if (signal?.aborted) throw aborted()
    const address = await this.#address(node)
    const answer = this.#connections.exclusive(address, (connection) =>
      this.#call(connection, fetchApis.fetch, request, request.maxWaitMs + this.#requestTimeoutMs),
    )
    if (!signal) return answer
    let stop: (() => void) | undefined
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(aborted())
      signal.addEventListener('abort', stop, { once: true })
    })
    return Promise.race([answer, stopped]).finally(() => signal.removeEventListener('abort', stop!))
  }

  listOffsets(node: number, request: ListOffsetsRequest) {
    return this.#send(node, 'control', fetchApis.listOffsets, request)
  }

  offsetForLeaderEpoch(node: number, request: Parameters<KafkaRpc['offsetForLeaderEpoch']>[1]) {
    return this.#send(node, 'control', fetchApis.offsetForLeaderEpoch, request)
  }

  async joinGroup(node: number, request: JoinGroupRequest) {
    return this.#alone(node, groupApis.joinGroup, request, request.rebalanceTimeoutMs + GROUP_MARGIN_MS)
  }

  /** Waits for the leader's assignment, which may take as long as the group lets a rebalance take. */
  async syncGroup(node: number, request: SyncGroupRequest) {
    return this.#alone(node, groupApis.syncGroup, request, this.#requestTimeoutMs)
  }

  heartbeat(node: number, request: GroupMember) {
    return this.#send(node, 'group', groupApis.heartbeat, request)
  }

  leaveGroup(node: number, request: Parameters<KafkaRpc['leaveGroup']>[1]) {
    return this.#send(node, 'group', groupApis.leaveGroup, request)
  }

  offsetFetch(node: number, request: Parameters<KafkaRpc['offsetFetch']>[1]) {
    return this.#send(node, 'control', groupApis.offsetFetch, request)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#connections.close()
  }

  async #send<Request, Response>(
    node: number,
    lane: Lane,
    api: Api<Request, Response>,
    request: Request,
    cap?: number,
  ): Promise<Response> {
    const connection = await this.#connections.shared(await this.#address(node), lane)
    return this.#call(connection, api, request, this.#requestTimeoutMs, cap)
  }

  async #alone<Request, Response>(
    node: number,
    api: Api<Request, Response>,
    request: Request,
    timeoutMs: number,
  ): Promise<Response> {
    const address = await this.#address(node)
    return this.#connections.exclusive(address, (connection) => this.#call(connection, api, request, timeoutMs))
  }

  #call<Request, Response>(
    connection: WireConnection,
    api: Api<Request, Response>,
    request: Request,
    timeoutMs: number,
    cap?: number,
  ): Promise<Response> {
    return connection.call(api, connection.version(api, cap), request, timeoutMs)
  }

  async #address(node: number): Promise<Address> {
    if (this.#closed) throw closedError()
    const known = this.#nodes.get(node)
    if (known) return known
    // One question for all who wait, so that they go on in the order in which they came.
    this.#learning ??= this.metadata([]).finally(() => {
      this.#learning = undefined
    })
    await this.#learning
    const learnt = this.#nodes.get(node)
    if (!learnt) throw new RpcLostError(`node ${node} is not in the cluster at the moment`)
    return learnt
  }

  /** Asks one after the other until somebody answers. */
  async #anywhere<Request, Response>(api: Api<Request, Response>, request: Request): Promise<Response> {
    return this.#firstOf(async (connection, timeoutMs) =>
      connection.call(api, connection.version(api), request, timeoutMs),
    )
  }

  async #firstOf<T>(ask: (connection: WireConnection, timeoutMs: number) => Promise<T> | T): Promise<T> {
    if (this.#closed) throw closedError()
    const addresses = this.#candidates()
    const failures: Error[] = []
    for (const [i, address] of addresses.entries()) {
      // One that hangs must not keep us from asking the others for long.
      const isLast = i === addresses.length - 1
      const timeoutMs = isLast ? this.#requestTimeoutMs : Math.min(this.#requestTimeoutMs, NEXT_BROKER_AFTER_MS)
      try {
        const answer = await ask(await this.#connections.shared(address, 'discovery'), timeoutMs)
        this.#lastHeard = address
        return answer
      } catch (error) {
        if (this.#closed) throw closedError()
        // A broker that refuses us will be followed by others that do: its reason is the one to tell.
        if (!(error instanceof RpcLostError)) throw error
        failures.push(error)
      }
    }
    const cause = new AggregateError(failures, failures.map(({ message }) => message).join('; '))
    throw new RpcLostError(`no broker answers: ${cause.message}`, { cause })
  }

  /** Who answered last time first, then the ones we know, then the ones we were told at the start. */
  #candidates(): readonly Address[] {
    const last = this.#lastHeard ? [this.#lastHeard] : []
    const named = [...last, ...this.#nodes.values(), ...this.#bootstrap].map(
      (address) => [`${address.host}:${address.port}`, address] as const,
    )
    return [...new Map(named).values()]
  }
}

const aborted = () => new RpcLostError('the caller did not wait for the answer')

function parseAddress(text: string): Address {
  const separator = text.lastIndexOf(':')
  const port = Number(text.slice(separator + 1))
  const host = text.slice(0, separator).replace(/^\[(.*)\]$/, '$1')
  if (separator < 1 || host === '' || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new TypeError(`${JSON.stringify(text)} is no broker address: host:port is`)
  return { host, port }
}
