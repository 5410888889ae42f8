import { topics } from '#schemas/topics.ts'
import type { Broker } from '#topology'

/** Creates the topics that are missing, and gives their schemas an id before anybody reads. Idempotent. */
export async function prepareTopics(broker: Broker): Promise<void> {
  const all = Object.values(topics)
  await broker.createTopics(
    all.map(({ name, partitions, cleanupPolicy, retentionMs }) => ({ name, partitions, cleanupPolicy, retentionMs })),
  )
  for (const { name, value } of all) broker.schemas.register(`${name}-value`, value.schema)
}
