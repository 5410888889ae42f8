import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AssignmentListener, Broker, Session } from '../broker/broker.ts'
import { MemoryBroker } from '../broker/memory-broker.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { stringSerde } from '../serde.ts'
import { testTopic } from '../testing/test-topic.ts'
import { until } from '../testing/until.ts'
import { silentLogger } from './logger.ts'
import { Streams } from './streams.ts'

const input = testTopic<string>('input')
const output = testTopic<string>('output')
const partition = { topic: 'input', partition: 0 }

/** A MemoryBroker whose assignment the test changes, as a group coordinator would, and whose commits take `commitTakes`. */
function coordinated(commitTakes: () => Promise<void>): {
  readonly broker: Broker
  readonly listener: () => AssignmentListener
} {
  const broker = new MemoryBroker()
  let listener: AssignmentListener | undefined
  const open = broker.session.bind(broker)
  broker.session = async (options): Promise<Session> => {
    const session = await open(options)
    const subscribe = session.subscribe.bind(session)
    const commit = session.commit.bind(session)
    session.commit = async (work) => {
      await commitTakes()
      return commit(work)
    }
    session.subscribe = (groups, given) => {
      listener = given
      return subscribe(groups, given)
    }
    return session
  }
  return { broker, listener: () => listener! }
}

test('a rebalance waits for the commit under way: nothing is lost, nothing is done twice', async () => {
  const gate = Promise.withResolvers<void>()
  let commits = 0
  const builder = new StreamsBuilder()
  builder.stream('source', { topic: input, key: stringSerde }).to('sink', { topic: output, key: stringSerde })
  const { broker, listener } = coordinated(async () => {
    commits += 1
    await gate.promise
  })
  await broker.createTopics([input])
  const codec = input.value.bind(broker.schemas, 'input-value')
  const producer = broker.producer()
  const send = (value: string) =>
    producer.send([{ ...partition, key: null, value: codec.encode(value), timestamp: 0, headers: [] }])
  await send('a')
  await using streams = new Streams(builder.build(), {
    applicationId: 'app',
    broker,
    logger: silentLogger,
    commitIntervalMs: 0,
  })
  await streams.start()
  await until(() => commits === 1)
  await listener().onAssigned([])
  // Time enough for new tasks to read offsets that are not the last word.
  await new Promise((go) => setTimeout(go, 150))
  await send('b')
  gate.resolve()
  await until(async () => (await broker.committed('app'))[0]?.offset === 2)
  const reader = broker.reader()
  reader.assign([{ topic: 'output', partition: 0, offset: 0 }])
  const found = await reader.poll({ maxRecords: 10, maxWaitMs: 0 })
  assert.deepEqual(
    found.map(({ value }) => codec.decode(value!)),
    ['a', 'b'],
  )
})
