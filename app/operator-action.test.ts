import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import { MemoryBroker } from '#topology'
import { produceActions } from './collect/requests.ts'
import { operatorAction } from './operator-action.ts'

test('an action has an id of its own, its time, and nothing longer than the log should hold', () => {
  const long = 'x'.repeat(10_000)
  const details = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${at}${long}`, long]))
  const action = operatorAction({ kind: 'note', by: long, role: 'moderator', text: long, details }, 7)
  assert.deepEqual([action.at, action.by.length, action.text.length], [7, 300, 2_000])
  assert.equal(Object.keys(action.details).length, 20)
  assert.notEqual(action.id, operatorAction({ kind: 'note', by: 'kim', role: 'owner' }, 7).id)
})

test('an action stands in the log under its channel, and under a key of its own without one', async () => {
  const broker = new MemoryBroker()
  await broker.createTopics(Object.values(topics))
  const producer = broker.producer()
  await produceActions(broker, producer, [
    operatorAction({ kind: 'feedback', by: 'kim', role: 'owner', channelId: 'demo:one' }, 7),
    operatorAction({ kind: 'login', by: 'kim', role: 'owner' }, 8),
  ])
  const reader = broker.reader()
  const { name, partitions } = topics.operatorActions
  reader.assign(Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition, offset: 0 })))
  const records = await reader.poll({ maxRecords: 10, maxWaitMs: 100 })
  assert.deepEqual(records.map(({ key }) => Buffer.from(key!).toString()).sort(), ['demo:one', 'javas'])
  await reader.close()
  await producer.close()
  await broker.close()
})
