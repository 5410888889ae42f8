import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.ts'

const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')
/** As Kafka's ConsumerProtocolSubscription.json and ConsumerProtocolAssignment.json lay them out. */
const subscription = [
  '0002', // version
  '00000002' + '0001' + '61' + '0002' + '6262', // topics a, bb
  '00000003' + '010203', // user data
  '00000001' + '0001' + '61' + '00000002' + '00000000' + '00000003', // owned: a 0, 3
  '00000007', // generation
].join('')
const assignment = ['0001', '00000001' + '0001' + '61' + '00000001' + '00000005', '00000000'].join('')

test('a subscription is laid out as Kafka lays it out', () => {
  const value = {
    topics: ['a', 'bb'],
    userData: Uint8Array.of(1, 2, 3),
    owned: [
      { topic: 'a', partition: 0 },
      { topic: 'a', partition: 3 },
    ],
    generation: 7,
  }
  assert.equal(hex(encodeSubscription(value)), subscription)
  assert.deepEqual(decodeSubscription(Buffer.from(subscription, 'hex')), value)
})

test('an assignment is laid out as Kafka lays it out; no bytes are no partitions', () => {
  const value = { partitions: [{ topic: 'a', partition: 5 }], userData: new Uint8Array() }
  assert.equal(hex(encodeAssignment(value)), assignment)
  assert.deepEqual(decodeAssignment(Buffer.from(assignment, 'hex')), value)
  assert.deepEqual(decodeAssignment(new Uint8Array()), { partitions: [], userData: new Uint8Array() })
})

test('older and newer versions are read: owned partitions came with 1, the generation with 2, the rack with 3', () => {
  const head = '00000001' + '0001' + '61' + 'ffffffff'
  const read = (...parts: readonly string[]) => decodeSubscription(Buffer.from(parts.join(''), 'hex'))
  const base = { topics: ['a'], userData: new Uint8Array() }
  assert.deepEqual(read('0000', head), { ...base, owned: [], generation: -1 })
  assert.deepEqual(read('0001', head, '00000000'), { ...base, owned: [], generation: -1 })
  assert.deepEqual(read('0003', head, '00000000', '00000004', 'ffff'), { ...base, owned: [], generation: 4 })
})

test('whatever another program wrote is refused, not followed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
      for (const read of [decodeSubscription, decodeAssignment])
        try {
          read(bytes)
        } catch (error) {
          assert.equal((error as { code: string }).code, 'KAFKA_GROUP_FOREIGN')
        }
    }),
  )
})
