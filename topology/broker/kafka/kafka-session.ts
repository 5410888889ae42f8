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
import { BrokerError, SessionFencedError } from '../errors.ts'
import { Coordinators } from './coordinators.ts'
import { fetchOffsets } from './group/fetch-offsets.ts'
import { Gate } from './group/gate.ts'
import { GroupMember } from './group/group-member.ts'
import { SessionTasks } from './group/session-tasks.ts'
import { type KafkaSessionContext, withDefaults } from './kafka-session-options.ts'
import type { GroupMember as Identity } from './rpc.ts'
import { nextSessionEpoch } from './session-epochs.ts'

/** Members of other programs have other protocols: a group that is theirs refuses us, and ours them. */
const PROTOCOL = 'streams-cooperative'
/** A coordinator looks for transactions that are over time every 10 s; then it still has to end them. */
const UNSTABLE_MARGIN_MS = 15_000
const CLEAN_UP_MS = 60_000

/**
 * Opens one stream thread's place: takes the transactional id (fencing whoever had it), then an epoch. The topic of
 * `sessionEpochsTopic` has to exist. Throws what `Transactions.init` throws, and TopicUnknownError.
 */
export async function openKafkaSession(context: KafkaSessionContext): Promise<KafkaSession> {
  const { options, transactions } = context
  await transactions.init()
  const epoch = await nextSessionEpoch(context, options.applicationId, options.instanceId)
  return new KafkaSession(context, epoch)
}

/**
 * One stream thread on Kafka: a group member for what it reads, a transactional producer for what it writes, local
 * copies of its tasks' stores. A commit counts only with the membership it is made in: commits and joins take turns.
 */
export class KafkaSession implements Session {
  readonly state: StateStorage
  readonly #context: KafkaSessionContext
  readonly #coordinators: Coordinators
  readonly #closing = new AbortController()
  /** Held by a commit, and by the member from JoinGroup to SyncGroup. */
  readonly #gate = new Gate()
  #epoch: number
  #member: GroupMember | undefined
  #tasks: SessionTasks | undefined
  #isCommitting = false
  #fenced: SessionFencedError | undefined

  constructor(context: KafkaSessionContext, epoch: number) {
    this.#context = context
    this.#coordinators = new Coordinators(context)
    this.#epoch = epoch
    this.state = context.states
  }

  get epoch(): number {
    return this.#epoch
  }

  async subscribe(groups: readonly TaskGroup[], listener: AssignmentListener): Promise<void> {
    this.#check()
    if (this.#member) throw new BrokerError('SESSION_INVALID', 'a session subscribes once')
    const { rpc, time, cluster, options, states } = this.#context
    const { signal } = this.#closing
    // Throws TopicUnknownError before anybody else in the group is disturbed.
    for (const topic of groups.flatMap(({ topics }) => topics)) await cluster.topic(topic)
    const settings = withDefaults(options)
    states.setGroups(groups)
    const tasks = new SessionTasks({
      context: this.#context,
      groups,
      listener,
      signal,
      owned: () => this.#member!.owned,
      onNewPartitions: async () => {
        this.#epoch = await nextSessionEpoch(this.#context, options.applicationId, options.instanceId, signal)
      },
      fenced: () => this.#fence(),
    })
    this.#tasks = tasks
    this.#member = new GroupMember({
      rpc,
      time,
      coordinators: this.#coordinators,
      groupId: options.applicationId,
      protocol: PROTOCOL,
      groupInstanceId: settings.staticMembership ? this.#instance : null,
      sessionTimeoutMs: settings.sessionTimeoutMs,
      heartbeatIntervalMs: Math.min(settings.heartbeatIntervalMs, settings.sessionTimeoutMs / 3),
      rebalanceTimeoutMs: settings.rebalanceTimeoutMs,
      maxPollIntervalMs: settings.maxPollIntervalMs,
      gate: this.#gate,
      handlers: tasks,
    })
    void this.#cleanUp(settings.stateCleanupDelayMs)
    await this.#member.start()
  }

  /** Throws what ended the membership for good: SessionFencedError, KAFKA_UNAUTHORIZED, KAFKA_GROUP_FOREIGN, STATE_IN_USE... */
  polled(): void {
    this.#member?.polled()
    this.#member?.check()
  }

  async committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    this.#check()
    const { rpc, time, options } = this.#context
    const { transactionTimeoutMs } = withDefaults(options)
    return fetchOffsets({
      rpc,
      time,
      coordinators: this.#coordinators,
      groupId: options.applicationId,
      partitions,
      timeoutMs: transactionTimeoutMs + UNSTABLE_MARGIN_MS,
      signal: this.#closing.signal,
    })
  }

  async commit(commit: Commit): Promise<CommitOutcome> {
    this.#check()
    if (this.#isCommitting) throw new BrokerError('COMMIT_IN_PROGRESS', 'one commit at a time')
    this.#isCommitting = true
    try {
      return await this.#gate.run(() => this.#commit(commit))
    } finally {
      this.#isCommitting = false
    }
  }

  /**
   * 1. The generation as it is now, and nothing of a task that is not ours any more.
   * 2. Records, offsets and the end of the transaction; the outcome is definite, or the transaction is over either way.
   * 3. Only after a definite commit: rows and where the changelogs stand, a task's in one step. A crash before leaves
   *    the store behind, never ahead; what is missing is in the changelog.
   */
  async #commit({ records, offsets, changes }: Commit): Promise<CommitOutcome> {
    const { transactions, states, leaderEpoch } = this.#context
    // 1.
    if (this.#fenced) return { kind: 'fenced', cause: this.#fenced }
    if (this.#closing.signal.aborted) return refused('BROKER_CLOSED', 'the session is closed')
    const group = this.#member ? this.#member.identity : this.#stranger
    if (!group) return refused('SESSION_NOT_MEMBER', 'the group does not count on this session at the moment')
    const stray = this.#tasks?.stray(offsets, changes)
    if (stray !== undefined) return refused('SESSION_NOT_MEMBER', `${stray} is not with this session any more`)
    // 2.
    const outcome = await transactions.commit({
      records,
      offsets: offsets.map((offset) => ({ ...offset, leaderEpoch: leaderEpoch?.(offset) ?? -1 })),
      group,
    })
    switch (outcome.kind) {
      case 'fenced':
        this.#fence()
        this.#member?.fence(outcome.cause.message)
        return { kind: 'fenced', cause: this.#fenced! }
      case 'aborted':
        if (outcome.membershipLost) this.#member?.membershipLost(outcome.cause.message)
        return outcome
      case 'unknown':
        // Perhaps it went through; the rows were not applied, so they are at most behind.
        return outcome
      case 'committed':
        // 3.
        try {
          states.apply(changes, outcome.next)
        } catch (cause) {
          // The log has it, the store has not: whoever restores from the changelog is right again.
          return { kind: 'unknown', cause: cause instanceof Error ? cause : new Error(String(cause)) }
        }
        return { kind: 'committed' }
    }
  }

  /** A static member keeps its place, so that a restart moves nothing; `leave` gives it up at once. */
  async close(options: { readonly leave?: boolean } = {}): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    const { transactions, states, onClose } = this.#context
    transactions.close()
    await this.#member?.close(options)
    // A commit that was under way has ended with its producer.
    await this.#gate.run(async () => states.end())
    onClose?.()
  }

  /** The name of this thread's place in the group. */
  get #instance(): string {
    const { instanceId, thread = 0 } = this.#context.options
    return `${instanceId}-${thread}`
  }

  /** Without a subscription nobody else is assigned anything, and nothing fences but the transactional id. */
  get #stranger(): Identity {
    return { groupId: this.#context.options.applicationId, generationId: -1, memberId: '', groupInstanceId: null }
  }

  #fence(): SessionFencedError {
    const { applicationId, thread = 0 } = this.#context.options
    this.#fenced ??= new SessionFencedError(applicationId, thread, this.#epoch)
    return this.#fenced
  }

  async #cleanUp(delayMs: number): Promise<void> {
    const { time, states, onEvent } = this.#context
    const { signal } = this.#closing
    for (;;) {
      await time.sleep(CLEAN_UP_MS, signal)
      if (signal.aborted) return
      try {
        for (const { group, partition } of states.cleanUp(delayMs))
          onEvent?.({ kind: 'state-removed', task: `${group}_${partition}` })
      } catch (error) {
        onEvent?.({ kind: 'failed', error })
      }
    }
  }

  #check(): void {
    if (this.#closing.signal.aborted) throw new BrokerError('BROKER_CLOSED', 'the session is closed')
  }
}

const refused = (code: string, message: string): CommitOutcome => ({
  kind: 'aborted',
  cause: new BrokerError(code, message, { retriable: true }),
})
