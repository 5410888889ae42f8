import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Faults } from '../broker/faults.ts'
import { stringSerde } from '../serde.ts'
import { type TestDriverOptions, TopologyTestDriver } from '../testing/index.ts'
import { testTopic } from '../testing/test-topic.ts'
import { windowedSerde } from '../window/windowed-serde.ts'
import { timeWindows } from '../window/windows.ts'
import { StreamsBuilder } from './streams-builder.ts'
import type { TableOptions } from './table-updates.ts'

const input = testTopic<string>('input')
const output = testTopic<number | undefined>('output')

const counting = (options: TableOptions = {}) => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .groupByKey()
    .count('counts', options)
    .toStream('updates')
    .to('sink', { topic: output, key: stringSerde })
  return builder.build()
}
const windowed = () => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .groupByKey()
    .windowedBy(timeWindows({ sizeMs: 10, graceMs: 0 }))
    .count('counts')
    .mapValues<number | undefined>('any', (count) => count)
    .to('sink', { topic: output, key: windowedSerde(stringSerde) })
  return builder.build()
}
/** How many keys have each value: right only when every update says what was heard before it. */
const regrouped = () => {
  const builder = new StreamsBuilder()
  builder
    .table('rows', { topic: input, key: stringSerde, store: 'row-store' })
    .groupBy('by-value', (_key, value) => ({ key: value, value }), { key: stringSerde, value: input.value })
    .count('counts')
    .toStream('updates')
    .to('sink', { topic: output, key: stringSerde })
  return builder.build()
}
async function run(topology: ReturnType<typeof counting>, keys: readonly string[], options: TestDriverOptions) {
  await using driver = new TopologyTestDriver(topology, options)
  await driver.input(input).sendAll(keys.map((key, timestamp) => ({ key, value: 'x', timestamp })))
  const records = await driver.output(output, stringSerde).records()
  const { tasks } = await driver.metrics()
  return { seen: records.map(({ key, value }) => `${key}=${value}`), cache: tasks[0]!.cache }
}

test('between two commits only the latest update of each row goes on', async () => {
  const keys = ['a', 'b', 'a', 'a', 'b', 'a']
  const { seen, cache } = await run(counting(), keys, { cacheMaxEntries: 100, commitEvery: 3 })
  assert.deepEqual(seen, ['a=2', 'b=1', 'a=4', 'b=2'])
  assert.deepEqual(cache, { updates: 6, forwarded: 4, evicted: 0 })
})

test('without room, the oldest update goes on before its commit', async () => {
  const { seen, cache } = await run(counting(), ['a', 'a', 'b', 'c', 'a'], { cacheMaxEntries: 2 })
  assert.deepEqual(seen, ['a=2', 'b=1', 'c=1', 'a=3'])
  assert.deepEqual(cache, { updates: 5, forwarded: 4, evicted: 2 })
})

test('bytes are a limit, too', async () => {
  const { seen } = await run(counting(), ['a', 'b', 'a', 'a'], { cacheMaxBytes: 50 })
  assert.deepEqual(seen, ['a=1', 'b=1', 'a=3'])
})

test('the test driver has no cache, and a table may do without one', async () => {
  assert.deepEqual((await run(counting(), ['a', 'a'], {})).seen, ['a=1', 'a=2'])
  const { seen, cache } = await run(counting({ updates: 'every-update' }), ['a', 'a'], { cacheMaxEntries: 100 })
  assert.deepEqual(seen, ['a=1', 'a=2'])
  assert.equal(cache.updates, 0)
})

test('windows speak once for each commit, or before it without room', async () => {
  const speak = async (options: TestDriverOptions) => {
    await using driver = new TopologyTestDriver(windowed(), options)
    const records = [1, 2, 3, 11, 12, 21].map((timestamp) => ({ key: 'k', value: 'x', timestamp }))
    await driver.input(input).sendAll(records)
    const found = await driver.output(output, windowedSerde(stringSerde)).records()
    return found.map(({ key, value }) => `${key!.window.start}=${value}`)
  }
  assert.deepEqual(await speak({}), ['0=1', '0=2', '0=3', '10=1', '10=2', '20=1'])
  assert.deepEqual(await speak({ cacheMaxEntries: 100 }), ['0=3', '10=2', '20=1'])
  assert.deepEqual(await speak({ cacheMaxEntries: 1, commitEvery: 2 }), ['0=2', '0=3', '10=1', '10=2', '20=1'])
})

test('whatever is cached, evicted, committed or aborted, the last value of every row is the same', async () => {
  const updates = fc.array(
    fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.constantFrom('x', 'y', 'z', undefined) }),
    { maxLength: 40 },
  )
  await fc.assert(
    fc.asyncProperty(
      updates,
      fc.nat({ max: 6 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat({ max: 3 }),
      async (list, cacheMaxEntries, commitEvery, aborted) => {
        const faults = new Faults()
        for (let i = 0; i < aborted; i++) faults.commits.push(i % 2 ? 'aborted' : 'unknown-but-committed')
        await using driver = new TopologyTestDriver(regrouped(), { cacheMaxEntries, commitEvery, faults })
        await driver.input(input).sendAll(list.map((row, timestamp) => ({ ...row, timestamp })) as never)
        const heard = new Map<string, number>()
        for (const { key, value } of await driver.output(output, stringSerde).records()) heard.set(key!, value!)
        const rows = new Map(list.map(({ key, value }) => [key, value]))
        for (const value of ['x', 'y', 'z'])
          assert.equal(heard.get(value) ?? 0, [...rows.values()].filter((one) => one === value).length)
      },
    ),
    { seed: 11, numRuns: 150 },
  )
})
