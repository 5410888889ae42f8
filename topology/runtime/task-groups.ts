import type { TaskGroup, TopicPartition } from '../broker/broker.ts'
import type { StoreDeclaration } from '../state/declaration.ts'
import type { Subtopology } from '../subtopologies.ts'
import { physicalTopicName } from '../topology.ts'

/** The source topics of one part, as the log knows them. */
export const sourceTopics = (part: Subtopology, applicationId: string): readonly string[] =>
  part.nodes.flatMap((node) => (node.kind === 'source' ? [physicalTopicName(node.topic, applicationId)] : []))

/** What the session has to keep together for this part. */
export const taskGroup = (
  part: Subtopology,
  stores: ReadonlyMap<string, StoreDeclaration>,
  applicationId: string,
): TaskGroup => ({
  id: String(part.id),
  topics: sourceTopics(part, applicationId),
  stores: part.stores.filter((name) => stores.get(name)!.changelog !== false),
})

/** `<subtopology>_<partition>` */
export const taskId = (part: { readonly id: number | string }, partition: number): string => `${part.id}_${partition}`

export const isSamePartition = (a: TopicPartition, b: TopicPartition): boolean =>
  a.partition === b.partition && a.topic === b.topic
