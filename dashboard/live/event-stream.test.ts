import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { broadcastPath } from '../app/broadcast-id.ts'
import { analyzed, CHANNEL, spanOf } from '../testing/chat-script.ts'
import { BROADCAST, broadcastState, type Fixture, startFixture } from '../testing/fixture.ts'
import { SseClient } from '../testing/sse-client.ts'
import { cursorOf, formatCursor } from './cursor.ts'
import { FRAME_MESSAGES } from './event-stream.ts'

let fixture: Fixture
let count = 0
const timing = { frameMs: 20, hurryMs: 5, heartbeatMs: 50, stallMs: 60_000 }

before(async () => {
  fixture = await startFixture({ streamTiming: timing, streamsPerPerson: 500 })
  await fixture.write({ states: [broadcastState()] })
})
after(() => fixture.close())

const place = { channelId: CHANNEL, broadcastId: BROADCAST }
const eventsUrl = (from = '') => `${fixture.server.url}${broadcastPath(place, '/events')}${from && `?from=${from}`}`
const here = async () => formatCursor(cursorOf(await fixture.archive.positions()))
const messages = (how: number, text = '안녕하세요') =>
  Array.from({ length: how }, () => {
    count += 1
    return analyzed({ id: `m${count}`, at: Date.now(), broadcastId: BROADCAST, text, mood: 'neutral' })
  })
/** Waits until the hub has read the last of them. */
async function tailed(written: ReturnType<typeof messages>) {
  const { id } = written.at(-1)!.message
  const isHere = () => {
    const feed = fixture.server.hub.feed(CHANNEL, BROADCAST)
    return feed?.messagesFrom(feed.count - 1, 1).messages[0]?.json?.includes(`"id":"${id}"`)
  }
  while (!isHere()) await new Promise((done) => setImmediate(done))
}
const idsOf = (written: ReturnType<typeof messages>) => written.map(({ message }) => message.id)

test('a stream brings everything after its cursor, once and in order', async () => {
  const from = await here()
  const early = messages(30)
  await fixture.write({ messages: early })
  const client = new SseClient(eventsUrl(from))
  await client.until(() => client.messageIds.length >= 30)
  const late = messages(20)
  await fixture.write({ messages: late })
  await client.until(() => client.messageIds.length >= 50)
  assert.deepEqual(client.messageIds, [...idsOf(early), ...idsOf(late)])
  client.close()
})

test('a page loaded while the archive lags behind loses nothing', async () => {
  const unarchived = messages(10)
  const from = await here()
  await fixture.write({ messages: unarchived }, { archived: false })
  const client = new SseClient(eventsUrl(from))
  await client.until(() => client.messageIds.length >= 10)
  assert.deepEqual(client.messageIds, idsOf(unarchived))
  client.close()
})

test('a page loaded before anything was ever archived misses nothing of what comes before it listens', async () => {
  const empty = await startFixture({ streamTiming: timing })
  try {
    const written = messages(10)
    await empty.write({ states: [broadcastState()], messages: written }, { archived: false })
    while (!empty.server.hub.feed(CHANNEL, BROADCAST)?.count) await new Promise((done) => setImmediate(done))
    const client = new SseClient(`${empty.server.url}${broadcastPath(place, '/events')}?from=`)
    await client.until(() => client.messageIds.length >= 10)
    assert.deepEqual(client.messageIds, idsOf(written))
    assert.ok(client.frames.some((frame) => frame.state))
    client.close()
  } finally {
    await empty.close()
  }
})

test('a browser that comes back with the last id gets what it missed and nothing twice', async () => {
  const first = new SseClient(eventsUrl(await here()))
  const seen = messages(5)
  await fixture.write({ messages: seen })
  await first.until(() => first.messageIds.length >= 5)
  const id = first.lastEventId
  first.close()
  const missed = messages(300)
  await fixture.write({ messages: missed })
  const second = new SseClient(eventsUrl(), { 'Last-Event-ID': id })
  await second.until(() => second.messageIds.length >= 300)
  assert.deepEqual(second.messageIds, idsOf(missed))
  assert.equal(
    second.events.some(({ event }) => event === 'gap'),
    false,
  )
  second.close()
})

test('a frame holds at most fifty rows', async () => {
  const client = new SseClient(eventsUrl(await here()))
  await client.until(() => client.status === 200)
  await fixture.write({ messages: messages(180) })
  await client.until(() => client.messageIds.length >= 180)
  assert.ok(client.frames.every((frame) => frame.messages.length <= FRAME_MESSAGES))
  client.close()
})

test('a stream is kept alive with a comment while nobody writes', async () => {
  const client = new SseClient(eventsUrl(await here()))
  await client.until(() => client.comments.length >= 2)
  assert.match(client.comments[0]!, /^:/m)
  client.close()
})

test('a cursor older than what is kept is told that there is a gap', async () => {
  const old = await here()
  const many = messages(2400)
  await fixture.write({ messages: many })
  await tailed(many)
  const client = new SseClient(eventsUrl(old))
  await client.until(() => client.events.length > 0)
  assert.equal(client.events[0]!.event, 'gap')
  client.close()
})

test('a cursor that is none begins with what comes next', async () => {
  const client = new SseClient(eventsUrl('../../etc'))
  await client.until(() => client.status === 200 && client.comments.length > 0)
  const fresh = messages(1)
  await fixture.write({ messages: fresh })
  await client.until(() => client.messageIds.length >= 1)
  assert.deepEqual(client.messageIds, idsOf(fresh))
  client.close()
})

test('a reader that stalls costs bounded memory and is told how many it missed', async () => {
  const client = new SseClient(eventsUrl(await here()), {}, { stalled: true })
  const other = new SseClient(eventsUrl(await here()))
  await client.until(() => client.status === 200)
  await other.until(() => other.status === 200)
  const text = '가'.repeat(1900)
  const written: string[] = []
  for (let round = 0; round < 24; round += 1) {
    const batch = messages(150, text)
    written.push(...idsOf(batch))
    await fixture.write({ messages: batch }, { archived: false })
    const last = written.at(-1)!
    await other.until(() => other.raw.includes(`"id":"${last}"`))
  }
  client.resume()
  const end = messages(1)
  await fixture.write({ messages: end })
  await client.until(() => client.messageIds.includes(end[0]!.message.id))
  const skipped = client.frames.reduce((sum, frame) => sum + frame.skipped, 0)
  const got = client.messageIds.length
  assert.equal(got + skipped, written.length + 1, 'every message was either brought or counted as skipped')
  assert.ok(skipped > 1000)
  // 3,600 messages of 5.9 kB were written; only what the sockets held and the last frames were ever queued for it.
  assert.ok(
    Buffer.byteLength(client.raw) < 10 * 2 ** 20,
    `${Buffer.byteLength(client.raw)} bytes of ${Buffer.byteLength(other.raw)}`,
  )
  client.close()
  other.close()
})

test('four hundred and fifty short visits leave no stream behind', async () => {
  const feed = () => fixture.server.hub.feed(CHANNEL, BROADCAST)!
  for (let round = 0; round < 9; round += 1) {
    const clients = Array.from({ length: 50 }, () => new SseClient(eventsUrl('')))
    await Promise.all(clients.map((client) => client.until(() => client.status === 200)))
    for (const client of clients) client.close()
  }
  while (feed().listeners > 0) await new Promise((done) => setImmediate(done))
  assert.equal(feed().listeners, 0)
})

test('the original of masked text is in no byte of a stream', async () => {
  const text = '이런 개똥말 진짜'
  const secret = analyzed({
    id: 'secret-1',
    at: Date.now(),
    broadcastId: BROADCAST,
    text,
    mood: 'negative',
    profanity: [spanOf(text, { piece: '개똥말', severity: 2, category: 'vulgar' })],
  })
  const client = new SseClient(eventsUrl(await here()))
  await client.until(() => client.status === 200)
  await fixture.write({ messages: [secret] })
  await client.until(() => client.messageIds.includes('secret-1'))
  assert.equal(client.raw.includes('개똥말'), false)
  assert.deepEqual(client.frames.at(-1)!.messages[0]!.segments, [
    { text: '이런 ' },
    { mask: { length: 3, severity: 2, category: 'vulgar', rule: 'fixture-1' } },
    { text: ' 진짜' },
  ])
  client.close()
})

test('the server ends its streams when it closes', async () => {
  const own = await startFixture()
  await own.write({ states: [broadcastState()] })
  const client = new SseClient(`${own.server.url}${broadcastPath(place, '/events')}`)
  await client.until(() => client.status === 200)
  await own.close()
  await client.until(() => client.isClosed)
  assert.ok(client.isClosed)
})
