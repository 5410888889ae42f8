import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Position } from '../broker/broker.ts'
import { MemoryBroker } from '../broker/memory-broker.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { stringSerde } from '../serde.ts'
import { testTopic } from '../testing/test-topic.ts'
import { silentLogger } from './logger.ts'
import { RepartitionTrimmer } from './repartition-trimmer.ts'
import { environmentOf } from './streams-options.ts'

const input = testTopic<string>('input')
const regrouping = () => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .groupBy('by-word', (value) => value, { key: stringSerde, value: input.value })
    .count('counts')
  return builder.build()
}
const offset = (topic: string, at: number) => ({ topic, partition: 0, offset: at, metadata: '' })

test('what is committed as read of repartition topics is taken away, one call at a time, and nothing else', async () => {
  const calls: (readonly Position[])[] = []
  const gate = Promise.withResolvers<void>()
  const broker = Object.assign(new MemoryBroker(), {
    deleteRecords: async (positions: readonly Position[]) => {
      calls.push(positions)
      await gate.promise
    },
  })
  const environment = environmentOf({ applicationId: 'app', broker, logger: silentLogger })
  const trimmer = new RepartitionTrimmer(environment, regrouping(), 0)
  const repartition = 'app-by-word-repartition'
  trimmer.committed([offset('input', 5), offset(repartition, 3)])
  trimmer.committed([offset(repartition, 4)])
  trimmer.committed([offset(repartition, 7)])
  gate.resolve()
  await trimmer.close()
  trimmer.committed([])
  await trimmer.close()
  assert.deepEqual(calls, [
    [{ topic: repartition, partition: 0, offset: 3 }],
    [{ topic: repartition, partition: 0, offset: 7 }],
  ])
})

test('a log that fails to take records away holds nothing up', async () => {
  const broker = Object.assign(new MemoryBroker(), {
    deleteRecords: async () => {
      throw new Error('not allowed')
    },
  })
  const warned: string[] = []
  const logger = { ...silentLogger, warn: (event: string) => warned.push(event) }
  const trimmer = new RepartitionTrimmer(environmentOf({ applicationId: 'app', broker, logger }), regrouping(), 0)
  trimmer.committed([offset('app-by-word-repartition', 3)])
  await trimmer.close()
  assert.deepEqual(warned, ['trim-failed'])
})
