import type {
  FetchPartitionResponse,
  FetchRequest,
  FetchResponse,
  ListOffsetsPartitionResponse,
  ListOffsetsRequest,
  Partition,
  PerPartition,
} from '../rpc.ts'
import type { ClusterLayout } from './cluster-layout.ts'
import { codes } from './error-codes.ts'
import { type FetchContext, FetchSessions } from './fetch-sessions.ts'
import type { PartitionLog } from './partition-log.ts'
import { decodeBatch } from './record-batch.ts'

interface Parked {
  readonly attempt: () => boolean
}

const none = new Uint8Array()

/** Reading: fetches that wait for data, by isolation, in sessions; where logs begin and end. */
export class FetchService {
  readonly #layout: ClusterLayout
  readonly #sessions = new Map<number, FetchSessions>()
  readonly #parked = new Map<number, Set<Parked>>()

  constructor(layout: ClusterLayout) {
    this.#layout = layout
    for (const node of layout.nodes) {
      this.#sessions.set(node, new FetchSessions())
      this.#parked.set(node, new Set())
    }
  }

  fetch(node: number, request: FetchRequest, respond: (response: FetchResponse) => void): void {
    const context = this.#sessions.get(node)!.open(request)
    if (context.errorCode !== codes.NONE) {
      respond({ errorCode: context.errorCode, sessionId: 0, partitions: [] })
      return
    }
    let isOver = false
    const attempt = (isLast: boolean): boolean => {
      if (isOver) return true
      const answers = this.#read(node, request, context)
      const bytes = answers.reduce((sum, { records }) => sum + records.length, 0)
      const failed = answers.some(({ errorCode }) => errorCode !== codes.NONE)
      if (!isLast && !failed && bytes < request.minBytes) return false
      isOver = true
      respond({ errorCode: codes.NONE, sessionId: context.sessionId, partitions: context.select(answers) })
      return true
    }
    if (attempt(request.maxWaitMs <= 0)) return
    const parked: Parked = { attempt: () => attempt(false) }
    const waiting = this.#parked.get(node)!
    waiting.add(parked)
    this.#layout.time.after(request.maxWaitMs, () => {
      waiting.delete(parked)
      attempt(true)
    })
  }

  /** Something became readable, or a leader went away. */
  wake(): void {
    for (const waiting of this.#parked.values())
      for (const parked of [...waiting]) if (parked.attempt()) waiting.delete(parked)
  }

  /** The broker forgot its sessions: it was restarted, or others took their place. */
  forget(node: number, isRestart: boolean): void {
    this.#sessions.get(node)!.evict()
    if (isRestart) this.#parked.get(node)!.clear()
  }

  listOffsets(node: number, request: ListOffsetsRequest): PerPartition<ListOffsetsPartitionResponse> {
    return request.partitions.map(({ topic, partition, currentLeaderEpoch, timestamp }) => {
      const log = this.#layout.log(topic, partition)
      const answer = (errorCode: number, offset = -1, at = -1) => ({
        ...{ topic, partition, errorCode, offset, timestamp: at },
        leaderEpoch: errorCode === codes.NONE && log && offset >= 0 ? log.leaderEpoch : -1,
      })
      const errorCode = this.#leaderError(log, node, currentLeaderEpoch)
      if (errorCode !== codes.NONE) return answer(errorCode)
      const end = request.isolation === 'read_committed' ? log!.lastStableOffset : log!.highWatermark
      if (timestamp === -2) return answer(codes.NONE, 0)
      if (this.#layout.time.now < log!.endUnknownUntil) return answer(codes.OFFSET_NOT_AVAILABLE)
      if (timestamp === -1) return answer(codes.NONE, end)
      for (const batch of log!.batches) {
        if (batch.baseOffset >= end) break
        if (batch.marker || batch.maxTimestamp < timestamp) continue
        const record = decodeBatch(batch).find((one) => one.timestamp >= timestamp)
        if (record) return answer(codes.NONE, record.offset, record.timestamp)
      }
      return answer(codes.NONE)
    })
  }

  offsetForLeaderEpoch(
    node: number,
    request: readonly (Partition & { readonly currentLeaderEpoch: number; readonly leaderEpoch: number })[],
  ) {
    return request.map(({ topic, partition, currentLeaderEpoch, leaderEpoch }) => {
      const log = this.#layout.log(topic, partition)
      const errorCode = this.#leaderError(log, node, currentLeaderEpoch)
      if (errorCode !== codes.NONE) return { topic, partition, errorCode, leaderEpoch: -1, endOffset: -1 }
      return { topic, partition, errorCode, ...log!.endOfEpoch(leaderEpoch) }
    })
  }

  #read(node: number, request: FetchRequest, { partitions }: FetchContext): FetchPartitionResponse[] {
    let left = request.maxBytes
    return partitions.map(({ topicId, partition, currentLeaderEpoch, offset, maxBytes }) => {
      const topic = this.#layout.topicOfId(topicId)
      const log = topic === undefined ? undefined : this.#layout.log(topic, partition)
      const refuse = (errorCode: number) => ({
        ...refusedPartition(topicId, partition, errorCode),
        ...currentLeader(log),
      })
      if (topic === undefined) return refuse(codes.UNKNOWN_TOPIC_ID)
      const errorCode = this.#leaderError(log, node, currentLeaderEpoch)
      if (errorCode !== codes.NONE) return refuse(errorCode)
      if (offset < 0 || offset > log!.endOffset) return refuse(codes.OFFSET_OUT_OF_RANGE)
      const isCommitted = request.isolation === 'read_committed'
      const { highWatermark, lastStableOffset } = log!
      const below = isCommitted ? lastStableOffset : highWatermark
      const batches = left > 0 ? log!.read(offset, below, Math.min(left, maxBytes)) : []
      const records = Buffer.concat(batches.map(({ bytes }) => bytes))
      left -= records.length
      return {
        topicId,
        partition,
        errorCode: codes.NONE,
        highWatermark,
        lastStableOffset,
        logStartOffset: 0,
        abortedTransactions: isCommitted && batches.length > 0 ? log!.abortedBetween(offset, below) : [],
        records: batches.length > 0 ? new Uint8Array(records) : none,
      }
    })
  }

  #leaderError(log: PartitionLog | undefined, node: number, currentLeaderEpoch: number): number {
    const errorCode = this.#layout.leaderError(log, node)
    if (errorCode !== codes.NONE || currentLeaderEpoch < 0) return errorCode
    if (currentLeaderEpoch < log!.leaderEpoch) return codes.FENCED_LEADER_EPOCH
    return currentLeaderEpoch > log!.leaderEpoch ? codes.UNKNOWN_LEADER_EPOCH : codes.NONE
  }
}

const currentLeader = (log: PartitionLog | undefined) =>
  log && log.leader !== -1 ? { currentLeader: { node: log.leader, leaderEpoch: log.leaderEpoch } } : {}

const refusedPartition = (topicId: string, partition: number, errorCode: number): FetchPartitionResponse => ({
  topicId,
  partition,
  errorCode,
  highWatermark: -1,
  lastStableOffset: -1,
  logStartOffset: -1,
  abortedTransactions: [],
  records: none,
})
