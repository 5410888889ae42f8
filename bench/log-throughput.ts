/** How fast `SqliteBroker` appends and reads: 200-byte values in 500-record batches, one partition after the other. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Broker, openSqliteBroker, type ProducedRecord } from '#topology'

export interface LogThroughputOptions {
  /** Records written and then read. */
  readonly records?: number
  /** Records a transaction. */
  readonly batchRecords?: number
  readonly valueBytes?: number
  readonly partitions?: number
}

export interface LogThroughput {
  readonly append_records_per_s: number
  readonly read_records_per_s: number
}

const TOPIC = 'bench'

/** Appends through a session's commits, as the engine does, then reads everything back and checks the count. */
export async function measureLogThroughput(options: LogThroughputOptions = {}): Promise<LogThroughput> {
  const { records = 1_000_000, batchRecords = 500, valueBytes = 200, partitions = 4 } = options
  const directory = mkdtempSync(join(tmpdir(), 'log-throughput-'))
  const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
  try {
    await broker.createTopics([{ name: TOPIC, partitions, cleanupPolicy: 'delete', retentionMs: null }])
    const append = await appendAll(broker, { records, batchRecords, valueBytes, partitions })
    const read = await readAll(broker, { records, partitions })
    return { append_records_per_s: Math.round(records / append), read_records_per_s: Math.round(records / read) }
  } finally {
    await broker.close()
    rmSync(directory, { recursive: true })
  }
}

async function appendAll(broker: Broker, options: Required<LogThroughputOptions>): Promise<number> {
  const { records, batchRecords, valueBytes, partitions } = options
  const batches = Array.from({ length: partitions }, (_, partition) =>
    Array.from({ length: batchRecords }, (_, i): ProducedRecord => {
      const key = Buffer.from(`channel-${partition}-${i % 50}`)
      // Not the same byte all over, so that nothing on the way can take it for empty.
      const value = Buffer.alloc(valueBytes, `message ${i} `)
      return { topic: TOPIC, partition, key, value, timestamp: 1_700_000_000_000 + i, headers: [] }
    }),
  )
  const session = await broker.session({ applicationId: 'log-throughput' })
  const start = performance.now()
  for (let written = 0, i = 0; written < records; written += batchRecords, i++) {
    const batch = batches[i % partitions]!.slice(0, records - written)
    const outcome = await session.commit({ records: batch, offsets: [], changes: [] })
    if (outcome.kind !== 'committed') throw outcome.cause
  }
  const seconds = (performance.now() - start) / 1000
  await session.close()
  return seconds
}

async function readAll(broker: Broker, options: { readonly records: number; readonly partitions: number }) {
  const reader = broker.reader()
  reader.assign(Array.from({ length: options.partitions }, (_, partition) => ({ topic: TOPIC, partition, offset: 0 })))
  const start = performance.now()
  let count = 0
  for (;;) {
    const records = await reader.poll({ maxRecords: 5_000, maxWaitMs: 0 })
    if (records.length === 0) break
    count += records.length
  }
  if (count !== options.records) throw new Error(`read ${count} records, wrote ${options.records}`)
  const seconds = (performance.now() - start) / 1000
  await reader.close()
  return seconds
}
