import type {
  AssignmentListener,
  Commit,
  CommitOutcome,
  CommittedOffset,
  Session,
  StateStorage,
  TaskGroup,
  TopicPartition,
} from '../broker.ts'
import { BrokerError } from '../errors.ts'
import type { LogStorage, SessionId } from './log-storage.ts'

/**
 * open -> closed. Assignment on one machine is fixed: of every topic, thread i of n owns the partitions p with
 * p mod n = i, so co-partitioned topics meet in one thread and nothing is ever revoked. A session that was taken over
 * learns it from its next commit.
 */
export class LogSession implements Session {
  readonly epoch: number
  readonly state: StateStorage
  readonly #storage: LogStorage
  readonly #id: SessionId
  readonly #onClose: (session: LogSession) => void
  #committing = false
  #closed = false

  constructor(storage: LogStorage, id: SessionId, onClose: (session: LogSession) => void) {
    this.#storage = storage
    this.#id = id
    this.#onClose = onClose
    this.epoch = id.epoch
    this.state = storage.state(id.applicationId)
  }

  async subscribe(groups: readonly TaskGroup[], listener: AssignmentListener): Promise<void> {
    this.#check()
    const { thread, threads } = this.#id
    const mine: TopicPartition[] = []
    for (const topic of groups.flatMap(({ topics }) => topics)) {
      const partitions = this.#storage.partitionCount(topic)
      for (let partition = thread; partition < partitions; partition += threads) mine.push({ topic, partition })
    }
    await listener.onAssigned(mine)
  }

  polled(): void {}

  async committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    this.#check()
    const known = this.#storage.committed(this.#id.applicationId)
    return partitions.flatMap(({ topic, partition }) =>
      known.filter((offset) => offset.topic === topic && offset.partition === partition),
    )
  }

  async commit(commit: Commit): Promise<CommitOutcome> {
    this.#check()
    if (this.#committing) throw new BrokerError('COMMIT_IN_PROGRESS', 'one commit at a time')
    this.#committing = true
    try {
      const outcome = this.#storage.commit(this.#id, commit)
      // Gives up the turn while still committing: a second call without waiting is found here too, not on Kafka only.
      await undefined
      return outcome
    } finally {
      this.#committing = false
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#storage.closeSession(this.#id)
    this.#onClose(this)
  }

  #check(): void {
    if (this.#closed) throw new BrokerError('BROKER_CLOSED', 'the session is closed')
  }
}
