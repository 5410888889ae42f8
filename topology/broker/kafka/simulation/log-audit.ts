import type { PartitionLog } from './partition-log.ts'
import { type DecodedRecord, decodeBatch } from './record-batch.ts'

export interface AuditedRecord extends DecodedRecord {
  readonly topic: string
  readonly partition: number
  readonly producerId: number
  readonly producerEpoch: number
  /** One per transaction and partition: the offset of the marker that ended it. */
  readonly marker: number
}

export interface PartitionAudit {
  readonly committed: readonly AuditedRecord[]
  readonly aborted: readonly AuditedRecord[]
  /** In no transaction that has ended. */
  readonly open: readonly AuditedRecord[]
}

/**
 * What a partition holds in truth: each record with the fate of its transaction, told by the marker that follows it. Made
 * from the bare log; neither the index of aborted transactions nor any client has a part in it.
 */
export function auditLog(log: PartitionLog): PartitionAudit {
  const committed: AuditedRecord[] = []
  const aborted: AuditedRecord[] = []
  const waiting = new Map<number, AuditedRecord[]>()
  const { topic, partition } = log
  for (const batch of log.batches) {
    const { producerId, producerEpoch, marker } = batch
    if (marker) {
      const ended = (waiting.get(producerId) ?? []).map((record) => ({ ...record, marker: batch.baseOffset }))
      waiting.delete(producerId)
      ;(marker.commit ? committed : aborted).push(...ended)
      continue
    }
    const records = decodeBatch(batch).map((record) => ({
      ...record,
      ...{ topic, partition, producerId, producerEpoch, marker: -1 },
    }))
    if (!batch.isTransactional) committed.push(...records)
    else waiting.set(producerId, [...(waiting.get(producerId) ?? []), ...records])
  }
  const byOffset = (a: AuditedRecord, b: AuditedRecord) => a.offset - b.offset
  return { committed: committed.sort(byOffset), aborted, open: [...waiting.values()].flat() }
}
