import type { Broker, KafkaAdmin, KafkaGroupDescription } from '#topology'
import { ANALYSIS, COLLECTION } from '../applications.ts'
import { lagOf, type PartitionLag } from '../system/lag-of.ts'
import type { ClusterConfig } from './cluster-config.ts'
import { clusterTopics } from './cluster-topics.ts'
import { problemsOf, worstState } from './describe-cluster.ts'
import type { RoleStatus } from './role-status.ts'

export interface ClusterStatus {
  readonly cluster: { readonly id: string | null; readonly brokers: readonly string[] }
  readonly topics: {
    readonly there: number
    readonly wanted: number
    readonly missing: readonly string[]
    /** Partitions that no broker leads, and those with fewer replicas in sync than they should have. */
    readonly leaderless: number
    readonly underReplicated: number
  }
  /** Of the analysis: the worst of its processes, or NOT_RUNNING. */
  readonly state: string
  readonly problems: readonly string[]
  readonly groups: readonly GroupStatus[]
  readonly roles: readonly RoleStatus[]
  /** Sum over `lag`. */
  readonly totalLag: number
  readonly lag: readonly OwnedLag[]
}

export interface GroupStatus extends KafkaGroupDescription {
  readonly groupId: string
}

export interface OwnedLag extends PartitionLag {
  /** Client id of the member that works on it; '' while nobody does. */
  readonly member: string
}

export interface ClusterStatusOptions {
  readonly cluster: Pick<ClusterConfig, 'partitions'>
  readonly admin: Pick<KafkaAdmin, 'cluster' | 'topics' | 'group'>
  readonly broker: Broker
  readonly roles: readonly RoleStatus[]
}

/** The running application as the cluster and its own processes tell it, measured now. */
export async function clusterStatus({ cluster, admin, broker, roles }: ClusterStatusOptions): Promise<ClusterStatus> {
  const wanted = clusterTopics(cluster).specs.map(({ name }) => name)
  const [about, topics, lag, ...groups] = await Promise.all([
    admin.cluster(),
    admin.topics(wanted),
    lagOf(broker, ANALYSIS),
    ...[ANALYSIS, COLLECTION].map(async (groupId) => ({ groupId, ...(await admin.group(groupId)) })),
  ])
  const there = new Set(topics.map(({ name }) => name))
  const owner = ({ topic, partition }: PartitionLag) =>
    groups[0]!.members.find((member) =>
      member.partitions.some((one) => one.topic === topic && one.partition === partition),
    )?.clientId ?? ''
  return {
    cluster: about,
    topics: {
      there: topics.length,
      wanted: wanted.length,
      missing: wanted.filter((name) => !there.has(name)),
      leaderless: topics.reduce((sum, topic) => sum + topic.leaderless, 0),
      underReplicated: topics.reduce((sum, topic) => sum + topic.underReplicated, 0),
    },
    state: worstState(roles.filter(({ role }) => role === 'analyze')),
    problems: problemsOf(roles),
    groups,
    roles,
    totalLag: lag.reduce((sum, one) => sum + one.lag, 0),
    lag: lag
      .map((one) => ({ ...one, member: owner(one) }))
      .sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition),
  }
}
