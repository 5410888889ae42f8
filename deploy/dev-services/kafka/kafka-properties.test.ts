import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kafkaProperties } from './kafka-properties.ts'

const node = {
  id: 2,
  port: 101,
  controllerPort: 104,
  extraListeners: [],
  dataDirectory: '/data',
  quorum: [
    { id: 1, controllerPort: 103 },
    { id: 2, controllerPort: 104 },
    { id: 3, controllerPort: 105 },
  ],
  overrides: {},
}

const lineOf = (text: string, name: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(`${name}=`))
    ?.slice(name.length + 1)

test('three nodes keep three replicas, of which two must have a record', () => {
  const text = kafkaProperties(node)
  assert.equal(lineOf(text, 'controller.quorum.voters'), '1@127.0.0.1:103,2@127.0.0.1:104,3@127.0.0.1:105')
  assert.equal(lineOf(text, 'default.replication.factor'), '3')
  assert.equal(lineOf(text, 'transaction.state.log.min.isr'), '2')
})

test('a single node replicates nothing', () => {
  const text = kafkaProperties({ ...node, quorum: [{ id: 2, controllerPort: 104 }] })
  assert.equal(lineOf(text, 'default.replication.factor'), '1')
  assert.equal(lineOf(text, 'min.insync.replicas'), '1')
})

test('clients of an extra listener are sent to its advertised port, everybody else is not', () => {
  const text = kafkaProperties({ ...node, extraListeners: [{ name: 'WORKER', port: 111, advertisedPort: 222 }] })
  assert.equal(lineOf(text, 'listeners'), 'PLAINTEXT://127.0.0.1:101,WORKER://127.0.0.1:111,CONTROLLER://127.0.0.1:104')
  assert.equal(lineOf(text, 'advertised.listeners'), 'PLAINTEXT://127.0.0.1:101,WORKER://127.0.0.1:222')
})

test('what is overridden stands once', () => {
  const text = kafkaProperties({ ...node, overrides: { 'log.retention.ms': 5 } })
  assert.equal(text.match(/^log\.retention\.ms=/gm)?.length, 1)
  assert.equal(lineOf(text, 'log.retention.ms'), '5')
})
