import { crc32 } from 'node:zlib'
import type { CommittedOffset } from '../broker.ts'
import { LogCorruptError } from '../errors.ts'
import type { Connection } from './connection.ts'

const checksum = (application: string, partitionId: number, offset: number, metadata: string): number =>
  crc32(`${application}\n${partitionId}\n${offset}\n${metadata}`)

export function readCommitted(connection: Connection, application: string): readonly CommittedOffset[] {
  return connection
    .all<{
      topic: string
      partition: number
      partition_id: number
      offset: number
      metadata: string
      checksum: number
    }>(
      `SELECT t.name AS topic, p.partition, o.partition_id, o.offset, o.metadata, o.checksum
       FROM offsets o JOIN partitions p ON p.id = o.partition_id JOIN topics t ON t.id = p.topic_id
       WHERE o.application = ? ORDER BY t.name, p.partition`,
      application,
    )
    .map((row) => {
      const { topic, partition, offset, metadata } = row
      if (row.checksum !== checksum(application, row.partition_id, offset, metadata))
        throw new LogCorruptError(`${application}: the committed offset of ${topic}-${partition} is damaged`)
      return { topic, partition, offset, metadata }
    })
}

/** Inside a write transaction. */
export function writeCommitted(
  connection: Connection,
  application: string,
  partitionId: number,
  { offset, metadata }: CommittedOffset,
): void {
  connection
    .sql(
      `INSERT INTO offsets (application, partition_id, offset, metadata, checksum) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET offset = excluded.offset, metadata = excluded.metadata, checksum = excluded.checksum`,
    )
    .run(application, partitionId, offset, metadata, checksum(application, partitionId, offset, metadata))
}
