import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OffsetOutOfRangeError } from '../broker/errors.ts'
import { Faults } from '../broker/faults.ts'
import { changelogTopic } from '../broker/log/internal-topics.ts'
import { MemoryBroker } from '../broker/memory-broker.ts'
import { stringSerde } from '../serde.ts'
import { restoreStore } from './restore.ts'

const topic = changelogTopic('app', 'store')

async function broker(faults = new Faults()) {
  const made = new MemoryBroker({ faults })
  await made.createTopics([{ name: topic, partitions: 1, cleanupPolicy: 'compact', retentionMs: null }])
  return made
}
const change = (key: string, value: string | null) => ({
  topic,
  partition: 0,
  key: Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  timestamp: 0,
  headers: [],
})
async function append(to: MemoryBroker, ...changes: [key: string, value: string | null][]) {
  const producer = to.producer()
  await producer.send(changes.map(([key, value]) => change(key, value)))
  await producer.close()
}
const restore = async (from: MemoryBroker) => {
  const session = await from.session({ applicationId: 'app' })
  const records = await restoreStore({ broker: from, session, applicationId: 'app', store: 'store', partition: 0 })
  const rows = [...session.state.range('store', 0, undefined, undefined)].map(
    ([key, value]) => `${stringSerde.bind(from.schemas, '').decode(key)}=${Buffer.from(value)}`,
  )
  const offset = session.state.changelogOffset('store', 0)
  await session.close()
  return { records, rows, offset }
}

test('a store comes back as the last value of each key', async () => {
  const log = await broker()
  await append(log, ['b', '1'], ['a', '1'], ['b', '2'], ['c', '3'], ['c', null])
  assert.deepEqual(await restore(log), { records: 5, rows: ['a=1', 'b=2'], offset: 5 })
})

test('only what is missing is read', async () => {
  const log = await broker()
  await append(log, ['a', '1'], ['b', '1'])
  await restore(log)
  await append(log, ['a', '2'])
  assert.deepEqual(await restore(log), { records: 1, rows: ['a=2', 'b=1'], offset: 3 })
  assert.equal((await restore(log)).records, 0)
})

test('gaps in the offsets are no end', async () => {
  const faults = new Faults()
  faults.gapAfterCommit = 3
  const log = await broker(faults)
  const session = await log.session({ applicationId: 'other' })
  for (const value of ['1', '2']) await session.commit({ records: [change('a', value)], offsets: [], changes: [] })
  await session.close()
  assert.deepEqual(await restore(log), { records: 2, rows: ['a=2'], offset: 8 })
})

test('rows that stand for offsets the log does not have are dropped first', async () => {
  const log = await broker()
  const session = await log.session({ applicationId: 'app' })
  session.state.restore('store', 0, [{ key: Buffer.from('ghost'), value: Buffer.from('1') }], 99)
  await session.close()
  await append(log, ['a', '1'])
  assert.deepEqual(await restore(log), { records: 1, rows: ['a=1'], offset: 1 })
})

/** The log as somebody sees it whose transaction is open: `end` lies behind what can be read. */
const withOpenTransaction = (log: MemoryBroker, isOpen: () => boolean) => {
  const offsets = log.offsets.bind(log)
  log.offsets = async (partition) => {
    const found = await offsets(partition)
    return isOpen() ? { ...found, end: found.end + 1 } : found
  }
}

test('a restore waits for what somebody else has open, up to the end of the log', async () => {
  const log = await broker()
  await append(log, ['a', '1'])
  withOpenTransaction(log, () => true)
  const restored = restore(log)
  await new Promise((go) => setTimeout(go, 30))
  await append(log, ['b', '1'])
  assert.deepEqual(await restored, { records: 2, rows: ['a=1', 'b=1'], offset: 2 })
})

test('a log that never gives what it says it has fails the restore, after the longest an open transaction may take', async () => {
  const log = await broker()
  await append(log, ['a', '1'])
  withOpenTransaction(log, () => true)
  const session = await log.session({ applicationId: 'app' })
  const options = { broker: log, session, applicationId: 'app', store: 'store', partition: 0 }
  // Negative: the grace that a log has for its own housekeeping is over, too.
  await assert.rejects(restoreStore({ ...options, transactionTimeoutMs: -14_990 }), { code: 'STREAMS_RESTORE' })
})

test('what left the log while it was being restored is begun anew at what is there', async () => {
  const log = await broker()
  await append(log, ['a', '1'], ['b', '1'])
  const make = log.reader.bind(log)
  let failures = 1
  log.reader = () => {
    const reader = make()
    const poll = reader.poll.bind(reader)
    reader.poll = async (options) => {
      if (failures-- > 0) throw new OffsetOutOfRangeError(topic, 0, 0, 1, 2)
      return poll(options)
    }
    return reader
  }
  assert.deepEqual(await restore(log), { records: 2, rows: ['a=1', 'b=1'], offset: 2 })
})

test('a restore that is given up leaves its rows where they stand', async () => {
  const log = await broker()
  await append(log, ['a', '1'])
  const session = await log.session({ applicationId: 'app' })
  const options = { broker: log, session, applicationId: 'app', store: 'store', partition: 0 }
  assert.equal(await restoreStore({ ...options, signal: AbortSignal.abort() }), 0)
  assert.equal(session.state.changelogOffset('store', 0), undefined)
  await session.close()
  assert.equal((await restore(log)).records, 1)
})
