import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { SuppressBufferFullError } from '../errors.ts'
import { jsonSerde, stringSerde } from '../serde.ts'
import { TopologyTestDriver } from '../testing/index.ts'
import { testTopic } from '../testing/test-topic.ts'
import { WindowCaseDriver } from '../testing/window-cases.ts'
import { Topology } from '../topology.ts'
import { heldSerde } from './held.ts'
import { type Suppression, untilTimeLimit, untilWindowCloses } from './suppress.ts'
import { suppressProcessor } from './suppress-processor.ts'
import type { Windowed } from './windowed.ts'
import { windowedSerde } from './windowed-serde.ts'
import { timeWindows } from './windows.ts'

const rows = testTopic<string>('rows')
const raw = testTopic<number>('raw')
const held = testTopic<number>('held')

/** Counts the rows of a table by their value, as they are and suppressed. */
const countByValue = (suppression: Suppression) => {
  const builder = new StreamsBuilder()
  const counts = builder
    .table('rows', { topic: rows, key: stringSerde, store: 'rows-store' })
    .groupBy('by-value', (_key, value) => ({ key: value, value }), { key: stringSerde, value: jsonSerde<string>() })
    .count('counts')
  counts.toStream('raw').to('raw-sink', { topic: raw as never, key: stringSerde })
  counts
    .suppress('held', suppression)
    .toStream('held-stream')
    .to('held-sink', { topic: held as never, key: stringSerde })
  return builder.build()
}

class CountByValue {
  readonly driver: TopologyTestDriver
  readonly #raw
  readonly #held

  constructor(suppression: Suppression) {
    this.driver = new TopologyTestDriver(countByValue(suppression))
    this.#raw = this.driver.output(raw)
    this.#held = this.driver.output(held)
  }

  async send(...records: [key: string, value: string, timestamp: number][]): Promise<void> {
    for (const [key, value, timestamp] of records) await this.driver.input(rows).send(key, value, timestamp)
  }

  async results(): Promise<{ raw: string; held: string }> {
    const show = (records: readonly { key: string | null; value: number | undefined; timestamp: number }[]) =>
      records.map(({ key, value, timestamp }) => `${key}:${value}@${timestamp}`).join(' ')
    return { raw: show(await this.#raw.records()), held: show(await this.#held.records()) }
  }
}

test('9: only the last result of a closed window comes out', async () => {
  const windows = new WindowCaseDriver({
    windows: timeWindows({ sizeMs: 2, graceMs: 1 }),
    count: true,
    suppress: untilWindowCloses(),
  })
  await using _ = windows.driver
  await windows.send('k1: x@0,x@1,x@2,x@1,x@0,x@5,x@0')
  assert.deepEqual(await windows.results(), [
    'k1[0,2)1@0',
    'k1[0,2)2@1',
    'k1[2,4)1@2',
    'k1[0,2)3@1',
    'k1[0,2)4@1',
    'k1[4,6)1@5',
  ])
  assert.equal(await windows.drops(), 1)
  assert.deepEqual(await windows.suppressedResults(), ['k1[0,2)4@1', 'k1[2,4)1@2'])
})

test('10: records within the grace count in the suppressed result', async () => {
  const windows = new WindowCaseDriver({
    windows: timeWindows({ sizeMs: 2, graceMs: 2 }),
    count: true,
    suppress: untilWindowCloses(),
  })
  await using _ = windows.driver
  await windows.send('k1: x@0,x@1,x@2,x@0,x@3,x@0,x@4,x@0,x@30')
  assert.deepEqual(await windows.suppressedResults(), ['k1[0,2)4@1', 'k1[2,4)2@3', 'k1[4,6)1@4'])
  assert.equal(await windows.drops(), 1)
})

test('13: a time limit counts from the first result held, and the last one comes out', async () => {
  const table = new CountByValue(untilTimeLimit(2))
  await using _ = table.driver
  await table.send(['k1', 'v1', 0], ['k1', 'v2', 1], ['k2', 'v1', 2])
  assert.deepEqual(await table.results(), { raw: 'v1:1@0 v1:0@1 v2:1@1 v1:1@2', held: 'v1:1@2' })
  await table.send(['tick', 'tick', 3])
  assert.deepEqual(await table.results(), { raw: 'tick:1@3', held: 'v2:1@1' })
  await table.send(['tick', 'tock', 4])
  assert.deepEqual(await table.results(), { raw: 'tick:0@4 tock:1@4', held: '' })
})

test('14: a full buffer that may emit early sends its oldest result', async () => {
  const table = new CountByValue(untilTimeLimit(Infinity, { maxRecords: 1, whenFull: 'emit-early' }))
  await using _ = table.driver
  await table.send(['k1', 'v1', 0], ['k1', 'v2', 1], ['k2', 'v1', 2])
  assert.equal((await table.results()).held, 'v1:0@1 v2:1@1')
  await table.send(['x', 'x', 3])
  assert.equal((await table.results()).held, 'v1:1@2')
})

test('15: a time limit of 0 holds nothing back', async () => {
  const table = new CountByValue(untilTimeLimit(0))
  await using _ = table.driver
  await table.send(['k1', 'v1', 0], ['k1', 'v2', 1], ['k2', 'v1', 2], ['x', 'x', 3], ['x', 'y', 4])
  const { raw: updates, held: results } = await table.results()
  assert.equal(updates, 'v1:1@0 v1:0@1 v2:1@1 v1:1@2 x:1@3 x:0@4 y:1@4')
  assert.equal(results, updates)
})

test('16: a result is held until its window closes', async () => {
  const windows = new WindowCaseDriver({
    windows: timeWindows({ sizeMs: 100, graceMs: 0 }),
    suppress: untilWindowCloses(),
  })
  await using _ = windows.driver
  await windows.send('k: a@5')
  assert.deepEqual(await windows.suppressedResults(), [])
  await windows.send('k: b@100')
  assert.deepEqual(await windows.suppressedResults(), ['k[0,100)a@5'])
})

const windowedRows = testTopic<string>('windowed-rows')
const passed = testTopic<string>('passed')

/** A suppress node alone, fed with windowed results. */
const suppressOnly = (suppression: Suppression) => {
  const key = windowedSerde(stringSerde)
  const topology = new Topology()
    .addSource('source', { topic: windowedRows, key })
    .addStateStore({ name: 'buffer', kind: 'key-value', key, value: heldSerde(jsonSerde<string>()) })
    .addProcessor(
      'suppress',
      suppressProcessor<Windowed<string>, string | undefined>({
        store: 'buffer',
        suppression,
        windows: timeWindows({ sizeMs: 100, graceMs: 0 }),
        isTombstone: (value) => value === undefined,
        join: (_held, next) => next,
      }),
      ['source'],
      ['buffer'],
    )
    .addSink('sink', { topic: passed, key }, ['suppress'])
  const driver = new TopologyTestDriver(topology)
  const input = driver.input(windowedRows, key)
  const output = driver.output(passed, key)
  return {
    driver,
    send: (start: number, value: string | undefined, timestamp: number) =>
      input.send({ key: 'k', window: { start, end: start + 100 }, isFinal: false, revision: 1 }, value, timestamp),
    results: async () =>
      (await output.records()).map(({ key: of, value, timestamp }) => `[${of!.window.start}]${value}@${timestamp}`),
  }
}

test('16: an update of a window that stream time has closed passes at once', async () => {
  const suppressed = suppressOnly(untilWindowCloses())
  await using _ = suppressed.driver
  await suppressed.send(0, 'a', 5)
  assert.deepEqual(await suppressed.results(), [])
  await suppressed.send(100, 'b', 100)
  assert.deepEqual(await suppressed.results(), ['[0]a@5'])
  await suppressed.send(0, 'c', 6)
  assert.deepEqual(await suppressed.results(), ['[0]c@6'])
})

test('17: a deletion of a window that was never heard of is dropped', async () => {
  const suppressed = suppressOnly(untilWindowCloses())
  await using _ = suppressed.driver
  await suppressed.send(0, undefined, 5)
  await suppressed.send(100, 'b', 100)
  assert.deepEqual(await suppressed.results(), [])
})

test('17: a deletion behind a time limit is forwarded', async () => {
  const suppressed = suppressOnly(untilTimeLimit(10))
  await using _ = suppressed.driver
  await suppressed.send(0, undefined, 5)
  await suppressed.send(100, 'b', 100)
  assert.deepEqual(await suppressed.results(), ['[0]undefined@5'])
})

test('18: a full buffer that may not emit early stops the task and loses nothing', async () => {
  const windows = new WindowCaseDriver({
    windows: timeWindows({ sizeMs: 100, graceMs: 0 }),
    suppress: untilWindowCloses({ maxRecords: 1, whenFull: 'fail' }),
  })
  await using _ = windows.driver
  await assert.rejects(windows.send('k: hey@100; j: dummy@100'), (error: Error) => {
    assert.ok(error instanceof SuppressBufferFullError)
    assert.match(error.message, /exceeded its max capacity/)
    return true
  })
  assert.deepEqual(await windows.driver.broker.committed('test'), [])
})

test('what is held survives a restart, with its order', async () => {
  const windows = new WindowCaseDriver({
    windows: timeWindows({ sizeMs: 10, graceMs: 0 }),
    suppress: untilWindowCloses(),
  })
  await using _ = windows.driver
  await windows.send('b: 1@1; a: 2@2; a: 3@9')
  await windows.driver.restart()
  await windows.send('c: 4@10')
  assert.deepEqual(await windows.suppressedResults(), ['a[0,10)2+3@9', 'b[0,10)1@1'])
})

test('a suppressed result carries the revision of the result it shows, over a restart too', async () => {
  const key = windowedSerde(stringSerde)
  const shown = testTopic<string>('shown')
  const builder = new StreamsBuilder()
  builder
    .stream('rows', { topic: rows, key: stringSerde })
    .groupByKey()
    .windowedBy(timeWindows({ sizeMs: 10, graceMs: 0 }))
    .count('counts', { streamTime: 'partition' })
    .suppress('held', untilWindowCloses())
    .map('show', (count, of) => ({ key: of.key, value: `${count} r${of.key.revision} ${of.key.isFinal}` }))
    .to('sink', { topic: shown, key })
  await using driver = new TopologyTestDriver(builder.build())
  const input = driver.input(rows)
  const output = driver.output(shown, key)
  for (const [a, b, next] of [
    [1, 2, 10],
    [11, 12, 20],
  ] as const) {
    await input.send('k', 'x', a)
    await input.send('k', 'x', b)
    if (a > 10) await driver.restart()
    await input.send('k', 'x', next)
  }
  assert.deepEqual(await output.values(), ['2 r2 true', '3 r3 true'])
})

test('a window that closes comes out once, with everything that was cached for it', async () => {
  for (const options of [
    {},
    { final: true },
    { updates: 'per-commit', final: true },
    { updates: 'none', final: true },
  ] as const) {
    const windows = new WindowCaseDriver({
      windows: timeWindows({ sizeMs: 10, graceMs: 0 }),
      ...options,
      suppress: untilWindowCloses(),
      driver: { cacheMaxEntries: 100 },
    })
    await using _ = windows.driver
    await windows.send('a: 1@1; b: 2@2')
    await windows.send('a: 3@3; b: 4@4; c: 5@20')
    assert.deepEqual(await windows.suppressedResults(), ['a[0,10)1+3@3', 'b[0,10)2+4@4'], JSON.stringify(options))
  }
})

test('what a buffer has no room for while its windows close is let go by their close first', async () => {
  const windows = new WindowCaseDriver({
    windows: timeWindows({ sizeMs: 10, graceMs: 0 }),
    suppress: untilWindowCloses({ maxRecords: 1, whenFull: 'fail' }),
  })
  await using _ = windows.driver
  await windows.send('a: 1@1; a: 2@10; a: 3@20')
  assert.deepEqual(await windows.suppressedResults(), ['a[0,10)1@1', 'a[10,20)2@10'])
})
