import type { ProducerIdAndEpoch, TxnOffsetCommitRequest } from '../rpc.ts'
import type { ClusterLayout, CoordinatorSlot } from './cluster-layout.ts'
import { codes } from './error-codes.ts'
import type { GroupCoordinator } from './group-coordinator.ts'
import { TransactionCoordinator } from './transaction-coordinator.ts'
import { keyOfParticipant, type Participant, type TransactionState } from './transaction-state.ts'

export interface TransactionSettings {
  readonly isTv2: boolean
  /** ms within which a timed out transaction is noticed. */
  readonly timeoutCheckMs: number
  /** ms until one participant hears how a transaction ended. */
  readonly markerDelayMs: () => number
  readonly onEnd: (commit: boolean) => void
  readonly onTimeout: () => void
  readonly onProgress: () => void
}

/** Coordinators of transactions on their brokers: who may append, and the markers' way to partitions and groups. */
export class TransactionService {
  readonly coordinator: TransactionCoordinator
  readonly #layout: ClusterLayout
  readonly #groups: GroupCoordinator
  readonly #settings: TransactionSettings
  #producerIds = 1000

  constructor(layout: ClusterLayout, groups: GroupCoordinator, settings: TransactionSettings) {
    this.#layout = layout
    this.#groups = groups
    this.#settings = settings
    this.coordinator = new TransactionCoordinator({
      isTv2: settings.isTv2,
      newProducerId: () => this.newProducerId(),
      tell: (transaction, commit, told) => this.#tell(transaction, commit, told),
      watch: (transaction, serial) => this.#watch(transaction, serial),
      ended: (_, commit) => settings.onEnd(commit),
    })
  }

  newProducerId(): number {
    this.#producerIds += 1
    return this.#producerIds
  }

  /** What the leader of a partition asks before the first record of a transaction: add it (TV2), or is it in (TV1)? */
  checkAppend(transactionalId: string, producer: ProducerIdAndEpoch, participant: Participant, tv2: boolean): number {
    const errorCode = this.#ask(transactionalId, producer, participant, tv2)
    switch (errorCode) {
      case codes.PRODUCER_FENCED:
        return codes.INVALID_PRODUCER_EPOCH
      case codes.CONCURRENT_TRANSACTIONS:
        return tv2 ? errorCode : codes.NOT_ENOUGH_REPLICAS
      case codes.COORDINATOR_LOAD_IN_PROGRESS:
      case codes.COORDINATOR_NOT_AVAILABLE:
        return codes.NOT_ENOUGH_REPLICAS
      default:
        return errorCode
    }
  }

  commitOffsets(request: TxnOffsetCommitRequest): number {
    const { groupId, transactionalId, producerId, producerEpoch, tv2 } = request
    if (!this.#groups.hasOngoing(groupId, producerId, producerEpoch)) {
      const errorCode = this.#ask(transactionalId, request, { group: groupId }, tv2)
      if (errorCode !== codes.NONE)
        return errorCode === codes.PRODUCER_FENCED ? codes.INVALID_PRODUCER_EPOCH : errorCode
    }
    return this.#groups.commitInTransaction(request)
  }

  /** After a move the new coordinator tells, by its own epoch, whoever was not told yet. */
  moved(slot: CoordinatorSlot): void {
    for (const transaction of this.coordinator.transactions) {
      if (this.#layout.slot('transaction', transaction.transactionalId) !== slot) continue
      const { epoch } = slot
      this.#layout.time.after(slot.loadingUntil - this.#layout.time.now, () => {
        if (slot.epoch === epoch) this.coordinator.resume(transaction)
      })
    }
  }

  #ask(transactionalId: string, producer: ProducerIdAndEpoch, participant: Participant, tv2: boolean): number {
    const slot = this.#layout.slot('transaction', transactionalId)
    if (!this.#layout.isUp(slot.node)) return codes.COORDINATOR_NOT_AVAILABLE
    if (this.#layout.time.now < slot.loadingUntil) return codes.COORDINATOR_LOAD_IN_PROGRESS
    return tv2
      ? this.coordinator.add(transactionalId, producer, [participant])
      : this.coordinator.verify(transactionalId, producer, participant)
  }

  #watch(transaction: TransactionState, serial: number): void {
    const { time, random } = this.#layout
    const due = transaction.timeoutMs + random.between(0, this.#settings.timeoutCheckMs)
    const look = () => {
      const slot = this.#layout.slot('transaction', transaction.transactionalId)
      if (time.now < slot.loadingUntil || !this.#layout.isUp(slot.node)) return void time.after(50, look)
      if (this.coordinator.timedOut(transaction, serial)) this.#settings.onTimeout()
    }
    time.after(due, look)
  }

  #tell(transaction: TransactionState, commit: boolean, told: (key: string) => void): void {
    const slot = this.#layout.slot('transaction', transaction.transactionalId)
    const { epoch } = slot
    const { ending } = transaction
    for (const participant of transaction.pending.values())
      this.#deliver(participant, ending, commit, epoch, () => {
        // Another coordinator took over: it does not hear what its predecessor was told.
        if (slot.epoch === epoch) told(keyOfParticipant(participant))
      })
  }

  /** Until it is durable there; a marker that is refused is not needed any more. */
  #deliver(participant: Participant, ending: ProducerIdAndEpoch, commit: boolean, epoch: number, told: () => void) {
    const { time } = this.#layout
    const { producerId, producerEpoch } = ending
    const again = () => this.#deliver(participant, ending, commit, epoch, told)
    time.after(this.#settings.markerDelayMs(), () => {
      if ('group' in participant) {
        const slot = this.#layout.slot('group', participant.group)
        if (!this.#layout.isUp(slot.node) || time.now < slot.loadingUntil) return again()
        this.#groups.marker(participant.group, producerId, producerEpoch, commit, epoch)
        return told()
      }
      const log = this.#layout.log(participant.topic, participant.partition)!
      if (log.leader === -1) return again()
      const { errorCode, durableAt } = log.appendMarker(producerId, producerEpoch, commit, epoch, time.now)
      if (errorCode !== codes.NONE) return told()
      const { leaderEpoch } = log
      log.whenDurable(durableAt, (isDurable) => (isDurable ? told() : again()))
      time.after(this.#layout.random.between(0, 2), () => {
        if (log.leaderEpoch !== leaderEpoch || log.leader === -1) return
        log.replicatedTo(durableAt)
        this.#settings.onProgress()
      })
    })
  }
}
