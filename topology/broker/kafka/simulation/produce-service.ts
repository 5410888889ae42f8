import type { Partition, PerPartition, ProducePartitionResponse, ProduceRequest } from '../rpc.ts'
import type { ClusterLayout } from './cluster-layout.ts'
import { codes } from './error-codes.ts'
import { readBatches } from './record-batch.ts'
import type { TransactionService } from './transaction-service.ts'

/** Writing: leader, transaction, producer and sequence are checked; the answer comes when all replicas have it. */
export class ProduceService {
  readonly #layout: ClusterLayout
  readonly #transactions: TransactionService
  readonly #onProgress: () => void

  constructor(layout: ClusterLayout, transactions: TransactionService, onProgress: () => void) {
    this.#layout = layout
    this.#transactions = transactions
    this.#onProgress = onProgress
  }

  produce(
    node: number,
    request: ProduceRequest,
    respond: (response: PerPartition<ProducePartitionResponse>) => void,
  ): void {
    const answers = new Map<string, Partition & ProducePartitionResponse>()
    const { time } = this.#layout
    let isOver = false
    const settle = (answer: Partition & ProducePartitionResponse) => {
      const key = `${answer.topic}-${answer.partition}`
      if (answers.has(key) || isOver) return
      answers.set(key, answer)
      if (answers.size < request.partitions.length) return
      isOver = true
      timer.isCancelled = true
      respond(request.partitions.map(({ topic, partition }) => answers.get(`${topic}-${partition}`)!))
    }
    // Replicas that lag: it may be in the log all the same.
    const timer = time.after(request.timeoutMs, () => {
      for (const { topic, partition } of request.partitions)
        settle({ topic, partition, errorCode: codes.REQUEST_TIMED_OUT, baseOffset: -1 })
    })
    for (const one of request.partitions) this.#append(node, request, one, settle)
    if (request.partitions.length === 0) {
      timer.isCancelled = true
      respond([])
    }
  }

  #append(
    node: number,
    { transactionalId, tv2 }: ProduceRequest,
    { topic, partition, records }: ProduceRequest['partitions'][number],
    settle: (answer: Partition & ProducePartitionResponse) => void,
  ): void {
    const { random, time } = this.#layout
    const log = this.#layout.log(topic, partition)
    const answer = (errorCode: number, baseOffset = -1) => {
      const isElsewhere = errorCode === codes.NOT_LEADER_OR_FOLLOWER && log !== undefined && log.leader !== -1
      const hint = isElsewhere ? { currentLeader: { node: log.leader, leaderEpoch: log.leaderEpoch } } : {}
      settle({ topic, partition, errorCode, baseOffset, ...hint })
    }
    const refused = this.#layout.leaderError(log, node)
    if (refused !== codes.NONE) {
      answer(refused)
      return
    }
    const batches = readBatches(records)
    if (!batches || batches.length === 0) {
      answer(codes.CORRUPT_MESSAGE)
      return
    }
    for (const batch of batches)
      if (batch.isTransactional) {
        if (transactionalId === null) {
          answer(codes.INVALID_REQUEST)
          return
        }
        const { producerId, producerEpoch } = batch
        if (log!.hasOngoing(producerId, producerEpoch)) continue
        const errorCode = this.#transactions.checkAppend(transactionalId, batch, { topic, partition }, tv2)
        if (errorCode !== codes.NONE) {
          answer(errorCode)
          return
        }
      }
    const { errorCode, baseOffset, durableAt } = log!.append(batches)
    if (errorCode !== codes.NONE) {
      answer(errorCode)
      return
    }
    const { leaderEpoch } = log!
    log!.whenDurable(durableAt, (isDurable) =>
      isDurable ? answer(codes.NONE, baseOffset) : answer(codes.NOT_LEADER_OR_FOLLOWER),
    )
    const replicated = () => {
      if (log!.leaderEpoch !== leaderEpoch || log!.leader === -1) return
      log!.replicatedTo(durableAt)
      this.#onProgress()
    }
    if (random.chance(0.6)) replicated()
    else time.after(random.between(0.2, 3), replicated)
  }
}
