import { tmpdir } from 'node:os'
import type { TopicDeclaration } from '#schemas/topics.ts'
import { openKafkaBroker, type SchemaRegistry } from '#topology'

/** Every committed value that a topic holds now. */
export async function readTopic<T>(
  bootstrap: string,
  { name, partitions, value }: TopicDeclaration<T>,
  schemas: SchemaRegistry,
): Promise<readonly T[]> {
  const broker = await openKafkaBroker({ bootstrap: bootstrap.split(','), schemas, stateDirectory: tmpdir() })
  const codec = value.bind(schemas, `${name}-value`)
  const values: T[] = []
  const reader = broker.reader()
  for (let partition = 0; partition < partitions; partition++) {
    const { earliest, latest } = await broker.offsets({ topic: name, partition })
    reader.assign([{ topic: name, partition, offset: earliest }])
    while (reader.position({ topic: name, partition }) < latest)
      for (const record of await reader.poll({ maxRecords: 1_000, maxWaitMs: 1_000 }))
        if (record.value) values.push(codec.decode(record.value))
  }
  await reader.close()
  await broker.close()
  return values
}
