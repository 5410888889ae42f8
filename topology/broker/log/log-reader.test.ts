import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noHeaders } from '../../record.ts'
import type { TopicPartition } from '../broker.ts'
import { MemoryLog } from '../memory/memory-log.ts'
import { LogReader } from './log-reader.ts'

const PARTITIONS = 36

/** A log that writes down which partitions were read. */
class WatchedLog extends MemoryLog {
  readonly readOf: number[] = []
  looks = 0

  override read(partition: TopicPartition, position: number, maxBytes: number) {
    this.readOf.push(partition.partition)
    return super.read(partition, position, maxBytes)
  }

  override ends(partitions: readonly TopicPartition[]) {
    this.looks += 1
    return super.ends(partitions)
  }
}

function watchedLog() {
  const log = new WatchedLog()
  log.createTopics([{ name: 'chat', partitions: PARTITIONS, cleanupPolicy: 'delete', retentionMs: null }])
  const reader = new LogReader(log, () => {})
  reader.assign(Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: 'chat', partition, offset: 0 })))
  const append = (partition: number) =>
    log.append([{ topic: 'chat', partition, key: null, value: Buffer.from('x'), timestamp: 1, headers: noHeaders }])
  return { log, reader, append, poll: () => reader.poll({ maxRecords: 100, maxWaitMs: 0 }) }
}

test('a poll of many partitions is one look at the log, and reads those alone that have something new', async () => {
  const { log, append, poll } = watchedLog()
  append(7)
  append(30)
  assert.deepEqual((await poll()).map(({ partition }) => partition).sort(), [30, 7])
  assert.deepEqual(log.readOf.sort(), [30, 7])
  assert.equal(log.looks, 1)
  log.readOf.length = 0
  assert.deepEqual(await poll(), [])
  assert.deepEqual(log.readOf, [])
})

test('a partition that is behind its reader is not taken for one without news', async () => {
  const { log, reader, poll } = watchedLog()
  reader.assign([{ topic: 'chat', partition: 3, offset: 5 }])
  await assert.rejects(poll(), { code: 'OFFSET_OUT_OF_RANGE' })
  assert.deepEqual(log.readOf, [3])
})
