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
import type { KafkaSessionContext } from './kafka-session-options.ts'
import { nextSessionEpoch } from './session-epochs.ts'

/**
 * Opens one stream thread's place: takes the transactional id (fencing whoever had it), then an epoch. The topic of
 * `sessionEpochsTopic` has to exist.
 */
export async function openKafkaSession(context: KafkaSessionContext): Promise<KafkaSession> {
  const { options, transactions } = context
  await transactions.init()
  const epoch = await nextSessionEpoch(context, options.applicationId, options.instanceId)
  return new KafkaSession(context, epoch)
}

export class KafkaSession implements Session {
  readonly state: StateStorage
  readonly #context: KafkaSessionContext
  #epoch: number

  constructor(context: KafkaSessionContext, epoch: number) {
    this.#context = context
    this.#epoch = epoch
    this.state = context.states
  }

  get epoch(): number {
    return this.#epoch
  }

  async subscribe(_groups: readonly TaskGroup[], _listener: AssignmentListener): Promise<void> {
    throw new BrokerError('SESSION_INVALID', 'not yet')
  }

  /** Throws what ended the membership for good. */
  polled(): void {}

  async committed(_partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    throw new BrokerError('SESSION_INVALID', 'not yet')
  }

  async commit(_commit: Commit): Promise<CommitOutcome> {
    throw new BrokerError('SESSION_INVALID', 'not yet')
  }

  /** `leave`: a static member, too, gives its place up at once. */
  async close(_options: { readonly leave?: boolean } = {}): Promise<void> {
    this.#context.onClose?.()
  }
}
