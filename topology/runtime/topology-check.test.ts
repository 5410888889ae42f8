import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryBroker } from '../broker/memory-broker.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { stringSerde } from '../serde.ts'
import { testTopic } from '../testing/test-topic.ts'
import { silentLogger } from './logger.ts'
import { Streams } from './streams.ts'
import type { StreamsOptions } from './streams-options.ts'

const input = testTopic<string>('input')

const counting = (...stores: string[]) => {
  const builder = new StreamsBuilder()
  const grouped = builder.stream('source', { topic: input, key: stringSerde }).groupByKey()
  for (const store of stores) grouped.count(store)
  return builder.build()
}
async function start(broker: MemoryBroker, stores: readonly string[], more: Partial<StreamsOptions> = {}) {
  const streams = new Streams(counting(...stores), { applicationId: 'app', broker, logger: silentLogger, ...more })
  await streams.start()
  await streams.close()
}

test('a topology that lost a store does not start on the state of the old one, and says what to do', async () => {
  const broker = new MemoryBroker()
  await start(broker, ['counts'])
  await assert.rejects(start(broker, ['totals']), {
    code: 'TOPOLOGY_CHANGED',
    message: /store "counts" is gone; if it is "totals" now, give it its name back.*javas reset app/,
  })
  // The refusal changed nothing.
  await start(broker, ['counts'])
})

test('what was added counts as the application from then on', async () => {
  const broker = new MemoryBroker()
  await start(broker, ['counts'])
  await start(broker, ['counts', 'more'])
  await assert.rejects(start(broker, ['counts']), { code: 'TOPOLOGY_CHANGED', message: /store "more" is gone/ })
})

test('a change can be accepted, and a reset forgets the old topology', async () => {
  const broker = new MemoryBroker()
  await start(broker, ['counts'])
  await start(broker, ['totals'], { onTopologyChange: 'accept' })
  await start(broker, ['totals'])
  await broker.reset('app')
  await start(broker, ['counts'])
})
