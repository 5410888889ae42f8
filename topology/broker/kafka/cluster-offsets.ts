/** Where partitions begin and end, and what groups committed: asked of whoever leads them now. */
import type { CommittedOffset, PartitionOffsets, Position, TopicPartition } from '../broker.ts'
import { BrokerError, TopicUnknownError } from '../errors.ts'
import { backoff } from './backoff.ts'
import type { Coordinators } from './coordinators.ts'
import { errors, leaderMoved, transient } from './error-codes.ts'
import type { MetadataCache } from './metadata-cache.ts'
import { refusal, tooLate } from './refusal.ts'
import type { KafkaAdminRpc, KafkaRpc, MetadataTopic, Time } from './rpc.ts'
import { RpcLostError } from './rpc.ts'

export interface ClusterOffsetsOptions {
  readonly rpc: KafkaRpc
  readonly admin: KafkaAdminRpc
  readonly time: Time
  readonly cluster: MetadataCache
  readonly coordinators: Coordinators
  /** How long to go on asking. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const LATEST = -1
const EARLIEST = -2
const UNSTABLE_OFFSET_COMMIT = 88
const GROUP_ID_NOT_FOUND = 69
const POLICY_VIOLATION = 44

type Isolation = 'read_committed' | 'read_uncommitted'

export class ClusterOffsets {
  readonly #options: ClusterOffsetsOptions

  constructor(options: ClusterOffsetsOptions) {
    this.#options = options
  }

  /** Throws TopicUnknownError, BrokerError PARTITION_UNKNOWN, KAFKA_UNAUTHORIZED, KAFKA_TIMEOUT. */
  async of(partition: TopicPartition): Promise<PartitionOffsets> {
    // In this order on one connection, so that the end is never below what was committed.
    const [earliest, latest, end] = await Promise.all([
      this.#list(partition, EARLIEST, 'read_uncommitted'),
      this.#list(partition, LATEST, 'read_committed'),
      this.#list(partition, LATEST, 'read_uncommitted'),
    ])
    return { earliest, latest: Math.max(latest, earliest), end: Math.max(end, latest, earliest) }
  }

  async ofTimestamp(partition: TopicPartition, timestamp: number): Promise<number> {
    const found = await this.#list(partition, Math.max(0, timestamp), 'read_committed')
    return found >= 0 ? found : this.#list(partition, LATEST, 'read_committed')
  }

  /** Offsets between begin and end by topic; a partition that nobody leads now counts as empty. */
  async counts(topics: readonly MetadataTopic[]): Promise<ReadonlyMap<string, number>> {
    const asked = topics.flatMap(({ name, partitions }) =>
      partitions
        .filter(({ leader }) => leader >= 0)
        .map(({ partition, leader }) => ({ topic: name, partition, leader, currentLeaderEpoch: -1 })),
    )
    const counts = new Map<string, number>()
    const add = async (node: number, timestamp: number, sign: number) => {
      const partitions = asked.filter(({ leader }) => leader === node).map((one) => ({ ...one, timestamp }))
      for (const { topic, errorCode, offset } of await this.#options.rpc.listOffsets(node, {
        isolation: 'read_committed',
        partitions,
      }))
        if (errorCode === errors.NONE) counts.set(topic, (counts.get(topic) ?? 0) + sign * offset)
    }
    const nodes = [...new Set(asked.map(({ leader }) => leader))]
    await Promise.all(nodes.flatMap((node) => [add(node, LATEST, 1), add(node, EARLIEST, -1)]))
    return counts
  }

  /** All that a group committed, of topics that exist. Offsets of a transaction that is being ended are waited for. */
  async committed(groupId: string): Promise<readonly CommittedOffset[]> {
    const { rpc, time, coordinators, timeoutMs, signal } = this.#options
    const { answer, code } = await coordinators.ask(
      {
        kind: 'group',
        key: groupId,
        ask: (node) => rpc.offsetFetch(node, { groupId, partitions: null, requireStable: true }),
        codeOf: ({ errorCode, partitions }) =>
          errorCode || (partitions.find((one) => one.errorCode !== errors.NONE)?.errorCode ?? errors.NONE),
        again: new Set([UNSTABLE_OFFSET_COMMIT]),
      },
      { deadline: time.now() + timeoutMs, signal },
    )
    if (code === GROUP_ID_NOT_FOUND) return []
    if (code !== errors.NONE) throw refusal(code, `offsets of group ${groupId}`)
    const committed = answer.partitions.filter(({ offset }) => offset >= 0)
    if (committed.length === 0) return []
    // A deleted topic's offsets go a moment after the topic.
    const { topics } = await rpc.metadata([...new Set(committed.map(({ topic }) => topic))])
    const there = new Set(topics.filter(({ errorCode }) => errorCode === errors.NONE).map(({ name }) => name))
    return committed
      .filter(({ topic }) => there.has(topic))
      .map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset, metadata }))
  }

  /** What is before these goes away, soon and without a promise: asked again, it changes nothing. */
  async deleteBefore(positions: readonly Position[]): Promise<void> {
    const useful = positions.filter(({ offset }) => offset > 0)
    if (useful.length === 0) return
    for (const { topic, partition, errorCode } of await this.#options.admin.deleteRecords(useful)) {
      if (errorCode === errors.NONE || errorCode === errors.OFFSET_OUT_OF_RANGE) continue
      if (leaderMoved.has(errorCode) || transient.has(errorCode)) continue
      if (errorCode === POLICY_VIOLATION)
        throw new BrokerError('KAFKA_REFUSED', `${topic} is compacted: records cannot be deleted up to an offset`)
      throw refusal(errorCode, `deleting records of ${topic}-${partition}`)
    }
  }

  async #list({ topic, partition }: TopicPartition, timestamp: number, isolation: Isolation): Promise<number> {
    const { rpc, time, cluster, timeoutMs, signal } = this.#options
    const what = `offsets of ${topic}-${partition}`
    const deadline = time.now() + timeoutMs
    let cause: unknown
    for (let attempt = 0; ; attempt++) {
      if (signal.aborted) throw new BrokerError('BROKER_CLOSED', 'the broker is closed')
      const { leaders } = await cluster.topic(topic)
      if (!(Number.isInteger(partition) && partition >= 0 && partition < leaders.length))
        throw new BrokerError('PARTITION_UNKNOWN', `${topic} has ${leaders.length} partitions, no ${partition}`)
      const leader = leaders[partition]
      if (leader) {
        try {
          const asked = { topic, partition, currentLeaderEpoch: leader.epoch, timestamp }
          const [answer] = await rpc.listOffsets(leader.node, { isolation, partitions: [asked] })
          if (answer!.errorCode === errors.NONE) return answer!.offset
          cause = refusal(answer!.errorCode, what)
          const again = leaderMoved.has(answer!.errorCode) || transient.has(answer!.errorCode)
          if (!again && answer!.errorCode !== errors.OFFSET_NOT_AVAILABLE) throw cause
        } catch (error) {
          if (!(error instanceof RpcLostError)) throw error
          cause = error
        }
      }
      await cluster.refresh([topic])
      if (!cluster.known(topic) && attempt > 0) throw new TopicUnknownError(topic)
      const wait = backoff(attempt)
      if (time.now() + wait > deadline) throw tooLate(what, cause)
      // At once after the first: most often all that is wrong is that a leader moved.
      if (attempt > 0) await time.sleep(wait, signal)
    }
  }
}
