import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryBroker } from '#topology'
import { hasUnread } from './has-unread.ts'

const topic = { name: 'in', partitions: 2, cleanupPolicy: 'delete', retentionMs: null } as const

async function setUp(...values: string[]) {
  const broker = new MemoryBroker()
  await broker.createTopics([topic])
  const producer = broker.producer()
  for (const value of values)
    await producer.send([
      { topic: 'in', partition: 0, key: null, value: Buffer.from(value), timestamp: 0, headers: [] },
    ])
  await producer.close()
  return broker
}
const at = (offset: number) => [{ topic: 'in', partition: 0, offset }]

test('a record behind the position is unread, and without a position every record is', async () => {
  const broker = await setUp('a', 'b')
  assert.equal(await hasUnread(broker, [topic], []), true)
  assert.equal(await hasUnread(broker, [topic], at(1)), true)
  assert.equal(await hasUnread(broker, [topic], at(2)), false)
  assert.equal(await hasUnread(await setUp(), [topic], []), false)
})

test('what was erased behind the position is not waited for', async () => {
  const broker = await setUp('a', 'b', 'b')
  await broker.erase('in', ({ value }) => Buffer.from(value!).toString() === 'b')
  assert.equal(await hasUnread(broker, [topic], at(1)), false)
})
