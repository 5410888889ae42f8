import type { Broker, Position } from '#topology'

const WAIT_MS = 100

/** Whether the log holds records before `until` that these positions have not passed. */
export async function isBehind(
  broker: Broker,
  until: readonly Position[],
  positions: readonly Position[],
): Promise<boolean> {
  const stored = new Map(positions.map(({ topic, partition, offset }) => [`${topic} ${partition}`, offset]))
  for (const { topic, partition, offset: end } of until) {
    const { earliest } = await broker.offsets({ topic, partition })
    const offset = Math.max(earliest, stored.get(`${topic} ${partition}`) ?? 0)
    // What compaction, erasure and transactions leave are gaps, which nobody's position passes by itself.
    if (offset < end && (await hasRecord(broker, { topic, partition, offset }, end))) return true
  }
  return false
}

async function hasRecord(broker: Broker, from: Position, end: number): Promise<boolean> {
  const reader = broker.reader()
  try {
    reader.assign([from])
    while (reader.position(from) < end) {
      const [record] = await reader.poll({ maxRecords: 1, maxWaitMs: WAIT_MS })
      if (record) return record.offset < end
    }
    return false
  } finally {
    await reader.close()
  }
}
