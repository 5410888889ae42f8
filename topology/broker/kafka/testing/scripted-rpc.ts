import type { Client } from '../client-options.ts'
import type { ClusterView, TopicView } from '../cluster-view.ts'
import { errors } from '../error-codes.ts'
import { readBatches } from '../record-batch.ts'
import { decodeRecords } from '../record-batch-decode.ts'
import type {
  FetchRequest,
  InitProducerIdRequest,
  KafkaRpc,
  ListOffsetsRequest,
  Partition,
  ProduceRequest,
  ProducerIdAndEpoch,
} from '../rpc.ts'
import { RpcLostError } from '../rpc.ts'
import { advance } from '../sequence.ts'
import { ScriptedLog } from './scripted-log.ts'
import { SteppingTime } from './stepping-time.ts'

type Api = Exclude<keyof KafkaRpc, 'close'>

/**
 * What one call does instead of what it would: an error code, `lost` (never arrived), `lost after` (carried out, the
 * answer lost), or a function of its own; undefined from that one: as usual.
 */
export type Script = number | 'lost' | 'lost after' | 'as usual' | ((request: never, node: number) => unknown)

interface Written {
  readonly offset: number
  readonly value: string
  readonly producerEpoch: number
}

/**
 * A cluster of brokers 1 and 2 for tests of the client's rules: partitions that check sequences and forget nothing, one
 * transactional id, and a script that says what goes wrong, call by call. Answers come in a turn of their own.
 */
export class ScriptedRpc {
  readonly time = new SteppingTime()
  readonly calls: { readonly api: Api; readonly node: number; readonly request: Record<string, unknown> }[] = []
  readonly script: Partial<Record<Api, Script[]>> = {}
  readonly log = new Map<string, Written[]>()
  readonly topics = new Map<string, { id: string; leaders: number[]; epoch: number }>()
  coordinators = { group: 2, transaction: 1 }
  identity: ProducerIdAndEpoch = { producerId: 7, producerEpoch: -1 }
  /** How the transactions ended. */
  readonly ends: string[] = []
  transactionVersion: number
  refreshes = 0
  /** What is there to read; made by `reads`. */
  readonly logs = new Map<string, ScriptedLog>()
  /** Batches a partition in one answer at most. */
  batchesPerFetch = Number.POSITIVE_INFINITY
  readonly sessions = new Map<number, { epoch: number; partitions: Map<string, FetchRequest['partitions'][number]> }>()
  #sessionIds = 1
  #appended: (() => void)[] = []
  #producerIds = 100
  /** The epoch was raised by the end of a transaction, whose repetition is recognised. */
  #endRaised = false
  #sequences = new Map<string, { next: number; batches: Map<number, number> }>()

  constructor({ tv2 = true, topics = { t: 2 } }: { tv2?: boolean; topics?: Record<string, number> } = {}) {
    this.transactionVersion = tv2 ? 2 : 0
    for (const [name, partitions] of Object.entries(topics))
      this.topics.set(name, {
        id: `id-${name}`,
        leaders: Array.from({ length: partitions }, (_, i) => 1 + (i % 2)),
        epoch: 3,
      })
  }

  get client(): Client {
    return { rpc: this.rpc, time: this.time, cluster: this.cluster }
  }

  /** The view, renewed by `refresh` only, as a cache is. */
  readonly cluster: ClusterView = (() => {
    const seen = new Map<string, TopicView>()
    const look = (name: string) => {
      const topic = this.topics.get(name)
      if (!topic) return void seen.delete(name)
      const leaders = topic.leaders.map((node) => (node < 0 ? undefined : { node, epoch: topic.epoch }))
      seen.set(name, { name, id: topic.id, leaders })
    }
    return {
      known: (name) => seen.get(name),
      topic: async (name) => {
        look(name)
        const found = seen.get(name)
        if (!found) throw Object.assign(new Error(`no topic ${name}`), { code: 'TOPIC_UNKNOWN' })
        return found
      },
      refresh: async (names) => {
        this.refreshes++
        await this.time.sleep(1)
        for (const name of names) look(name)
      },
    }
  })()

  values(topic: string, partition: number): string[] {
    return (this.log.get(`${topic} ${partition}`) ?? []).map(({ value }) => value)
  }

  /** The log behind a partition that is read. */
  reads(topic: string, partition: number): ScriptedLog {
    const key = `${topic} ${partition}`
    const log = this.logs.get(key) ?? new ScriptedLog()
    this.logs.set(key, log)
    return log
  }

  /** Fetches that wait look again. */
  appended(): void {
    const waiting = this.#appended
    this.#appended = []
    for (const look of waiting) look()
  }

  of(api: Api): Record<string, unknown>[] {
    return this.calls.filter((call) => call.api === api).map(({ request }) => request)
  }

  readonly rpc = new Proxy({} as KafkaRpc, {
    get: (_, name) => (name === 'close' ? async () => {} : (...args: unknown[]) => this.#call(name as Api, args)),
  })

  async #call(api: Api, args: unknown[]): Promise<unknown> {
    const [node, request] = args.length === 0 ? [0, {}] : typeof args[0] === 'number' ? args : [0, { args }]
    this.calls.push({ api, node: node as number, request: request as Record<string, unknown> })
    const step = this.script[api]?.shift()
    this.time.touch()
    await new Promise(setImmediate)
    this.time.touch()
    if (step === 'lost') throw new RpcLostError(`${api} was lost`)
    if (typeof step === 'number') return this.#refuse(api, request as never, step)
    if (typeof step === 'function') {
      const answer = await step(request as never, node as number)
      if (answer !== undefined) return answer
    }
    const answer = this.#usual(api, request as never, args)
    if (step === 'lost after') throw new RpcLostError(`the answer to ${api} was lost`)
    return answer
  }

  #refuse(
    api: Api,
    request: { partitions?: readonly Partition[]; offsets?: readonly Partition[] },
    errorCode: number,
  ): unknown {
    const partitions = request.offsets ?? request.partitions
    const perPartition = api === 'produce' || api === 'txnOffsetCommit' || api === 'addPartitionsToTxn'
    if (perPartition || api === 'listOffsets')
      return partitions!.map(({ topic, partition }) => ({ topic, partition, errorCode, baseOffset: -1, offset: -1 }))
    if (api === 'fetch') return { errorCode, sessionId: 0, partitions: [] }
    return { errorCode, node: -1, producerId: -1, producerEpoch: -1 }
  }

  #usual(api: Api, request: never, args: unknown[]): unknown {
    switch (api) {
      case 'features':
        return { transactionVersion: this.transactionVersion }
      case 'findCoordinator':
        return { errorCode: 0, node: this.coordinators[args[0] as 'group' | 'transaction'] }
      case 'initProducerId':
        return this.#initProducerId(request)
      case 'endTxn':
        return this.#endTxn(request)
      case 'produce':
        return this.append(request)
      case 'fetch':
        return this.#fetch(args[0] as number, request, args[2] as AbortSignal | undefined)
      case 'listOffsets':
        return this.#listOffsets(request)
      default:
        return this.#refuse(api, request, errors.NONE)
    }
  }

  #initProducerId({ transactionalId, producerId, producerEpoch }: InitProducerIdRequest): unknown {
    if (transactionalId === null) return { errorCode: 0, producerId: this.#producerIds++, producerEpoch: 0 }
    if (producerId !== -1 && producerEpoch !== this.identity.producerEpoch)
      return { errorCode: errors.PRODUCER_FENCED, producerId: -1, producerEpoch: -1 }
    this.identity = { ...this.identity, producerEpoch: this.identity.producerEpoch + 1 }
    this.#endRaised = false
    return { errorCode: 0, ...this.identity }
  }

  #endTxn({ tv2, producerEpoch, commit }: { tv2: boolean; producerEpoch: number; commit: boolean }): unknown {
    const isRepeated = tv2 && this.#endRaised && producerEpoch === this.identity.producerEpoch - 1
    if (!isRepeated && producerEpoch !== this.identity.producerEpoch)
      return { errorCode: errors.PRODUCER_FENCED, producerId: -1, producerEpoch: -1 }
    if (!isRepeated) {
      this.ends.push(commit ? 'commit' : 'abort')
      this.#endRaised = tv2
      if (tv2) this.identity = { ...this.identity, producerEpoch: producerEpoch + 1 }
    }
    return { errorCode: 0, ...(tv2 ? this.identity : { producerId: -1, producerEpoch: -1 }) }
  }

  /** What a produce request does, done now. */
  append({ partitions }: ProduceRequest): unknown {
    return partitions.map(({ topic, partition, records }) => {
      const [batch] = readBatches(records, topic, partition)
      const { producerId, producerEpoch, baseSequence } = batch!
      const written = this.log.get(`${topic} ${partition}`) ?? []
      this.log.set(`${topic} ${partition}`, written)
      const key = `${topic} ${partition} ${producerId} ${producerEpoch}`
      const state = this.#sequences.get(key) ?? { next: 0, batches: new Map<number, number>() }
      this.#sequences.set(key, state)
      const known = state.batches.get(baseSequence)
      if (known !== undefined) return { topic, partition, errorCode: 0, baseOffset: known }
      if (baseSequence !== state.next)
        return { topic, partition, errorCode: errors.OUT_OF_ORDER_SEQUENCE_NUMBER, baseOffset: -1 }
      const baseOffset = written.length
      const decoded: Parameters<typeof decodeRecords>[4] = []
      decodeRecords(batch!, topic, partition, 0, decoded)
      for (const { value } of decoded)
        written.push({ offset: written.length, value: Buffer.from(value!).toString(), producerEpoch })
      state.next = advance(baseSequence, batch!.records)
      state.batches.set(baseSequence, baseOffset)
      return { topic, partition, errorCode: 0, baseOffset }
    })
  }

  async #fetch(node: number, request: FetchRequest, signal: AbortSignal | undefined): Promise<unknown> {
    let { sessionId: id } = request
    if (request.sessionEpoch === 0) {
      id = this.#sessionIds++
      this.sessions.set(id, { epoch: 0, partitions: new Map() })
    }
    const session = this.sessions.get(id)
    if (!session) return { errorCode: errors.FETCH_SESSION_ID_NOT_FOUND, sessionId: 0, partitions: [] }
    if (request.sessionEpoch !== session.epoch)
      return { errorCode: errors.INVALID_FETCH_SESSION_EPOCH, sessionId: 0, partitions: [] }
    session.epoch++
    for (const { topicId, partition } of request.forgotten) session.partitions.delete(`${topicId} ${partition}`)
    for (const one of request.partitions) session.partitions.set(`${one.topicId} ${one.partition}`, one)
    const answer = () => [...session.partitions.values()].flatMap((one) => this.#look(node, one, request))
    let partitions = answer()
    if (partitions.length === 0 && request.maxWaitMs > 0) {
      const over = new AbortController()
      this.#appended.push(() => over.abort())
      if (signal) signal.addEventListener('abort', () => over.abort(), { once: true })
      await this.time.sleep(request.maxWaitMs, over.signal)
      partitions = answer()
    }
    if (signal?.aborted) throw new RpcLostError('given up')
    return { errorCode: 0, sessionId: id, partitions }
  }

  #look(node: number, one: FetchRequest['partitions'][number], { isolation }: FetchRequest): object[] {
    const found = [...this.topics].find(([, { id }]) => id === one.topicId)
    const empty = { topicId: one.topicId, partition: one.partition, abortedTransactions: [], records: new Uint8Array() }
    if (!found) return [{ ...empty, errorCode: errors.UNKNOWN_TOPIC_ID }]
    const [topic, { leaders, epoch }] = found
    if (leaders[one.partition] !== node) return [{ ...empty, errorCode: errors.NOT_LEADER_OR_FOLLOWER }]
    if (one.currentLeaderEpoch !== epoch) return [{ ...empty, errorCode: errors.FENCED_LEADER_EPOCH }]
    const log = this.reads(topic, one.partition)
    if (one.offset < log.start || one.offset > log.end) return [{ ...empty, errorCode: errors.OFFSET_OUT_OF_RANGE }]
    const answer = log.fetch(one.offset, one.maxBytes, isolation === 'read_committed', this.batchesPerFetch)
    return answer.records.length > 0 ? [{ topicId: one.topicId, partition: one.partition, ...answer }] : []
  }

  #listOffsets({ isolation, partitions }: ListOffsetsRequest): unknown {
    return partitions.map(({ topic, partition, timestamp }) => {
      const log = this.reads(topic, partition)
      const offset = timestamp === -2 ? log.start : isolation === 'read_committed' ? log.stable : log.end
      return { topic, partition, errorCode: 0, offset, timestamp: -1, leaderEpoch: log.leaderEpoch }
    })
  }
}
