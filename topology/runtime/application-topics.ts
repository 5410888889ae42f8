import type { TopicSpec } from '../broker/broker.ts'
import { changelogTopic } from '../broker/log/internal-topics.ts'
import { subtopologies } from '../subtopologies.ts'
import { physicalTopicName, type Topology } from '../topology.ts'
import { topologyTopic } from './topology-check.ts'

/** Every topic an application needs: its own ones, repartition topics, changelogs, and the one that tells what it ran as. */
export function applicationTopics(topology: Topology, applicationId: string): readonly TopicSpec[] {
  const specs = new Map<string, TopicSpec>()
  for (const node of topology.nodes.values()) {
    if (node.kind !== 'source' && node.kind !== 'sink') continue
    const { partitions, cleanupPolicy, retentionMs, retentionBytes = null } = node.topic
    const name = physicalTopicName(node.topic, applicationId)
    specs.set(name, { name, partitions, cleanupPolicy, retentionMs, retentionBytes })
  }
  for (const { stores, partitions } of subtopologies(topology)) {
    for (const store of stores) {
      if (topology.stores.get(store)!.changelog === false) continue
      const name = changelogTopic(applicationId, store)
      specs.set(name, { name, partitions, cleanupPolicy: 'compact', retentionMs: null })
    }
  }
  return [...specs.values(), topologyTopic(applicationId)]
}
