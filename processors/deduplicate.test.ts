import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import { stringSerde, Topology } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { type DeduplicateOptions, deduplicate, deduplicateStores, generationAt } from './deduplicate.ts'
import { chatMessage, newValues } from './testing/messages.ts'

const out = { ...topics.chatMessages, name: 'out' }
const topology = (options?: DeduplicateOptions): Topology => {
  const topology = new Topology()
    .addSource('chat', { topic: topics.chatMessages, key: stringSerde })
    .addProcessor(
      'deduplicate',
      deduplicate(options),
      ['chat'],
      deduplicateStores.map((store) => store.name),
    )
    .addSink('out', { topic: out, key: stringSerde }, ['deduplicate'])
  for (const store of deduplicateStores) topology.addStateStore<never, never>(store as never)
  return topology
}
const record = (id: string, timestamp: number, channelId = 'demo:one') => ({
  key: channelId,
  value: chatMessage({ id, timestamp, channelId }),
  timestamp,
})
const ids = async (driver: TopologyTestDriver) => (await newValues(driver, out)).map((message) => message.id)
async function rowsOf(driver: TopologyTestDriver): Promise<number> {
  let rows = 0
  for (let partition = 0; partition < topics.chatMessages.partitions; partition++) {
    const store = await driver.store<{ name: string; all(): Iterable<unknown> }>('seen-messages', partition)
    rows += [...store.all()].length
  }
  return rows
}

test('lets a message through once, however often the source delivers it', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.chatMessages).sendAll([record('a', 1), record('b', 2), record('a', 1), record('a', 3)])
  assert.deepEqual(await ids(driver), ['a', 'b'])
})

test('the same id on another channel is another message', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.chatMessages).sendAll([record('a', 1), record('a', 1, 'demo:two')])
  assert.equal((await ids(driver)).length, 2)
})

test('remembers over a restart', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.chatMessages).send('demo:one', chatMessage({ id: 'a' }), 1)
  await driver.restart()
  await driver.input(topics.chatMessages).send('demo:one', chatMessage({ id: 'a' }), 1)
  assert.deepEqual(await ids(driver), ['a'])
})

test('remembers an id for at least the window, and forgets it after two', async () => {
  await using driver = new TopologyTestDriver(topology({ windowMs: 100 }))
  await driver
    .input(topics.chatMessages)
    .sendAll([record('a', 0), record('b', 99), record('a', 100), record('c', 120), record('a', 150)])
  assert.deepEqual(await ids(driver), ['a', 'b', 'c'])
  await driver.input(topics.chatMessages).sendAll([record('d', 230), record('a', 240)])
  assert.deepEqual(await ids(driver), ['d', 'a'])
})

test('keeps at most so many ids of a channel, and always the last half of them', async () => {
  await using driver = new TopologyTestDriver(topology({ maxIds: 20 }))
  for (let i = 0; i < 100; i += 10)
    await driver.input(topics.chatMessages).sendAll(Array.from({ length: 10 }, (_, k) => record(`id-${i + k}`, i + k)))
  assert.equal((await ids(driver)).length, 100)
  assert.ok((await rowsOf(driver)) <= 20, `${await rowsOf(driver)}`)
  await driver.input(topics.chatMessages).sendAll([record('id-95', 200)])
  assert.deepEqual(await ids(driver), [])
})

test('many ids in one commit never make it more than so many', async () => {
  await using driver = new TopologyTestDriver(topology({ maxIds: 6_000 }))
  for (let i = 0; i < 20_000; i += 2_500)
    await driver
      .input(topics.chatMessages)
      .sendAll(Array.from({ length: 2_500 }, (_, k) => record(`id-${i + k}`, i + k)))
  assert.equal((await ids(driver)).length, 20_000)
  assert.ok((await rowsOf(driver)) <= 6_000, `${await rowsOf(driver)}`)
})

test('a generation ends when it is old or half full', () => {
  const limits = { windowMs: 100, maxIds: 10 }
  const first = generationAt(undefined, 5, limits)
  assert.deepEqual(first, { number: 1, startedAt: 5, ids: 0, oldest: 1 })
  assert.equal(generationAt({ ...first, ids: 4 }, 104, limits).number, 1)
  assert.equal(generationAt({ ...first, ids: 5 }, 6, limits).number, 2)
  assert.equal(generationAt(first, 105, limits).number, 2)
})
