/** What `TransactionalProducer` is asked for and what it answers. */
import type { CommittedOffset, Position, ProducedRecord } from '../broker.ts'
import type { GroupMember } from './rpc.ts'

/** A consumed position as it goes into a transaction. */
export interface TransactionOffset extends CommittedOffset {
  /** Of the last record consumed of this partition (`KafkaReader.leaderEpoch`); -1 when none was since the start. */
  readonly leaderEpoch: number
}

/** One whole transaction. Each part may be empty; when all are, nothing is sent and the outcome is `committed`. */
export interface TransactionRequest {
  readonly records: readonly ProducedRecord[]
  readonly offsets: readonly TransactionOffset[]
  /** The membership as it is now: what fences a zombie. Null only without offsets. */
  readonly group: GroupMember | null
}

/**
 * What became of a transaction. After each of them, but `fenced`, the producer is ready for the next one.
 *
 * committed: `next` has, for each partition written to, the offset after our last record there (the marker comes after).
 * aborted: nothing of it will ever be seen. `membershipLost`: the group did not know this member or generation any more;
 * the tasks belong to somebody else and have to be dropped.
 * fenced: nothing of it will ever be seen, another producer took this transactional id; this one is of no use any more.
 * unknown: it was committed or aborted, and is finished either way: read the committed offsets again. When the id was
 * taken over meanwhile, the next one is `fenced`.
 */
export type TransactionOutcome =
  | { readonly kind: 'committed'; readonly next: readonly Position[] }
  | { readonly kind: 'aborted'; readonly cause: Error; readonly membershipLost: boolean }
  | { readonly kind: 'fenced'; readonly cause: Error }
  | { readonly kind: 'unknown'; readonly cause: Error }

/** The transactions of one stream thread; `TransactionalProducer` is the implementation. */
export interface Transactions {
  /**
   * Takes the transactional id: fences whoever had it and ends what that one left open. To be called before committed
   * offsets are read. Tries until it succeeds. Throws BrokerError: KAFKA_UNAUTHORIZED, KAFKA_TRANSACTION_TIMEOUT_INVALID,
   * KAFKA_REFUSED; BROKER_CLOSED when `close` came first.
   */
  init(): Promise<void>
  /** One at a time, after `init`. Never throws for an outcome; throws BrokerError for misuse. */
  commit(request: TransactionRequest): Promise<TransactionOutcome>
  /** Ends what waits: an open `commit` answers `unknown` when it had come to its end request, else `aborted`. */
  close(): void
}
