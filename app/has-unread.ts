import type { Broker, Position } from '#topology'

/**
 * Whether these topics hold records behind these positions, as of now; a partition without a position is read from its
 * start. Looks at records, not at offsets alone: what compaction and erasure leave are gaps, which nobody commits.
 */
export async function hasUnread(
  broker: Broker,
  topics: readonly { readonly name: string; readonly partitions: number }[],
  positions: readonly Position[],
): Promise<boolean> {
  const known = new Map(positions.map(({ topic, partition, offset }) => [`${topic} ${partition}`, offset]))
  const behind: (Position & { readonly latest: number })[] = []
  for (const { name, partitions } of topics)
    for (let partition = 0; partition < partitions; partition++) {
      const { earliest, latest } = await broker.offsets({ topic: name, partition })
      const offset = Math.max(earliest, known.get(`${name} ${partition}`) ?? earliest)
      if (offset < latest) behind.push({ topic: name, partition, offset, latest })
    }
  if (behind.length === 0) return false
  const reader = broker.reader()
  try {
    reader.assign(behind)
    while (behind.some((partition) => reader.position(partition) < partition.latest))
      if ((await reader.poll({ maxRecords: 1, maxWaitMs: 0 })).length > 0) return true
    return false
  } finally {
    await reader.close()
  }
}
