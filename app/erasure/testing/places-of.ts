import type { Broker } from '#topology'
import { ANALYSIS } from '../../applications.ts'
import { chatTopology } from '../../chat-topology.ts'

/** Where in the whole log and its stores these bytes stand. */
export async function placesOf(broker: Broker, text: string): Promise<string[]> {
  const wanted = Buffer.from(text)
  const found = new Set<string>()
  for (const { name, partitions } of await broker.topics()) {
    const reader = broker.reader()
    const ends = await Promise.all(
      Array.from({ length: partitions }, (_, partition) => broker.offsets({ topic: name, partition })),
    )
    reader.assign(ends.map(({ earliest }, partition) => ({ topic: name, partition, offset: earliest })))
    while (ends.some(({ latest }, partition) => reader.position({ topic: name, partition }) < latest))
      for (const { key, value } of await reader.poll({ maxRecords: 1_000, maxWaitMs: 0 }))
        if ([key, value].some((bytes) => bytes && Buffer.from(bytes).includes(wanted))) found.add(name)
    await reader.close()
  }
  const session = await broker.session({ applicationId: ANALYSIS })
  for (const { name } of chatTopology().stores.values())
    for (let partition = 0; partition < 4; partition++)
      for (const [key, value] of session.state.range(name, partition, undefined, undefined))
        if ([key, value].some((bytes) => Buffer.from(bytes).includes(wanted))) found.add(`store ${name}`)
  await session.close()
  return [...found].sort()
}
