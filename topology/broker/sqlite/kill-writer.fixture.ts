/**
 * A process to be killed: `node kill-writer.fixture.ts FOLDER`. It goes on from what the log has, and writes `a N` after
 * append N was acknowledged, `c N` after commit N was.
 */
import { writeSync } from 'node:fs'
import { openSqliteBroker } from '../sqlite-broker.ts'

const broker = openSqliteBroker({ directory: process.argv[2]!, maintenanceIntervalMs: null })
const topic = (name: string, partitions: number) =>
  ({ name, partitions, cleanupPolicy: name.endsWith('changelog') ? 'compact' : 'delete', retentionMs: null }) as const
await broker.createTopics([topic('in', 1), topic('out', 3), topic('app-s-changelog', 1)])
const bytes = (value: unknown) => Buffer.from(String(value))

async function append() {
  const producer = broker.producer()
  for (let i = (await broker.offsets({ topic: 'in', partition: 0 })).latest; ; i++) {
    await producer.send([{ topic: 'in', key: null, value: bytes(i), timestamp: i, headers: [] }])
    writeSync(1, `a ${i}\n`)
  }
}

async function commit() {
  const session = await broker.session({ applicationId: 'app' })
  for (let i = Number(Buffer.from(session.state.get('s', 0, bytes('count')) ?? []).toString()); ; i++) {
    // Sizes from one page to many.
    const padding = 'x'.repeat((i % 7) * 3_000)
    const outcome = await session.commit({
      records: [
        ...[0, 1, 2].map((partition) => ({
          topic: 'out',
          partition,
          key: bytes(i),
          value: bytes(padding),
          timestamp: i,
          headers: [],
        })),
        { topic: 'app-s-changelog', key: bytes('count'), value: bytes(i + 1), timestamp: i, headers: [] },
      ],
      offsets: [{ topic: 'in', partition: 0, offset: i + 1, metadata: `m${i + 1}` }],
      changes: [{ store: 's', partition: 0, key: bytes('count'), value: bytes(i + 1) }],
    })
    if (outcome.kind !== 'committed') throw outcome.cause
    writeSync(1, `c ${i}\n`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** So that kills fall into retention and compaction too. */
async function maintain() {
  for (;;) {
    await broker.maintain()
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

await Promise.all([append(), commit(), maintain()])
