import type { Position } from '../broker.ts'
import { BrokerError } from '../errors.ts'
import { BatchSender } from './batch-sender.ts'
import { BatchSizes } from './batch-sizes.ts'
import type { TransactionalProducerOptions } from './client-options.ts'
import { GaveUpError, type Patience } from './coordinators.ts'
import { errors, fencing, unauthorized } from './error-codes.ts'
import { learnTopics, type PackedBatch, Partitioner, packRecords } from './pack-records.ts'
import { BatchTooLargeError, produceBatches } from './produce-batches.ts'
import { refusal, tooLate } from './refusal.ts'
import type { ProducerIdAndEpoch } from './rpc.ts'
import type { TransactionOutcome, TransactionRequest, Transactions } from './transaction.ts'
import { TransactionFailure } from './transaction-failure.ts'
import { TransactionRequests } from './transaction-requests.ts'

const NEW: ProducerIdAndEpoch = { producerId: -1, producerEpoch: -1 }

/**
 * One transaction after the other: everything of a commit is produced, its offsets are added, and it is ended. With TV2
 * (KIP-890) the epoch rises with every transaction, so that no delayed request can reach a later one; with TV1 it is
 * raised after every transaction in which an answer was lost, for the same reason.
 *
 * A fence has two causes that the protocol does not tell apart: another producer took the transactional id, or the
 * coordinator ended a transaction that was open for too long. The clock decides: a transaction that is older than its
 * timeout was ended by the coordinator, and this producer goes on with a new epoch; a younger one was taken over, and this
 * producer is of no use any more. Should a stalled producer take its id back from a successor that way, nothing is
 * written twice: each of them commits offsets only as a member of the group's current generation.
 */
export class TransactionalProducer implements Transactions {
  readonly #options: Required<TransactionalProducerOptions>
  readonly #requests: TransactionRequests
  readonly #partitioner = new Partitioner()
  readonly #sizes: BatchSizes
  readonly #closing = new AbortController()
  /** Until the answer is definite or the producer is closed. */
  readonly #endless: Patience = { deadline: Number.POSITIVE_INFINITY, signal: this.#closing.signal }
  #sender: BatchSender
  #identity = NEW
  #tv2 = false
  /** What has to come before the next transaction. */
  #before: 'nothing' | 'bump' | 'init' = 'init'
  #fence: Error | undefined
  #committing = false

  constructor(options: TransactionalProducerOptions) {
    const transactionTimeoutMs = options.transactionTimeoutMs ?? 10_000
    this.#options = {
      ...options,
      transactionTimeoutMs,
      deliveryTimeoutMs: options.deliveryTimeoutMs ?? (transactionTimeoutMs * 4) / 5,
      maxBatchBytes: options.maxBatchBytes ?? 1_000_000,
      compression: options.compression ?? 'none',
    }
    this.#sizes = new BatchSizes(this.#options.maxBatchBytes)
    this.#requests = new TransactionRequests(options, options.transactionalId)
    this.#sender = this.#newSender()
  }

  /** Of the next transaction; for logs and tests. */
  get identity(): ProducerIdAndEpoch {
    return this.#identity
  }

  async init(): Promise<void> {
    this.#check()
    try {
      await this.#takeOver()
    } catch (error) {
      throw error instanceof GaveUpError ? error.cause : error
    }
    this.#fence = undefined
  }

  async commit(request: TransactionRequest): Promise<TransactionOutcome> {
    this.#check()
    if (this.#committing) throw new BrokerError('COMMIT_IN_PROGRESS', 'one commit at a time')
    if (request.offsets.length > 0 && !request.group)
      throw new BrokerError('SESSION_INVALID', 'offsets are committed by members of a group only')
    this.#committing = true
    try {
      return await this.#commit(request)
    } finally {
      this.#committing = false
    }
  }

  close(): void {
    this.#closing.abort()
    this.#sender.cancel(closed())
  }

  async #commit(request: TransactionRequest): Promise<TransactionOutcome> {
    const { cluster, time } = this.#options
    try {
      await learnTopics(cluster, request.records)
    } catch (error) {
      if ((error as { code?: string }).code === 'TOPIC_UNKNOWN') throw error
      return { kind: 'aborted', cause: asError(error), membershipLost: false }
    }
    const batches = packRecords(request.records, cluster, this.#partitioner, this.#sizes)
    if (this.#fence) return { kind: 'fenced', cause: this.#fence }
    if (batches.length === 0 && request.offsets.length === 0) return { kind: 'committed', next: [] }
    let started: number | undefined
    try {
      // The transaction before this one may have left something to do.
      if (this.#before === 'init') await this.#takeOver()
      else if (this.#before === 'bump') await this.#bump()
      started = time.now()
      return { kind: 'committed', next: await this.#run(request, batches, started) }
    } catch (error) {
      return this.#recover(asFailure(error), started)
    }
  }

  /** The steps of a transaction. Throws TransactionFailure, or GaveUpError when it may simply be aborted. */
  async #run(
    { offsets, group }: TransactionRequest,
    batches: readonly PackedBatch[],
    started: number,
  ): Promise<readonly Position[]> {
    const patience = { deadline: started + this.#options.deliveryTimeoutMs, signal: this.#closing.signal }
    const identity = { ...this.#identity, tv2: this.#tv2 }
    // 1. With TV1 the coordinator has to know every partition before it is written to; TV2 learns it from the writes.
    if (!this.#tv2 && batches.length > 0)
      this.#doubt(await this.#requests.addPartitions(this.#identity, distinct(batches), patience))
    // 2. All records, to all leaders at once. 3. With TV1, beside them: that offsets take part.
    const [next, doubtful] = await both(
      this.#produce(batches, patience),
      !this.#tv2 && offsets.length > 0
        ? this.#requests.addOffsets(this.#identity, group!.groupId, patience)
        : undefined,
    )
    this.#doubt(doubtful)
    // 4. All offsets of all tasks.
    if (offsets.length > 0) this.#doubt(await this.#requests.commitOffsets(identity, group!, offsets, patience))
    // 5. The end.
    await this.#end(identity, started)
    return next
  }

  async #produce(batches: readonly PackedBatch[], patience: Patience): Promise<readonly Position[]> {
    const { lost } = this.#sender
    try {
      return await produceBatches(this.#sender, batches, this.#options, patience)
    } catch (error) {
      // Done again, it goes in smaller ones.
      if (error instanceof BatchTooLargeError) this.#sizes.limit(error.topic, Math.floor(error.bytes / 2))
      throw error
    } finally {
      this.#doubt(this.#sender.lost > lost)
    }
  }

  /**
   * Asked again until the answer is definite: with TV2 without end, for a repetition cannot reach a later transaction;
   * with TV1 up to the time at which the coordinator gives the transaction up by itself.
   */
  async #end(identity: ProducerIdAndEpoch & { readonly tv2: boolean }, started: number): Promise<void> {
    const { transactionalId, transactionTimeoutMs } = this.#options
    const what = `${transactionalId}: committing`
    const deadline = this.#tv2 ? Number.POSITIVE_INFINITY : started + transactionTimeoutMs
    const { signal } = this.#closing
    const { answer, code, uncertain } = await this.#requests
      .endTxn(identity, true, { deadline, signal })
      .catch((error: unknown) => {
        const [reason, uncertain] =
          error instanceof GaveUpError ? [tooLate(what, error.cause), error.uncertain] : [asError(error), true]
        throw new TransactionFailure('settle', reason, { uncertain })
      })
    if (code === errors.NONE) {
      if (this.#tv2) this.#use(answer)
      else this.#doubt(uncertain)
      return
    }
    const remedy = fencing.has(code) ? 'fenced' : code === errors.TRANSACTION_ABORTABLE ? 'abort' : 'settle'
    throw new TransactionFailure(uncertain && remedy === 'abort' ? 'settle' : remedy, refusal(code, what), {
      uncertain,
    })
  }

  /** `started`: undefined when nothing was sent. */
  async #recover(failure: TransactionFailure, started: number | undefined): Promise<TransactionOutcome> {
    const { reason: cause, membershipLost, uncertain } = failure
    const outcome: TransactionOutcome = uncertain
      ? { kind: 'unknown', cause }
      : { kind: 'aborted', cause, membershipLost }
    // What is still in flight belongs to the epoch that ends here.
    this.#sender.cancel(cause)
    this.#sender = this.#newSender()
    // Should the following be interrupted, the next transaction begins with it.
    this.#before = 'init'
    try {
      if (failure.remedy === 'fenced') return await this.#fenced(failure, started, outcome)
      if (started === undefined) return outcome
      if (failure.remedy === 'settle') await this.#takeOver()
      else await this.#abort()
    } catch (error) {
      if (error instanceof TransactionFailure && error.remedy === 'fenced')
        return this.#fenced(failure, started, outcome)
    }
    return outcome
  }

  /** Taken over, or ended by the coordinator: the class comment says how they are told apart. */
  async #fenced(
    { reason }: TransactionFailure,
    started: number | undefined,
    outcome: TransactionOutcome,
  ): Promise<TransactionOutcome> {
    const { time, transactionalId, transactionTimeoutMs } = this.#options
    if (started !== undefined && time.now() - started >= transactionTimeoutMs) {
      await this.#takeOver().catch(() => {})
      const cause = new BrokerError(
        'KAFKA_TRANSACTION_TIMED_OUT',
        `${transactionalId}: open for more than ${transactionTimeoutMs} ms, the coordinator has ended it`,
        { cause: reason, retriable: true },
      )
      return outcome.kind === 'unknown' ? { ...outcome, cause } : { kind: 'aborted', cause, membershipLost: false }
    }
    this.#fence = new BrokerError('SESSION_FENCED', `${transactionalId} was taken over by another producer`, {
      cause: reason,
    })
    // Its end may have come before the fence: then only the committed offsets can tell.
    return { kind: outcome.kind === 'unknown' ? 'unknown' : 'fenced', cause: this.#fence }
  }

  /** With TV2 the answer has the next epoch; with TV1 it has to be asked for. */
  async #abort(): Promise<void> {
    const identity = { ...this.#identity, tv2: this.#tv2 }
    const { answer, code } = await this.#requests.endTxn(identity, false, this.#endless)
    if (fencing.has(code))
      throw new TransactionFailure('fenced', refusal(code, `${this.#options.transactionalId}: aborting`))
    // Anything else: there was nothing to abort, or the coordinator has forgotten us.
    if (code !== errors.NONE) await this.#takeOver()
    else if (this.#tv2) this.#use(answer)
    else await this.#bump()
  }

  /** Takes the id from whoever has it, ourselves included; what was open is ended when it succeeds. */
  async #takeOver(): Promise<void> {
    this.#before = 'init'
    const { transactionalId, transactionTimeoutMs } = this.#options
    this.#tv2 = await this.#requests.hasTv2(this.#endless)
    // A fence here is another one taking it at the same time.
    const answered = await this.#requests.initProducerId(NEW, transactionTimeoutMs, this.#endless, fencing)
    if (answered.code !== errors.NONE) throw refusal(answered.code, `${transactionalId}: taking a producer id`)
    this.#use(answered.answer)
  }

  /** The next epoch, only if ours is still the newest. TV1, when nothing is open. */
  async #bump(): Promise<void> {
    const { transactionalId, transactionTimeoutMs } = this.#options
    const { answer, code } = await this.#requests.initProducerId(this.#identity, transactionTimeoutMs, this.#endless)
    const cause = refusal(code, `${transactionalId}: taking the next epoch`)
    if (fencing.has(code)) throw new TransactionFailure('fenced', cause)
    if (unauthorized.has(code)) throw cause
    if (code === errors.NONE) this.#use(answer)
    else await this.#takeOver()
  }

  #use({ producerId, producerEpoch }: ProducerIdAndEpoch): void {
    this.#identity = { producerId, producerEpoch }
    this.#before = 'nothing'
    this.#sender.identify(this.#identity, this.#tv2)
  }

  /** With TV1 a lost request may still come, and would act on the next transaction were its epoch the same. */
  #doubt(isDoubtful: boolean | undefined): void {
    if (isDoubtful && !this.#tv2) this.#before = 'bump'
  }

  #newSender(): BatchSender {
    const { rpc, time, cluster, transactionalId, deliveryTimeoutMs } = this.#options
    return new BatchSender({ rpc, time, cluster, transactionalId, acknowledgeTimeoutMs: deliveryTimeoutMs })
  }

  #check(): void {
    if (this.#closing.signal.aborted) throw closed()
  }
}

const closed = () => new BrokerError('BROKER_CLOSED', 'the producer is closed')

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

function asFailure(error: unknown): TransactionFailure {
  if (error instanceof TransactionFailure) return error
  if (error instanceof GaveUpError) return new TransactionFailure('abort', tooLate('transaction', error.cause))
  return new TransactionFailure('abort', asError(error))
}

/** Waits for both also when one fails: what is still under way must not reach past the abort. */
async function both<A, B>(first: Promise<A>, second: Promise<B> | undefined): Promise<[A, B | undefined]> {
  const [one, other] = await Promise.allSettled([first, second])
  if (one.status === 'rejected') throw one.reason
  if (other.status === 'rejected') throw other.reason
  return [one.value, other.value]
}

const distinct = (batches: readonly PackedBatch[]) => {
  const partitions = new Map<string, { topic: string; partition: number }>()
  for (const { topic, partition } of batches) partitions.set(`${topic} ${partition}`, { topic, partition })
  return [...partitions.values()]
}
