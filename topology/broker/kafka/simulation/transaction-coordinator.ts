import type { ProducerIdAndEpoch } from '../rpc.ts'
import { codes } from './error-codes.ts'
import { keyOfParticipant, type Participant, TransactionState } from './transaction-state.ts'

/** The last epoch that is given out; then the producer id changes. */
const LAST_EPOCH = 0x7fff - 1

export interface TransactionHost {
  readonly isTv2: boolean
  newProducerId(): number
  /** The transaction has ended: tell every participant, call back for each that knows it for good. */
  tell(transaction: TransactionState, commit: boolean, told: (key: string) => void): void
  /** Ask again after the timeout whether the transaction is still the same. */
  watch(transaction: TransactionState, serial: number): void
  ended(transaction: TransactionState, commit: boolean): void
}

export interface EndTxn extends ProducerIdAndEpoch {
  readonly transactionalId: string
  readonly commit: boolean
}

const nobody = (errorCode: number) => ({ errorCode, producerId: -1, producerEpoch: -1 })

/**
 * Transactions by the rules of Kafka's coordinator: InitProducerId fences, EndTxn decides, markers follow; in its first
 * version (epoch constant across transactions) and its second (KIP-890: each end raises the epoch).
 */
export class TransactionCoordinator {
  readonly #host: TransactionHost
  readonly #transactions = new Map<string, TransactionState>()

  constructor(host: TransactionHost) {
    this.#host = host
  }

  get transactions(): Iterable<TransactionState> {
    return this.#transactions.values()
  }

  initProducerId(
    transactionalId: string,
    timeoutMs: number,
    expected: ProducerIdAndEpoch | undefined,
  ): ProducerIdAndEpoch & { readonly errorCode: number } {
    let state = this.#transactions.get(transactionalId)
    if (!state) {
      state = new TransactionState(transactionalId, this.#host.newProducerId())
      this.#transactions.set(transactionalId, state)
    }
    if (expected && !isKnown(state, expected)) return nobody(codes.PRODUCER_FENCED)
    if (state.isEnding) return nobody(codes.CONCURRENT_TRANSACTIONS)
    if (state.phase === 'Ongoing') {
      this.#fence(state)
      return nobody(codes.CONCURRENT_TRANSACTIONS)
    }
    if (state.producerEpoch >= LAST_EPOCH && (!expected || expected.producerEpoch === state.producerEpoch)) {
      state.previousProducerId = state.producerId
      state.producerId = this.#host.newProducerId()
      state.lastProducerEpoch = expected ? state.producerEpoch : -1
      state.producerEpoch = 0
    } else if (!expected || state.producerEpoch === -1 || expected.producerEpoch === state.producerEpoch) {
      state.lastProducerEpoch = expected ? state.producerEpoch : -1
      state.producerEpoch += 1
    } else if (expected.producerEpoch !== state.lastProducerEpoch) return nobody(codes.PRODUCER_FENCED)
    state.timeoutMs = timeoutMs
    state.phase = 'Empty'
    return { errorCode: codes.NONE, producerId: state.producerId, producerEpoch: state.producerEpoch }
  }

  add(transactionalId: string, producer: ProducerIdAndEpoch, participants: readonly Participant[]): number {
    const state = this.#transactions.get(transactionalId)
    const refused = refusal(state, producer)
    if (refused !== codes.NONE) return refused
    if (state!.phase !== 'Ongoing') {
      state!.phase = 'Ongoing'
      state!.participants = new Map()
      state!.serial += 1
      this.#host.watch(state!, state!.serial)
    }
    for (const participant of participants) state!.participants.set(keyOfParticipant(participant), participant)
    return codes.NONE
  }

  /** Whether a record may be appended that says it is of this transaction (KIP-890, part 1). */
  verify(transactionalId: string, producer: ProducerIdAndEpoch, participant: Participant): number {
    const state = this.#transactions.get(transactionalId)
    const refused = refusal(state, producer)
    if (refused !== codes.NONE) return refused
    return state!.phase === 'Ongoing' && state!.participants.has(keyOfParticipant(participant))
      ? codes.NONE
      : codes.TRANSACTION_ABORTABLE
  }

  endTxn(request: EndTxn, tv2: boolean): ProducerIdAndEpoch & { readonly errorCode: number } {
    const state = this.#transactions.get(request.transactionalId)
    if (!state) return nobody(codes.INVALID_PRODUCER_ID_MAPPING)
    const errorCode = tv2 ? this.#endSecond(state, request) : this.#endFirst(state, request)
    if (errorCode !== codes.NONE || !tv2) return nobody(errorCode)
    return { errorCode, producerId: state.producerId, producerEpoch: state.producerEpoch }
  }

  /** The transaction took longer than it had said: abort it, and fence who began it. */
  timedOut(state: TransactionState, serial: number): boolean {
    if (state.serial !== serial || state.phase !== 'Ongoing') return false
    this.#fence(state)
    return true
  }

  /** A new coordinator took over: whoever was not told yet is told by it. */
  resume(state: TransactionState): void {
    if (state.isEnding) this.#tell(state)
  }

  #endFirst(state: TransactionState, { producerId, producerEpoch, commit }: EndTxn): number {
    if (state.producerId !== producerId) return codes.INVALID_PRODUCER_ID_MAPPING
    if (state.producerEpoch !== producerEpoch) return codes.PRODUCER_FENCED
    switch (state.phase) {
      case 'Ongoing':
        this.#prepare(state, commit, false)
        return codes.NONE
      case 'CompleteCommit':
      case 'CompleteAbort':
        return commit === (state.phase === 'CompleteCommit') ? codes.NONE : codes.INVALID_TXN_STATE
      case 'PrepareCommit':
      case 'PrepareAbort':
        return commit === (state.phase === 'PrepareCommit') ? codes.CONCURRENT_TRANSACTIONS : codes.INVALID_TXN_STATE
      default:
        return codes.INVALID_TXN_STATE
    }
  }

  #endSecond(state: TransactionState, { producerId, producerEpoch, commit }: EndTxn): number {
    const retryAfterBump = state.producerEpoch === producerEpoch + 1
    const retryAfterOverflow =
      state.previousProducerId === producerId && producerEpoch === LAST_EPOCH && state.producerEpoch === 0
    const isRetry = retryAfterBump || retryAfterOverflow
    if (state.producerId !== producerId && !retryAfterOverflow) return codes.INVALID_PRODUCER_ID_MAPPING
    const isCurrent = producerEpoch === state.producerEpoch
    const isValid = state.isEnding ? retryAfterBump : state.isComplete ? isRetry || isCurrent : isCurrent
    if (!isValid) return codes.PRODUCER_FENCED
    switch (state.phase) {
      case 'Ongoing':
        break
      case 'PrepareCommit':
      case 'PrepareAbort':
        return commit === (state.phase === 'PrepareCommit') ? codes.CONCURRENT_TRANSACTIONS : codes.INVALID_TXN_STATE
      case 'CompleteCommit':
      case 'CompleteAbort':
        if (isRetry) return commit === (state.phase === 'CompleteCommit') ? codes.NONE : codes.INVALID_TXN_STATE
        if (commit) return codes.INVALID_TXN_STATE
        // An abort of nothing: every Produce may have failed before it came in.
        this.#beginEmpty(state)
        break
      default:
        if (commit) return codes.INVALID_TXN_STATE
        this.#beginEmpty(state)
    }
    this.#prepare(state, commit, true)
    return codes.NONE
  }

  #beginEmpty(state: TransactionState): void {
    state.participants = new Map()
    state.serial += 1
  }

  /** The epoch of the fencing is given to nobody who takes over: whoever asks again gets the next one. */
  #fence(state: TransactionState): void {
    if (!this.#host.isTv2) {
      state.producerEpoch += 1
      state.lastProducerEpoch = -1
    }
    this.#prepare(state, false, this.#host.isTv2)
  }

  /** In the second version the markers carry the epoch after: whatever of the old one comes later is refused. */
  #prepare(state: TransactionState, commit: boolean, bump: boolean): void {
    const { producerId, producerEpoch } = state
    state.ending = { producerId, producerEpoch: bump ? producerEpoch + 1 : producerEpoch }
    if (bump) this.#bump(state)
    state.phase = commit ? 'PrepareCommit' : 'PrepareAbort'
    state.pending = new Map(state.participants)
    this.#host.ended(state, commit)
    this.#tell(state)
  }

  #bump(state: TransactionState): void {
    if (state.producerEpoch >= LAST_EPOCH) {
      state.previousProducerId = state.producerId
      state.producerId = this.#host.newProducerId()
      state.producerEpoch = 0
    } else {
      state.lastProducerEpoch = state.producerEpoch
      state.producerEpoch += 1
    }
  }

  #tell(state: TransactionState): void {
    const { serial } = state
    const commit = state.phase === 'PrepareCommit'
    const complete = () => {
      if (state.serial !== serial || !state.isEnding || state.pending.size > 0) return
      state.phase = commit ? 'CompleteCommit' : 'CompleteAbort'
      state.participants = new Map()
    }
    this.#host.tell(state, commit, (key) => {
      state.pending.delete(key)
      complete()
    })
    complete()
  }
}

function isKnown(state: TransactionState, { producerId, producerEpoch }: ProducerIdAndEpoch): boolean {
  return (
    state.producerEpoch === -1 ||
    producerId === state.producerId ||
    (producerId === state.previousProducerId && producerEpoch >= LAST_EPOCH)
  )
}

function refusal(state: TransactionState | undefined, { producerId, producerEpoch }: ProducerIdAndEpoch): number {
  if (!state || state.producerId !== producerId) return codes.INVALID_PRODUCER_ID_MAPPING
  if (state.producerEpoch !== producerEpoch) return codes.PRODUCER_FENCED
  return state.isEnding ? codes.CONCURRENT_TRANSACTIONS : codes.NONE
}
