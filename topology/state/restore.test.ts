import assert from 'node:assert/strict'
import { test } from 'node:test'
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
