import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BroadcastFeed } from './broadcast-feed.ts'
import { cursorOf, formatCursor, liveTopics, parseCursor } from './cursor.ts'
import { LatencyBoard } from './latency-board.ts'

const start = liveTopics.map(() => 0)
const source = { json: () => '{}', analyzed: () => null }

test('a feed keeps a bounded number of messages and says what is gone', () => {
  const feed = new BroadcastFeed(0, start, { messages: 100, parts: 10 })
  for (let offset = 0; offset < 1000; offset += 1) feed.addMessage(offset, source)
  const { messages, lost } = feed.messagesFrom(0, 10_000)
  assert.ok(messages.length <= 356)
  assert.equal(lost + messages.length, 1000)
  assert.equal(feed.locate(new Map([[0, start]])).gap, true)
})

test('what a browser gets of a message is made when somebody reads it, once for all readers', () => {
  const feed = new BroadcastFeed(0, start, { messages: 100, parts: 10 })
  const made: number[] = []
  for (let offset = 0; offset < 50; offset += 1)
    feed.addMessage(offset, {
      json: () => {
        made.push(offset)
        return `{"n":${offset}}`
      },
      analyzed: () => null,
    })
  assert.deepEqual(made, [])
  for (let reader = 0; reader < 3; reader += 1)
    assert.deepEqual(
      feed.messagesFrom(48, 10).messages.map(({ json }) => json),
      ['{"n":48}', '{"n":49}'],
    )
  assert.deepEqual(made, [48, 49])
})

test('a newer part takes the place of the older one', () => {
  const feed = new BroadcastFeed(0, start, { messages: 100, parts: 10 })
  for (let offset = 0; offset < 5; offset += 1) feed.setPart('windows', 'minute 1', 1, offset, `{"n":${offset}}`)
  assert.deepEqual(
    feed.partsSince(0).map(({ json }) => json),
    ['{"n":4}'],
  )
  assert.equal(feed.locate(new Map([[0, start]])).gap, false)
})

test('parts that had to go make a gap for those who never had them', () => {
  const feed = new BroadcastFeed(0, start, { messages: 100, parts: 10 })
  for (let offset = 0; offset < 20; offset += 1) feed.setPart('windows', `minute ${offset}`, 1, offset, '{}')
  assert.equal(feed.partsSince(0).length, 10)
  assert.equal(feed.locate(new Map([[0, start]])).gap, true)
  assert.equal(feed.locate(new Map([[0, [0, 10, 0, 0, 0, 0]]])).gap, false)
})

test('a cursor is read back as it was written', () => {
  const cursor = cursorOf([
    { topic: 'analyzed-messages', partition: 2, offset: 10 },
    { topic: 'alerts', partition: 2, offset: 3 },
    { topic: 'analyzed-messages', partition: 0, offset: 7 },
    { topic: 'elsewhere', partition: 9, offset: 1 },
  ])
  assert.equal(formatCursor(cursor), '0:7.0.0.0.0.0_2:10.0.0.0.3.0')
  assert.deepEqual(parseCursor(formatCursor(cursor)), cursor)
})

test('the cursor of an empty archive stands before everything', () => {
  assert.equal(formatCursor(cursorOf([])), '')
  assert.deepEqual(parseCursor(''), new Map())
})

test('what is no cursor is none', () => {
  assert.equal(parseCursor(undefined), null)
  for (const text of [
    'x',
    '0:1',
    '0:1.2.3.4.5',
    '0:1.2.3.4.5.6.7',
    '0:-1.0.0.0.0.0',
    '0:1e9.0.0.0.0.0',
    '0:99999999999999999.0.0.0.0.0',
    `0:${'1.'.repeat(5000)}1`,
  ])
    assert.equal(parseCursor(text), null, text.slice(0, 40))
})

test('latency that no browser could have measured is not taken in', () => {
  const board = new LatencyBoard(() => 0)
  for (const report of [
    null,
    {},
    { p50: -1, p95: 2, samples: 1 },
    { p50: 1, p95: Number.NaN, samples: 1 },
    { p50: 1, p95: 2, samples: 0 },
    { p50: '1', p95: 2, samples: 1 },
  ])
    assert.equal(board.add(report), false)
  assert.equal(board.summary(), null)
  assert.equal(board.add({ p50: 20, p95: 80, samples: 10 }), true)
  assert.deepEqual(board.summary(), { p50: 20, p95: 80, samples: 10 })
})

test('old latency is forgotten, and reports are bounded', () => {
  let now = 0
  const board = new LatencyBoard(() => now)
  for (let n = 0; n < 1000; n += 1) board.add({ p50: n, p95: n, samples: 1 })
  assert.ok(board.summary()!.samples <= 120)
  now = 10 * 60_000
  assert.equal(board.summary(), null)
})
