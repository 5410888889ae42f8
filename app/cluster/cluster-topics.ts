import { type Topics, topicsOn } from '#schemas/topics.ts'
import { applicationTopics, sessionEpochsTopic, type TopicSpec } from '#topology'
import { ANALYSIS, COLLECTION, DELIVERY, NOTIFICATION } from '../applications.ts'
import { chatTopology } from '../chat-topology.ts'
import { notifyTopology } from '../notify/notify-topology.ts'
import type { ClusterConfig } from './cluster-config.ts'
import { roleStatusesTopic } from './role-status.ts'

export interface ClusterTopics {
  /** The product's topics. */
  readonly topics: Topics
  /** Everything that has to be in the cluster: those, changelogs, and what the applications keep for themselves. */
  readonly specs: readonly TopicSpec[]
}

export function clusterTopics({ partitions }: Pick<ClusterConfig, 'partitions'>): ClusterTopics {
  const topics = topicsOn(partitions)
  const specs = new Map<string, TopicSpec>()
  const internal = [...[ANALYSIS, COLLECTION, NOTIFICATION, DELIVERY].map(sessionEpochsTopic), roleStatusesTopic]
  for (const { name, partitions, cleanupPolicy, retentionMs, retentionBytes = null } of [
    ...(Object.values(topics) as readonly TopicSpec[]),
    ...applicationTopics(chatTopology({ topics }), ANALYSIS),
    ...applicationTopics(notifyTopology({ topics }), NOTIFICATION),
    ...internal,
  ])
    specs.set(name, { name, partitions, cleanupPolicy, retentionMs, retentionBytes })
  return { topics, specs: [...specs.values()] }
}
