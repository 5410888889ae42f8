import type { TopicPartition } from '../broker.ts'
import { BrokerError } from '../errors.ts'
import { errors } from './error-codes.ts'
import { decodeAssignment } from './group/consumer-protocol.ts'
import { refusal } from './refusal.ts'
import { type ErrorOnly, type KafkaAdminRpc, type KafkaRpc, type NewTopic, RpcLostError } from './rpc.ts'
import type { KafkaSecurity } from './wire/security.ts'

export interface KafkaAdminOptions extends KafkaSecurity {
  readonly bootstrap: readonly string[]
  readonly clientId?: string
  /** Default 30,000. */
  readonly requestTimeoutMs?: number
}

export interface KafkaTopicDescription {
  readonly name: string
  readonly partitions: number
  readonly replication: number
  /** Partitions that no broker leads now. */
  readonly leaderless: number
  /** Partitions with fewer replicas in sync than they have. */
  readonly underReplicated: number
  /** Every configuration in effect. */
  readonly configs: Readonly<Record<string, string>>
}

export interface KafkaGroupDescription {
  /** Empty, Stable, PreparingRebalance, CompletingRebalance, Dead. */
  readonly state: string
  readonly members: readonly {
    readonly memberId: string
    /** Of a static member. */
    readonly instanceId: string | null
    readonly clientId: string
    readonly host: string
    readonly partitions: readonly TopicPartition[]
  }[]
}

/**
 * What commands need of a cluster beside the broker port. Every call throws BrokerError: KAFKA_UNREACHABLE, KAFKA_UNAUTHORIZED
 * and what the cluster refuses.
 */
export interface KafkaAdmin {
  cluster(): Promise<{ readonly id: string | null; readonly brokers: readonly string[] }>
  /** Those of `names` that are there. */
  topics(names: readonly string[]): Promise<readonly KafkaTopicDescription[]>
  /** `validateOnly`: has the cluster check it and makes nothing. One that is there already is left as it is. */
  createTopics(topics: readonly NewTopic[], options?: { readonly validateOnly?: boolean }): Promise<void>
  createPartitions(name: string, count: number): Promise<void>
  setConfigs(name: string, configs: Readonly<Record<string, string>>): Promise<void>
  group(groupId: string): Promise<KafkaGroupDescription>
  close(): Promise<void>
}

/** Connects when it is first asked something. */
export async function openKafkaAdmin(options: KafkaAdminOptions): Promise<KafkaAdmin> {
  const { openClusterRpc } = await import('./wire/cluster-rpc.ts')
  const rpc = openClusterRpc(options)
  return kafkaAdmin(rpc, rpc.admin, options.bootstrap)
}

function kafkaAdmin(rpc: KafkaRpc, admin: KafkaAdminRpc, bootstrap: readonly string[]): KafkaAdmin {
  const reached = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (cause) {
      if (!(cause instanceof RpcLostError)) throw cause
      const where = bootstrap.join(', ')
      throw new BrokerError('KAFKA_UNREACHABLE', `Kafka at ${where}: ${cause.message}`, { cause, retriable: true })
    }
  }
  const accepted = (what: string, { errorCode, errorMessage }: ErrorOnly, ...fine: readonly number[]) => {
    if (errorCode !== 0 && !fine.includes(errorCode)) throw refusal(errorCode, what, errorMessage)
  }
  return {
    async cluster() {
      const { clusterId, brokers } = await reached(rpc.metadata([]))
      return { id: clusterId, brokers: brokers.map(({ host, port }) => `${host}:${port}`) }
    },
    async topics(names) {
      if (names.length === 0) return []
      const { topics } = await reached(rpc.metadata(names))
      const there = topics.filter((topic) => {
        accepted(`topic ${topic.name}`, topic, errors.UNKNOWN_TOPIC_OR_PARTITION)
        return topic.errorCode === 0
      })
      if (there.length === 0) return []
      const configs = new Map<string, Readonly<Record<string, string>>>()
      for (const described of await reached(admin.describeTopicConfigs(there.map(({ name }) => name)))) {
        accepted(`the configuration of ${described.name}`, described)
        configs.set(described.name, described.configs)
      }
      return there.map(({ name, partitions }) => ({
        name,
        partitions: partitions.length,
        replication: Math.max(0, ...partitions.map(({ replicas }) => replicas.length)),
        leaderless: partitions.filter(({ leader }) => leader < 0).length,
        underReplicated: partitions.filter(({ replicas, isr }) => isr.length < replicas.length).length,
        configs: configs.get(name) ?? {},
      }))
    },
    async createTopics(topics, { validateOnly = false } = {}) {
      if (topics.length === 0) return
      for (const answer of await reached(admin.createTopics(topics, validateOnly)))
        accepted(`making ${answer.name}`, answer, TOPIC_ALREADY_EXISTS)
    },
    async createPartitions(name, count) {
      accepted(`more partitions for ${name}`, await reached(admin.createPartitions(name, count)))
    },
    async setConfigs(name, configs) {
      accepted(`the configuration of ${name}`, await reached(admin.alterTopicConfigs(name, configs)))
    },
    async group(groupId) {
      const group = await reached(admin.describeGroup(groupId))
      accepted(`group ${groupId}`, group, GROUP_ID_NOT_FOUND)
      return {
        state: group.errorCode === GROUP_ID_NOT_FOUND ? 'Dead' : group.state,
        members: group.members.map(({ memberId, groupInstanceId, clientId, host, assignment }) => ({
          memberId,
          instanceId: groupInstanceId,
          clientId,
          host,
          partitions: decodeAssignment(assignment).partitions,
        })),
      }
    },
    close: () => rpc.close(),
  }
}

const TOPIC_ALREADY_EXISTS = 36
const GROUP_ID_NOT_FOUND = 69
