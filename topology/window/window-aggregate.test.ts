import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CommitFault, Faults } from '../broker/faults.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import type { WindowedOptions } from '../dsl/windowed-options.ts'
import { stringSerde } from '../serde.ts'
import { type TestDriverOptions, TopologyTestDriver } from '../testing/index.ts'
import { testTopic } from '../testing/test-topic.ts'
import { slidingWindows, timeWindows } from './windows.ts'

interface Result {
  readonly start: number
  readonly count: number
  readonly closed: boolean
  readonly revision: number
}
const input = testTopic<string>('input')
const output = testTopic<Result>('output')
const deadLetters = {
  topic: testTopic<string>('dead-letters'),
  toValue: (letter: { stage: string; offset: number; node: string; value: Uint8Array | null }) =>
    `${letter.stage} ${letter.node} ${letter.offset} ${Buffer.from(letter.value ?? []).toString()}`,
}

function counting(options: WindowedOptions, driver: TestDriverOptions = {}, farFuture?: { toleranceMs: number }) {
  const builder = new StreamsBuilder()
  builder
    .stream('input', { topic: input, key: stringSerde, ...(farFuture && { farFuture }) })
    .groupByKey()
    .windowedBy(timeWindows({ sizeMs: 10, graceMs: 0 }))
    .count('counts', options)
    .map('to-result', (count, { key: { key, window, isFinal, revision } }) => ({
      key,
      value: { start: window.start, count, closed: isFinal, revision },
    }))
    .to('output', { topic: output, key: stringSerde })
  return new TopologyTestDriver(builder.build(), driver)
}
const records = (...list: [key: string, timestamp: number][]) =>
  list.map(([key, timestamp]) => ({ key, value: 'x', timestamp }))
const show = async (driver: TopologyTestDriver, out = driver.output(output)) =>
  (await out.records()).map(
    ({ key, value }) => `${key}[${value!.start}] ${value!.count}${value!.closed ? ' final' : ''} r${value!.revision}`,
  )

test('one aggregate gives its latest count at every commit and one final count', async () => {
  await using driver = counting({ updates: 'per-commit', final: true }, { commitEvery: 3 })
  await driver.input(input).sendAll(records(['a', 0], ['a', 1], ['b', 2], ['a', 3], ['a', 10], ['a', 11]))
  assert.deepEqual(await show(driver), ['a[0] 2 r1', 'b[0] 1 r1', 'a[0] 3 final r2', 'a[10] 2 r1'])
})

test('a window that closes between two commits without a final result still gives its last update', async () => {
  await using driver = counting({ updates: 'per-commit' })
  await driver.input(input).sendAll(records(['a', 0], ['a', 1], ['a', 10]))
  assert.deepEqual(await show(driver), ['a[0] 2 r1', 'a[10] 1 r1'])
})

test('a slow key is not late because another one is ahead', async () => {
  await using driver = counting({ final: true, updates: 'none' })
  await driver.input(input).sendAll(records(['fast', 1000], ['slow', 5], ['slow', 6], ['slow', 10]))
  assert.deepEqual(await show(driver), ['slow[0] 2 final r1'])
})

test("a key's stream time survives a restart", async () => {
  await using driver = counting({ final: true, updates: 'none' })
  const out = driver.output(output)
  await driver.input(input).sendAll(records(['a', 5], ['a', 10]))
  assert.deepEqual(await show(driver, out), ['a[0] 1 final r1'])
  await driver.restart()
  await driver.input(input).sendAll(records(['a', 6]))
  assert.deepEqual(await show(driver, out), [])
  assert.equal((await driver.metrics()).tasks[0]!.dropped.late, 1)
})

test('revisions go on after a restart', async () => {
  await using driver = counting({})
  const out = driver.output(output)
  await driver.input(input).sendAll(records(['a', 0], ['a', 1]))
  await driver.restart()
  await driver.input(input).sendAll(records(['a', 2]))
  assert.deepEqual(await show(driver, out), ['a[0] 1 r1', 'a[0] 2 r2', 'a[0] 3 r3'])
})

test('a silent key closes by the wall clock, and what comes later for its window is late', async () => {
  await using driver = counting({ final: true, updates: 'none', closeIdleAfterMs: 1000 })
  const out = driver.output(output)
  await driver.input(input).sendAll(records(['a', 5], ['b', 7]))
  await driver.advanceWallClock(500)
  await driver.input(input).sendAll(records(['b', 8]))
  await driver.advanceWallClock(500)
  assert.deepEqual(await show(driver, out), ['a[0] 1 final r1'])
  await driver.advanceWallClock(500)
  assert.deepEqual(await show(driver, out), ['b[0] 2 final r1'])
  await driver.restart()
  await driver.input(input).sendAll(records(['a', 9]))
  assert.deepEqual(await show(driver, out), [])
  assert.equal((await driver.metrics()).tasks[0]!.dropped.late, 1)
})

test('a backlog is never taken for silence', async () => {
  await using driver = counting({ final: true, updates: 'none', closeIdleAfterMs: 1000 }, { batchSize: 1 })
  const out = driver.output(output)
  await driver.input(input).sendAll(records(['a', 5]))
  const thread = await driver.start()
  await driver.input(input).write(records(['a', 6]))
  // The clock runs out while the record lies unread in the log.
  driver.clock.advance(5000)
  assert.equal(thread.tasks[0]!.group.buffered, 0)
  await driver.run()
  assert.deepEqual(await show(driver, out), [])
  await driver.advanceWallClock(5000)
  assert.deepEqual(await show(driver, out), ['a[0] 2 final r1'])
})

test('a timestamp far in the future closes nothing and is a dead letter', async () => {
  await using driver = counting(
    { final: true, updates: 'none' },
    { deadLetters, startTimeMs: 100 },
    { toleranceMs: 50 },
  )
  await driver.input(input).sendAll(records(['a', 5], ['a', 1_000_000], ['a', 6]))
  assert.deepEqual(await show(driver), [])
  assert.deepEqual(await driver.output(deadLetters.topic).values(), ['future input 1 "x"'])
  const [task] = (await driver.metrics()).tasks
  assert.equal(task!.dropped.future, 1)
  assert.equal(task!.streamTime, 6)
})

test('a late record without a side output is a dead letter', async () => {
  await using driver = counting({}, { deadLetters })
  await driver.input(input).sendAll(records(['a', 5], ['a', 10], ['a', 6]))
  assert.deepEqual(await driver.output(deadLetters.topic).values(), ['late counts 2 "x"'])
})

test('a key that the others have left far behind is closed and forgotten', async () => {
  await using driver = counting({ forgetKeyAfterMs: 1000, final: true, updates: 'none' })
  await driver.input(input).sendAll(records(['a', 5], ['b', 5000], ['a', 6]))
  // By then nobody knows any more that `a` was at 5.
  assert.deepEqual(await show(driver), ['a[0] 1 final r1'])
  const store = await driver.store<{ keys(): Iterable<{ key: string }> } & { name: string }>('counts')
  assert.deepEqual(
    [...store.keys()].map(({ key }) => key),
    ['b', 'a'],
  )
})

test('by partition, silence closes a sliding window once', async () => {
  const builder = new StreamsBuilder()
  builder
    .stream('input', { topic: input, key: stringSerde })
    .groupByKey()
    .windowedBy(slidingWindows({ differenceMs: 10, graceMs: 0 }))
    .count('counts', { streamTime: 'partition', updates: 'none', final: true, closeIdleAfterMs: 1000 })
    .map('to-result', (count, { key: { key, window, isFinal, revision } }) => ({
      key,
      value: { start: window.start, count, closed: isFinal, revision },
    }))
    .to('output', { topic: output, key: stringSerde })
  await using driver = new TopologyTestDriver(builder.build())
  const out = driver.output(output)
  await driver.input(input).sendAll(records(['a', 50]))
  await driver.advanceWallClock(1000)
  assert.deepEqual(await show(driver, out), ['a[40] 1 final r1'])
  await driver.input(input).sendAll(records(['b', 500], ['a', 45]))
  assert.deepEqual(await show(driver, out), [])
  assert.equal((await driver.metrics()).tasks[0]!.dropped.late, 1)
})

test('wherever commits fall and fail, the final counts and the last updates are the same', async () => {
  const faultKinds = fc.constantFrom<CommitFault>(
    'committed',
    'aborted',
    'unknown-but-committed',
    'unknown-and-not-committed',
  )
  const run = async (
    list: readonly (readonly [string, number])[],
    options: TestDriverOptions,
    faults: readonly CommitFault[],
  ) => {
    const scripted = new Faults()
    await using driver = counting({ updates: 'per-commit', final: true }, { ...options, faults: scripted })
    await driver.input(input).write(records(...list.map(([key, timestamp]): [string, number] => [key, timestamp])))
    scripted.commits.push(...faults)
    await driver.run()
    const finals: string[] = []
    const last = new Map<string, number>()
    for (const { key, value } of await driver.output(output).records()) {
      const window = `${key}[${value!.start}]`
      assert.ok(!finals.some((final) => final.startsWith(`${window} `)), 'nothing comes after a final count')
      if (value!.closed) finals.push(`${window} ${value!.count}`)
      else last.set(window, value!.count)
    }
    const open = [...last].filter(([window]) => !finals.some((final) => final.startsWith(`${window} `))).sort()
    return { finals, open }
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat({ max: 50 })), { maxLength: 30 }),
      fc.constantFrom(1, 7, 512),
      fc.integer({ min: 1, max: 12 }),
      fc.array(faultKinds, { maxLength: 5 }),
      async (list, batchSize, commitEvery, faults) => {
        const once = await run(list, { batchSize: 512 }, [])
        assert.deepEqual(await run(list, { batchSize, commitEvery }, faults), once)
      },
    ),
    { seed: 3, numRuns: 150 },
  )
})
