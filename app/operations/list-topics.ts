import { ANALYSIS } from '../applications.ts'
import type { Operation } from './operation.ts'

/** Partitions, records, bytes and the analysis' lag of every topic. */
export const listTopics: Operation<{ readonly json: boolean }> = async function* ({ broker }, { json }) {
  const committed = await broker.committed(ANALYSIS)
  const rows = []
  for (const topic of await broker.topics()) {
    let lag: number | null = null
    for (const { partition, offset } of committed.filter((position) => position.topic === topic.name)) {
      const { latest } = await broker.offsets({ topic: topic.name, partition })
      lag = (lag ?? 0) + Math.max(0, latest - offset)
    }
    rows.push({ ...topic, lag })
  }
  if (json) return yield `${JSON.stringify(rows)}\n`
  yield `${'topic'.padEnd(52)} ${'partitions'.padStart(10)} ${'records'.padStart(12)} ${'bytes'.padStart(14)} ${'lag'.padStart(8)}  kept\n`
  for (const { name, partitions, records, bytes, lag, cleanupPolicy, retentionMs } of rows) {
    const kept =
      cleanupPolicy === 'compact'
        ? 'latest per key'
        : retentionMs === null
          ? 'for ever'
          : keptFor(retentionMs / 86_400_000)
    yield `${name.padEnd(52)} ${String(partitions).padStart(10)} ${String(records).padStart(12)} ${String(bytes).padStart(14)} ${String(lag ?? '').padStart(8)}  ${kept}\n`
  }
}

const keptFor = (days: number) => (days === 1 ? '1 day' : `${days} days`)
