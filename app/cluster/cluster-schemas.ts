import { RegisteredSchemas, type SubjectSchema } from '#schemas/registry/registered-schemas.ts'
import { openRegistryClient, type RegistryClient } from '#schemas/registry/registry-client.ts'
import { releasedSchemas } from '#schemas/registry/released-schemas.ts'
import { ShippedSchemas } from '#schemas/registry/shipped-schemas.ts'
import { type SubjectStrategy, subjectOf } from '#schemas/registry/subject-strategy.ts'
import { changelogTopic, type SchemaRegistry } from '#topology'
import { ANALYSIS } from '../applications.ts'
import { chatTopology } from '../chat-topology.ts'
import type { ClusterConfig } from './cluster-config.ts'
import { clusterTopics } from './cluster-topics.ts'

/** Every schema that our roles write with, under the subject of its topic or changelog. */
export function writtenSchemas(
  cluster: Pick<ClusterConfig, 'partitions'>,
  strategy: SubjectStrategy,
): readonly SubjectSchema[] {
  const { topics } = clusterTopics(cluster)
  const written: SubjectSchema[] = []
  const take = (topic: string) => ({
    register(_subject: string, schema: string) {
      written.push({ subject: subjectOf(strategy, topic, schema), schema })
      return 0
    },
    schema: () => undefined,
  })
  for (const { name, value } of Object.values(topics)) value.bind(take(name), `${name}-value`)
  for (const store of chatTopology({ topics }).stores.values())
    store.value.bind(take(changelogTopic(ANALYSIS, store.name)), store.name)
  return [...new Map(written.map((one) => [`${one.subject} ${one.schema}`, one])).values()]
}

/** With every released version before the one that is written now, oldest first. */
export function releasedHistory(written: readonly SubjectSchema[]): readonly SubjectSchema[] {
  const released = releasedSchemas()
  return written.flatMap(({ subject, schema }) => {
    const name = released.find((one) => one.schema === schema)?.name
    const earlier = released.filter((one) => one.name === name && one.schema !== schema)
    return [...earlier.map((one) => ({ subject, schema: one.schema })), { subject, schema }]
  })
}

export const registryOf = ({ registry }: ClusterConfig): RegistryClient | null =>
  registry && openRegistryClient(registry)

/**
 * The cluster's table of schemas, ready for codecs: from the registry, or shipped with the code.
 * @throws SchemaRegistryError
 */
export async function openSchemas(cluster: ClusterConfig): Promise<SchemaRegistry> {
  const client = registryOf(cluster)
  if (!client) return new ShippedSchemas()
  const schemas = new RegisteredSchemas(client)
  const written = writtenSchemas(cluster, cluster.registry!.subjects)
  await schemas.prepare(written)
  await schemas.remember(releasedHistory(written))
  return schemas
}
