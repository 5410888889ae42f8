import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import { StreamsBuilder, stringSerde, type Topology } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { countPerWindow, writtenByBroadcast } from './count-per-window.ts'
import { changesOf, revision } from './revision.ts'
import { analyzedMessage, newValues, sentimentOf } from './testing/messages.ts'

const options = { name: '10s', sizeMs: 10_000, graceMs: 5_000, closeIdleAfterMs: 30_000 }
const topology = (): Topology => {
  const builder = new StreamsBuilder()
  const scored = builder.stream('analyzed', { topic: topics.analyzedMessages, key: stringSerde })
  countPerWindow(writtenByBroadcast(scored), options).to('window-counts', {
    topic: topics.windowCounts,
    key: stringSerde,
  })
  return builder.build()
}
const record = (
  timestamp: number,
  authorId = 'a',
  broadcastId = 'b1',
  more: Parameters<typeof analyzedMessage>[1] = {},
) => ({
  key: 'demo:one',
  value: analyzedMessage({ timestamp, authorId, broadcastId }, more),
  timestamp,
})
const counts = async (driver: TopologyTestDriver) =>
  (await newValues(driver, topics.windowCounts)).map((count) => {
    const { broadcastId, windowStart, messages, authors, closed, revision } = count
    return { broadcastId, windowStart, messages, authors, closed, revision: changesOf(revision) }
  })

test('counts messages, moods, swearing and different authors of one window', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver
    .input(topics.analyzedMessages)
    .sendAll([
      record(1_000, 'a', 'b1', { sentiment: sentimentOf('positive') }),
      record(2_000, 'b', 'b1', { sentiment: sentimentOf('negative', 0.5), severity: 2 }),
      record(3_000, 'a', 'b1', { severity: 1 }),
      record(9_999, 'c', 'b1', { sentiment: sentimentOf('neutral') }),
    ])
  const [count] = await newValues(driver, topics.windowCounts)
  assert.deepEqual(count, {
    channelId: 'demo:one', broadcastId: 'b1', windowStart: 0, windowEnd: 10_000, messages: 4, positive: 1, neutral: 1, negative: 1,
    unscored: 1, unsure: 1, profane: 1, mildlyProfane: 1, authors: 3, closed: false, revision: revision(1, 1),
  }) // biome-ignore format: one group a line
})

test('sends an open window once a commit, with a higher revision each time, and once more when it closes', async () => {
  await using driver = new TopologyTestDriver(topology())
  const input = driver.input(topics.analyzedMessages)
  await input.sendAll([record(1_000), record(2_000)])
  await input.sendAll([record(3_000)])
  await input.sendAll([record(14_999)])
  assert.deepEqual(
    (await counts(driver)).map(({ windowStart, messages, closed, revision }) => [
      windowStart,
      messages,
      closed,
      changesOf(revision),
    ]),
    [
      [0, 2, false, 1],
      [0, 3, false, 2],
      [10_000, 1, false, 1],
    ],
  )
  await input.sendAll([record(15_000)])
  assert.deepEqual(
    (await counts(driver)).map(({ windowStart, messages, closed, revision }) => [
      windowStart,
      messages,
      closed,
      changesOf(revision),
    ]),
    [
      [0, 3, true, 3],
      [10_000, 2, false, 2],
    ],
  )
})

test('drops a message later than the grace period and counts one within it', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver
    .input(topics.analyzedMessages)
    .sendAll([record(1_000), record(14_000), record(2_000), record(15_000), record(3_000)])
  const first = (await counts(driver)).filter(({ windowStart }) => windowStart === 0)
  assert.deepEqual(
    first.map(({ messages, closed }) => [messages, closed]),
    [[2, true]],
  )
})

test('a faster broadcast on the channel never makes another one late', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.analyzedMessages).sendAll([record(1_000), record(900_000, 'a', 'b2'), record(2_000)])
  assert.deepEqual(
    (await counts(driver)).map(({ broadcastId, messages }) => [broadcastId, messages]),
    [
      ['b1', 2],
      ['b2', 1],
    ],
  )
})

test('closes the windows of a silent broadcast by machine time, and what comes then for them is late', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.analyzedMessages).send('demo:one', record(1_000).value, 1_000)
  await counts(driver)
  await driver.advanceWallClock(20_000)
  assert.deepEqual(await counts(driver), [])
  await driver.advanceWallClock(11_000)
  assert.deepEqual(
    (await counts(driver)).map(({ messages, closed }) => [messages, closed]),
    [[1, true]],
  )
  await driver.input(topics.analyzedMessages).send('demo:one', record(2_000).value, 2_000)
  assert.deepEqual(await counts(driver), [])
})

test('goes on where it was after a restart', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.analyzedMessages).sendAll([record(1_000, 'a'), record(2_000, 'b')])
  await driver.restart()
  await driver.input(topics.analyzedMessages).sendAll([record(3_000, 'a')])
  assert.deepEqual((await counts(driver)).at(-1), {
    broadcastId: 'b1',
    windowStart: 0,
    messages: 3,
    authors: 2,
    closed: false,
    revision: 2,
  })
})

test('counts the same whatever the batch and the commits are', async () => {
  const records = Array.from({ length: 300 }, (_, i) =>
    record((i * 7_919) % 60_000 < 30_000 ? i * 211 : i * 200, `author-${i % 17}`),
  )
  const final: string[] = []
  for (const [batchSize, commitEvery] of [
    [1, 1],
    [7, 50],
    [512, 300],
  ] as const) {
    await using driver = new TopologyTestDriver(topology(), { batchSize, commitEvery })
    await driver.input(topics.analyzedMessages).sendAll(records)
    const latest = new Map<number, unknown>()
    for (const { windowStart, messages, authors, closed } of await counts(driver))
      latest.set(windowStart, [messages, authors, closed])
    final.push(JSON.stringify([...latest].sort((a, b) => a[0] - b[0])))
  }
  assert.equal(new Set(final).size, 1)
})
