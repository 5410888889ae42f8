import type { Broker, TopicSpec } from '../broker/broker.ts'
import { changelogTopic } from '../broker/log/internal-topics.ts'
import { TopologyChangedError } from '../errors.ts'
import { noHeaders } from '../record.ts'
import type { Topology } from '../topology.ts'
import { shapeConflicts, shapeOf, type TopologyShape } from '../topology-shape.ts'

/** No store has this name, and a reset drops what looks like a changelog. */
const STORE = '__topology'
const KEY = Buffer.from('shape')
const VERSION = 1
const PAGE = 100

/** Where an application keeps what it ran as: one record. */
export const topologyTopic = (applicationId: string): TopicSpec => ({
  name: changelogTopic(applicationId, STORE),
  partitions: 1,
  cleanupPolicy: 'compact',
  retentionMs: null,
})

/**
 * Compares the topology with the one that left the application's state, then writes it down. Its topic must exist. Throws
 * TopologyChangedError, unless `accept`: then what does not fit is the caller's affair.
 */
export async function checkTopology(options: {
  readonly broker: Broker
  readonly topology: Topology
  readonly applicationId: string
  readonly accept: boolean
  readonly now: number
}): Promise<void> {
  const { broker, topology, applicationId, accept, now } = options
  const { name: topic } = topologyTopic(applicationId)
  const after = shapeOf(topology)
  const before = await readShape(broker, topic)
  if (before) {
    const conflicts = shapeConflicts(before, after)
    if (conflicts.length > 0 && !accept)
      throw new TopologyChangedError(
        `${applicationId} ran with another topology before, whose state does not fit: ${conflicts.join('; ')}. ` +
          `Undo that, start under another application id, or drop offsets and state with \`javas reset ${applicationId}\``,
      )
    if (JSON.stringify(before) === JSON.stringify(after)) return
  }
  const value = Buffer.from(JSON.stringify({ version: VERSION, ...after }))
  const producer = broker.producer()
  try {
    await producer.send([{ topic, partition: 0, key: KEY, value, timestamp: now, headers: noHeaders }])
  } finally {
    await producer.close()
  }
}

async function readShape(broker: Broker, topic: string): Promise<TopologyShape | undefined> {
  const { earliest, latest } = await broker.offsets({ topic, partition: 0 })
  if (earliest >= latest) return undefined
  const reader = broker.reader()
  let last: Uint8Array | null = null
  try {
    reader.assign([{ topic, partition: 0, offset: earliest }])
    while (reader.position({ topic, partition: 0 }) < latest)
      for (const { value } of await reader.poll({ maxRecords: PAGE, maxWaitMs: PAGE })) last = value
  } finally {
    await reader.close()
  }
  if (!last) return undefined
  const { version, stores, repartitions } = JSON.parse(Buffer.from(last).toString()) as TopologyShape & {
    readonly version: number
  }
  // Of a later version of this engine: nothing can be said.
  return version === VERSION ? { stores, repartitions } : undefined
}
