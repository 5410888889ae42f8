import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { channelKey, type TopicDeclaration, topics } from '#schemas/topics.ts'
import { type Broker, BrokerError, MemoryBroker, MemoryLog } from '#topology'
import type { ArchiveBatch, ArchiveWriter } from './archive.ts'
import { ArchiveError } from './archive-error.ts'
import { type ArchiveProgress, runArchiveSink } from './archive-sink.ts'
import { openArchiveReader, openArchiveWriter } from './sqlite-archive.ts'
import { alertOf, keywordsOf, message, offenceOf, stateOf, T0, windowOf } from './testing/archive-values.ts'

async function setUp(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'javas-archive-sink-'))
  const path = join(directory, 'archive.db')
  const clock = { now: T0 }
  timestamp = T0
  const log = new MemoryLog({ clock: () => clock.now })
  const broker = new MemoryBroker({ log })
  await broker.createTopics(Object.values(topics))
  const writer = await openArchiveWriter(path)
  const reader = openArchiveReader(path)
  t.after(async () => {
    await reader.close()
    await writer.close()
    await broker.close()
    rmSync(directory, { recursive: true, force: true })
  })
  return { broker, writer, reader, clock }
}

const channelOf = (value: unknown): string => {
  const { channelId, message } = value as { channelId?: string; message?: { channelId: string } }
  return channelId ?? message!.channelId
}

let timestamp = T0

async function send<T>(broker: Broker, { name, value }: TopicDeclaration<T>, ...values: readonly T[]) {
  const codec = value.bind(broker.schemas, name)
  const producer = broker.producer()
  await producer.send(
    values.map((one) => ({
      topic: name,
      key: channelKey(channelOf(one)),
      value: codec.encode(one),
      timestamp,
      headers: [],
    })),
  )
  await producer.close()
}

/** Runs the sink until it has stored up to the ends of all topics, or `until` says so. */
async function drain(
  broker: Broker,
  writer: ArchiveWriter,
  until?: (progress: ArchiveProgress) => boolean,
  maxRecords = 100,
): Promise<ArchiveProgress[]> {
  const stop = new AbortController()
  const seen: ArchiveProgress[] = []
  const ends = new Map<string, number>()
  for (const { name, partitions } of Object.values(topics))
    for (let partition = 0; partition < partitions; partition++)
      ends.set(`${name} ${partition}`, (await broker.offsets({ topic: name, partition })).latest)
  const archived = new Set<string>([
    topics.analyzedMessages.name,
    topics.windowCounts.name,
    topics.keywordCounts.name,
    topics.authorOffences.name,
    topics.alerts.name,
    topics.broadcastStates.name,
  ])
  for (const { topic, partition, offset } of await writer.positions())
    if (ends.get(`${topic} ${partition}`) === offset) ends.delete(`${topic} ${partition}`)
  const isDone = () => [...ends].every(([name, end]) => end === 0 || !archived.has(name.split(' ')[0]!))
  const onProgress = (progress: ArchiveProgress) => {
    seen.push(progress)
    if (progress.kind === 'applied')
      for (const { topic, partition, offset } of progress.positions)
        if (offset >= (ends.get(`${topic} ${partition}`) ?? 0)) ends.delete(`${topic} ${partition}`)
    if (until ? until(progress) : isDone()) stop.abort()
  }
  if (!until && isDone()) return seen
  await runArchiveSink({
    broker,
    writer,
    signal: stop.signal,
    onProgress,
    maxRecords,
    maxWaitMs: 20,
    retryMs: { first: 1, longest: 4 },
  })
  return seen
}

const many = (count: number, prefix = 'm') =>
  Array.from({ length: count }, (_, index) =>
    message(`${prefix}${index}`, `글 ${index}`, { timestamp: T0 + index, channelId: `demo:${index % 5}` }),
  )

test('carries every output topic into the archive', async (t) => {
  const { broker, writer, reader } = await setUp(t)
  await send(broker, topics.analyzedMessages, message('m1', '안녕'), message('m2', '세상'))
  await send(
    broker,
    topics.windowCounts,
    windowOf(T0),
    windowOf(T0, { revision: 3, messages: 3 }),
    windowOf(T0, { revision: 2 }),
  )
  await send(broker, topics.keywordCounts, keywordsOf(['하나']), keywordsOf(['둘'], { revision: 2 }))
  await send(broker, topics.authorOffences, offenceOf('u1', { revision: 2 }), offenceOf('u1'))
  await send(broker, topics.alerts, alertOf('a1'), alertOf('a1', { state: 'resolved', revision: 2 }))
  await send(broker, topics.broadcastStates, stateOf())
  await drain(broker, writer)
  assert.equal((await reader.search({ text: '안녕' })).total, 1)
  assert.equal((await reader.windows('demo:one', 'first', 60_000))[0]?.messages, 3)
  assert.equal((await reader.keywords('demo:one', 'first'))?.words[0]?.word, '둘')
  assert.equal((await reader.offences('demo:one', 9))[0]?.revision, 2)
  assert.equal((await reader.alerts('demo:one'))[0]?.state, 'resolved')
  const summary = await reader.broadcast('demo:one', 'first')
  assert.deepEqual([summary?.messages, summary?.alerts, summary?.title], [2, 1, 'A title'])
})

test('goes on where the archive ends, however often it is stopped', async (t) => {
  const { broker, writer, reader } = await setUp(t)
  await send(broker, topics.analyzedMessages, ...many(1_000))
  for (let run = 0; run < 5; run++) await drain(broker, writer, ({ kind }) => kind === 'applied', 30)
  await drain(broker, writer)
  assert.equal((await reader.search({})).total, 1_000)
  const counts = (await reader.broadcasts()).map(({ messages }) => messages)
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    1_000,
  )
  assert.deepEqual(await drain(broker, writer), [])
})

test('a store that fails is tried again, and nothing is lost or doubled', async (t) => {
  const { broker, writer, reader } = await setUp(t)
  await send(broker, topics.analyzedMessages, ...many(200))
  let calls = 0
  const failing: ArchiveWriter = {
    positions: () => writer.positions(),
    resetPositions: (positions) => writer.resetPositions(positions),
    deleteBroadcast: (channelId, broadcastId) => writer.deleteBroadcast(channelId, broadcastId),
    expire: (rules) => writer.expire(rules),
    countExpired: (rules) => writer.countExpired(rules),
    erasePerson: (channelId, authorId) => writer.erasePerson(channelId, authorId),
    close: () => writer.close(),
    async apply(batch: ArchiveBatch) {
      calls += 1
      if (calls % 3 === 1) throw new ArchiveError('ARCHIVE_DISK_FULL', 'full')
      await writer.apply(batch)
      // Stored, but the answer is lost: the same batch comes again.
      if (calls % 3 === 2) throw new ArchiveError('ARCHIVE_IO', 'unknown outcome')
    },
  }
  const seen = await drain(broker, failing)
  assert.ok(seen.some((one) => one.kind === 'retrying' && one.error.code === 'ARCHIVE_DISK_FULL'))
  assert.ok(seen.some((one) => one.kind === 'recovered' && one.attempts === 3))
  assert.equal((await reader.search({})).total, 200)
  const counts = (await reader.broadcasts()).map(({ messages }) => messages)
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    200,
  )
})

test('stops at once while it waits for a failing store, and loses nothing by it', async (t) => {
  const { broker, writer, reader } = await setUp(t)
  await send(broker, topics.analyzedMessages, ...many(10))
  const full: ArchiveWriter = Object.assign(Object.create(writer), {
    positions: () => writer.positions(),
    apply: () => Promise.reject(new ArchiveError('ARCHIVE_DISK_FULL', 'full')),
  })
  await drain(broker, full, ({ kind }) => kind === 'retrying')
  await drain(broker, writer)
  assert.equal((await reader.search({})).total, 10)
})

test('an archive that cannot go on ends the sink with its error', async (t) => {
  const { broker, writer } = await setUp(t)
  await send(broker, topics.analyzedMessages, ...many(10))
  const corrupt: ArchiveWriter = Object.assign(Object.create(writer), {
    positions: () => writer.positions(),
    apply: () => Promise.reject(new ArchiveError('ARCHIVE_CORRUPT', 'damaged')),
  })
  await assert.rejects(drain(broker, corrupt), { code: 'ARCHIVE_CORRUPT' })
})

test('records that do not decode are counted, kept aside and never stop it', async (t) => {
  const { broker, writer, reader } = await setUp(t)
  const producer = broker.producer()
  const bad = [Buffer.from('nonsense'), Buffer.alloc(0), Buffer.from([0, 0, 0, 99, 99, 1, 2])]
  await producer.send(
    bad.map((value) => ({
      topic: topics.analyzedMessages.name,
      key: channelKey('demo:one'),
      value,
      timestamp: T0,
      headers: [],
    })),
  )
  await producer.close()
  await send(broker, topics.analyzedMessages, message('m1', '안녕'))
  const seen = await drain(broker, writer)
  const kept = seen.filter((one) => one.kind === 'undecodable')
  assert.deepEqual(
    kept.map(({ record }) => record.code),
    ['AVRO_DATA', 'AVRO_DATA', 'AVRO_SCHEMA_UNKNOWN'],
  )
  assert.equal(kept.at(-1)?.total, 3)
  assert.equal((await reader.search({})).total, 1)
})

test('what retention took before it was read is said once, with what is lost', async (t) => {
  const { broker, writer, reader, clock } = await setUp(t)
  const onOneChannel = (count: number, prefix: string) =>
    many(count, prefix).map((one) => ({ ...one, message: { ...one.message, channelId: 'demo:one' } }))
  await send(broker, topics.analyzedMessages, ...onOneChannel(50, 'old'))
  clock.now += 30 * 24 * 3_600_000
  timestamp = clock.now
  await send(broker, topics.analyzedMessages, ...onOneChannel(5, 'new'))
  await broker.maintain()
  const seen = await drain(broker, writer)
  const lost = seen.filter((one) => one.kind === 'lost')
  assert.deepEqual(
    lost.map(({ topic, from, to }) => [topic, from, to]),
    [[topics.analyzedMessages.name, 0, 50]],
  )
  assert.equal((await reader.search({})).total, 5)
  await send(broker, topics.analyzedMessages, ...onOneChannel(1, 'last'))
  assert.ok((await drain(broker, writer)).every(({ kind }) => kind === 'applied'))
})

test('goes on when retention overtakes it while it runs', async (t) => {
  const { broker, writer, reader, clock } = await setUp(t)
  const all = many(3_000).map((one) => ({ ...one, message: { ...one.message, channelId: 'demo:one' } }))
  for (let at = 0; at < all.length; at += 100) await send(broker, topics.analyzedMessages, ...all.slice(at, at + 100))
  let applied = 0
  const slow: ArchiveWriter = Object.assign(Object.create(writer), {
    positions: () => writer.positions(),
    resetPositions: (positions: Parameters<ArchiveWriter['resetPositions']>[0]) => writer.resetPositions(positions),
    apply: async (batch: ArchiveBatch) => {
      await writer.apply(batch)
      if (++applied > 1) return
      clock.now += 30 * 24 * 3_600_000
      timestamp = clock.now
      await send(broker, topics.analyzedMessages, message('after', '뒤'))
      await broker.maintain()
    },
  })
  const isLast = (progress: ArchiveProgress) =>
    progress.kind === 'applied' && progress.positions.some(({ offset }) => offset === 3_001)
  const seen = await drain(broker, slow, isLast, 10)
  assert.equal(seen.filter(({ kind }) => kind === 'lost').length, 1)
  assert.equal((await reader.search({ text: '뒤' })).total, 1)
})

test('a log that was made anew is read from its start, not taken for a replay', async (t) => {
  const { broker, writer, reader } = await setUp(t)
  await send(broker, topics.analyzedMessages, ...many(100))
  await drain(broker, writer)
  const second = new MemoryBroker({ log: new MemoryLog({ clock: () => T0 }) })
  await second.createTopics(Object.values(topics))
  await send(second, topics.analyzedMessages, ...many(10, 'new'))
  const seen = await drain(second, writer, (progress) => progress.kind === 'applied' && progress.total === 10)
  assert.ok(seen.some(({ kind }) => kind === 'log-reset'))
  assert.equal((await reader.search({})).total, 110)
  await second.close()
})

test('a log that cannot be read for now is read again, and nothing is skipped', async (t) => {
  const { broker, writer, reader } = await setUp(t)
  await send(broker, topics.analyzedMessages, ...many(20))
  let refusals = 2
  const troubled = new Proxy(broker, {
    get(target, name) {
      if (name !== 'reader') return Reflect.get(target, name).bind?.(target) ?? Reflect.get(target, name)
      return () => {
        const opened = target.reader()
        const poll = opened.poll.bind(opened)
        return Object.assign(opened, {
          poll: async (options: Parameters<typeof poll>[0]) => {
            if (refusals-- > 0) throw new BrokerError('KAFKA_TIMEOUT', 'no registry answers', { retriable: true })
            return poll(options)
          },
        })
      }
    },
  })
  const seen = await drain(troubled, writer)
  assert.equal(seen.filter(({ kind }) => kind === 'log-waits').length, 2)
  assert.equal((await reader.search({ limit: 1 })).total, 20)
})
