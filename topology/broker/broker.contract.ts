/**
 * What every `Broker` must hold, as rules. An implementation's test calls `brokerContract` in one line; several brokers
 * opened on one fixture see the same log, as threads and restarts do.
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Broker, FetchedRecord, ProducedRecord, Reader, Session, TopicSpec } from './broker.ts'
import type { Faults } from './faults.ts'
import { partitionOf } from './murmur2.ts'

export interface BrokerFixture {
  /** A further broker on the same log. */
  open(): Promise<Broker>
  /** The log's clock. */
  readonly clock: { now: number }
  readonly faults: Faults
  /** Closes what was opened and removes the log. */
  dispose(): Promise<void>
}

const bytes = (text: string): Uint8Array => Buffer.from(text)
const text = (value: Uint8Array | null | undefined): string | null => (value ? Buffer.from(value).toString() : null)
const record = (topic: string, key: string | null, value: string | null, more: Partial<ProducedRecord> = {}) => ({
  topic,
  key: key === null ? null : bytes(key),
  value: value === null ? null : bytes(value),
  timestamp: 1_000,
  headers: [],
  ...more,
})
const topic = (name: string, more: Partial<TopicSpec> = {}): TopicSpec => ({
  name,
  partitions: 1,
  cleanupPolicy: 'delete',
  retentionMs: null,
  ...more,
})
const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected
const HOUR = 3_600_000

/** Reads to the high watermark. */
async function readAll(broker: Broker, name: string, partition = 0, offset?: number): Promise<FetchedRecord[]> {
  const reader = broker.reader()
  const { earliest, latest } = await broker.offsets({ topic: name, partition })
  reader.assign([{ topic: name, partition, offset: offset ?? earliest }])
  const all: FetchedRecord[] = []
  while (reader.position({ topic: name, partition }) < latest)
    all.push(...(await reader.poll({ maxRecords: 7, maxWaitMs: 0 })))
  await reader.close()
  return all
}
const values = (records: readonly FetchedRecord[]) => records.map(({ value }) => text(value))
const poll = (reader: Reader, maxRecords = 100, maxWaitMs = 0) => reader.poll({ maxRecords, maxWaitMs })
const nothing = { records: [], offsets: [], changes: [] }

export function brokerContract(name: string, create: () => Promise<BrokerFixture>): void {
  describe(`${name} holds the broker contract`, () => {
    let fixture: BrokerFixture
    let broker: Broker
    beforeEach(async () => {
      fixture = await create()
      broker = await fixture.open()
      await broker.createTopics([topic('in'), topic('out', { partitions: 3 })])
    })
    afterEach(() => fixture.dispose())

    const send = async (...records: ProducedRecord[]) => {
      const producer = broker.producer()
      await producer.send(records)
      await producer.close()
    }
    const sendEach = async (...records: ProducedRecord[]) => {
      for (const one of records) await send(one)
    }

    describe('topics', () => {
      test('creating a topic again changes nothing', async () => {
        await send(record('in', 'k', 'v'))
        await broker.createTopics([topic('in')])
        assert.deepEqual(values(await readAll(broker, 'in')), ['v'])
      })

      test('creating takes over a new retention', async () => {
        await broker.createTopics([topic('in', { retentionMs: HOUR })])
        assert.equal((await broker.topics()).find(({ name }) => name === 'in')?.retentionMs, HOUR)
      })

      test('another number of partitions is refused, and nothing of that call is created', async () => {
        const create = broker.createTopics([topic('fresh'), topic('out', { partitions: 4 })])
        await assert.rejects(create, code('TOPIC_MISMATCH'))
        assert.equal(
          (await broker.topics()).some(({ name }) => name === 'fresh'),
          false,
        )
      })

      test('a name that Kafka would refuse is refused', async () => {
        for (const name of ['', '.', '..', 'a b', '한글', 'a/b', 'x'.repeat(250)])
          await assert.rejects(broker.createTopics([topic(name)]), code('TOPIC_INVALID'))
      })

      test('a topic created through one broker is known to another that was open before', async () => {
        const other = await fixture.open()
        await broker.createTopics([topic('fresh', { partitions: 2 })])
        const producer = other.producer()
        await producer.send([record('fresh', null, 'v', { partition: 1 })])
        assert.deepEqual(values(await readAll(broker, 'fresh', 1)), ['v'])
      })

      test('topics are listed with what they hold', async () => {
        await send(record('out', 'a', '12345'), record('out', 'b', '12345'))
        const out = (await broker.topics()).find(({ name }) => name === 'out')!
        assert.equal(out.partitions, 3)
        assert.equal(out.records, 2)
        assert.ok(out.bytes >= 12)
      })

      test('a deleted topic is gone with its records and committed offsets', async () => {
        await send(record('in', 'k', 'v'))
        const session = await broker.session({ applicationId: 'app' })
        await session.commit({ ...nothing, offsets: [{ topic: 'in', partition: 0, offset: 1, metadata: '' }] })
        await broker.deleteTopics(['in', 'never-was'])
        await assert.rejects(broker.offsets({ topic: 'in', partition: 0 }), code('TOPIC_UNKNOWN'))
        assert.deepEqual(await broker.committed('app'), [])
        await broker.createTopics([topic('in')])
        assert.deepEqual(await broker.offsets({ topic: 'in', partition: 0 }), { earliest: 0, latest: 0 })
      })

      test('a topic deleted and created again through one broker is written to by another', async () => {
        const other = await fixture.open()
        const producer = other.producer()
        await producer.send([record('in', 'k', 'old')])
        await broker.deleteTopics(['in'])
        await broker.createTopics([topic('in')])
        await producer.send([record('in', 'k', 'new')])
        assert.deepEqual(values(await readAll(broker, 'in')), ['new'])
      })
    })

    describe('records', () => {
      test('key, value, timestamp and headers come back as they went, nulls and empty bytes apart', async () => {
        const headers = [
          { key: 'trace', value: bytes('abc') },
          { key: 'trace', value: new Uint8Array() },
          { key: '한글', value: Uint8Array.of(0, 255, 128) },
        ]
        await send(
          record('in', null, null, { timestamp: 0 }),
          record('in', '', '', { timestamp: Number.MAX_SAFE_INTEGER }),
          record('in', '키', '값', { headers, timestamp: 1_700_000_000_123 }),
        )
        const records = await readAll(broker, 'in')
        assert.deepEqual(
          records.map(({ key, value, timestamp, offset }) => [text(key), text(value), timestamp, offset]),
          [
            [null, null, 0, 0],
            [null, null, Number.MAX_SAFE_INTEGER, 1],
            ['키', '값', 1_700_000_000_123, 2],
          ].map((row, i) => (i === 1 ? ['', '', row[2], row[3]] : row)),
        )
        assert.equal(records[0]!.key, null)
        assert.equal(records[1]!.value?.length, 0)
        assert.deepEqual(
          records[2]!.headers.map(({ key, value }) => [key, [...value]]),
          headers.map(({ key, value }) => [key, [...value]]),
        )
      })

      test('many records of many sizes come back as they went', async () => {
        const sent = Array.from({ length: 3_000 }, (_, i) =>
          record('in', `k${i}`, 'v'.repeat((i * 37) % 1_500), { timestamp: (i * 7919) % 5_000 }),
        )
        await send(...sent)
        const records = await readAll(broker, 'in')
        assert.deepEqual(
          records.map(({ key, value, timestamp }) => [text(key), text(value), timestamp]),
          sent.map(({ key, value, timestamp }) => [text(key), text(value), timestamp]),
        )
      })

      test('what a sender does to its buffer afterwards does not reach the log', async () => {
        const value = bytes('before')
        await send(record('in', 'k', null, { value }))
        value.fill(0)
        assert.deepEqual(values(await readAll(broker, 'in')), ['before'])
      })

      test('a record that is too large, has no whole timestamp or no such partition is refused, its fellows are not', async () => {
        const producer = broker.producer()
        const refused: [string, ProducedRecord][] = [
          ['RECORD_TOO_LARGE', record('in', 'k', 'x'.repeat(1024 * 1024 + 1))],
          ['RECORD_INVALID', record('in', 'k', 'v', { timestamp: 1.5 })],
          ['RECORD_INVALID', record('in', 'k', 'v', { timestamp: Number.NaN })],
          ['RECORD_INVALID', record('in', 'k', 'v', { timestamp: -1 })],
          ['PARTITION_UNKNOWN', record('out', 'k', 'v', { partition: 3 })],
          ['TOPIC_UNKNOWN', record('nowhere', 'k', 'v')],
        ]
        const bad = refused.map(([expected, one]) => assert.rejects(producer.send([one]), code(expected)))
        const good = producer.send([record('in', 'k', 'good')])
        await Promise.all([...bad, good])
        assert.deepEqual(values(await readAll(broker, 'in')), ['good'])
      })

      test('a record of the largest size goes through', async () => {
        await send(record('in', 'k', 'x'.repeat(1024 * 1024 - 1)))
        assert.equal((await readAll(broker, 'in'))[0]!.value!.length, 1024 * 1024 - 1)
      })

      test('a compacted topic takes no record without a key', async () => {
        await broker.createTopics([topic('table', { cleanupPolicy: 'compact' })])
        const producer = broker.producer()
        await assert.rejects(producer.send([record('table', null, 'v')]), code('RECORD_INVALID'))
      })

      test('a key chooses its partition as the Java client does', async () => {
        await send(...['a', 'b', 'c', 'd', 'e', 'f'].map((key) => record('out', key, key)))
        for (const partition of [0, 1, 2])
          for (const one of await readAll(broker, 'out', partition))
            assert.equal(partitionOf(one.key!, 3), one.partition)
      })

      test('records without a key go round robin', async () => {
        await send(...Array.from({ length: 6 }, (_, i) => record('out', null, `${i}`)))
        for (const partition of [0, 1, 2]) assert.equal((await readAll(broker, 'out', partition)).length, 2)
      })
    })

    describe('offsets', () => {
      test('a partition begins empty at 0 and its high watermark is one past the last record', async () => {
        assert.deepEqual(await broker.offsets({ topic: 'in', partition: 0 }), { earliest: 0, latest: 0 })
        await send(record('in', 'k', 'a'), record('in', 'k', 'b'))
        assert.deepEqual(await broker.offsets({ topic: 'in', partition: 0 }), { earliest: 0, latest: 2 })
      })

      test('the high watermark read through one broker has what another wrote', async () => {
        const other = await fixture.open()
        await other.offsets({ topic: 'in', partition: 0 })
        await send(record('in', 'k', 'a'))
        assert.equal((await other.offsets({ topic: 'in', partition: 0 })).latest, 1)
      })

      test('an unknown topic or partition is refused', async () => {
        await assert.rejects(broker.offsets({ topic: 'nowhere', partition: 0 }), code('TOPIC_UNKNOWN'))
        await assert.rejects(broker.offsets({ topic: 'in', partition: 1 }), code('PARTITION_UNKNOWN'))
      })

      test('a timestamp is found at the first offset that is not before it, in whatever order they came', async () => {
        const at = (timestamp: number) => record('in', 'k', 'v', { timestamp })
        await send(at(10), at(30), at(20))
        await send(at(15), at(40))
        await send(at(35))
        const find = (timestamp: number) => broker.offsetForTimestamp({ topic: 'in', partition: 0 }, timestamp)
        assert.deepEqual(await Promise.all([0, 10, 11, 30, 31, 40, 41].map(find)), [0, 0, 1, 1, 4, 4, 6])
      })
    })

    describe('reader', () => {
      test('returns nothing when there is nothing and no wait is asked for', async () => {
        const reader = broker.reader()
        assert.deepEqual(await poll(reader), [])
        reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
        assert.deepEqual(await poll(reader), [])
      })

      test('reads from any offset, at most as many as asked for, in order', async () => {
        await send(...Array.from({ length: 10 }, (_, i) => record('in', 'k', `${i}`)))
        const reader = broker.reader()
        reader.assign([{ topic: 'in', partition: 0, offset: 3 }])
        assert.deepEqual(values(await poll(reader, 2)), ['3', '4'])
        assert.equal(reader.position({ topic: 'in', partition: 0 }), 5)
        assert.deepEqual(values(await poll(reader, 100)), ['5', '6', '7', '8', '9'])
        assert.equal(reader.position({ topic: 'in', partition: 0 }), 10)
      })

      test('is fair: a partition with much does not keep back one with little', async () => {
        await send(...Array.from({ length: 500 }, (_, i) => record('out', null, `a${i}`, { partition: 0 })))
        await send(record('out', null, 'b', { partition: 1 }), record('out', null, 'c', { partition: 2 }))
        const reader = broker.reader()
        reader.assign([0, 1, 2].map((partition) => ({ topic: 'out', partition, offset: 0 })))
        const first = await poll(reader, 12)
        assert.equal(first.length, 12)
        assert.deepEqual(new Set(first.map(({ partition }) => partition)), new Set([0, 1, 2]))
      })

      test('is fair over polls when a poll takes fewer than there are partitions', async () => {
        await send(
          ...[0, 1, 2].flatMap((partition) =>
            Array.from({ length: 9 }, (_, i) => record('out', null, `${i}`, { partition })),
          ),
        )
        const reader = broker.reader()
        reader.assign([0, 1, 2].map((partition) => ({ topic: 'out', partition, offset: 0 })))
        const seen = new Set<number>()
        for (let i = 0; i < 3; i++) for (const { partition } of await poll(reader, 1)) seen.add(partition)
        assert.equal(seen.size, 3)
      })

      test('a paused partition gives nothing and loses nothing', async () => {
        await send(...[0, 1].map((partition) => record('out', null, `p${partition}`, { partition })))
        const reader = broker.reader()
        reader.assign([0, 1].map((partition) => ({ topic: 'out', partition, offset: 0 })))
        reader.pause([{ topic: 'out', partition: 0 }])
        assert.deepEqual(values(await poll(reader)), ['p1'])
        assert.deepEqual(await poll(reader), [])
        assert.equal(reader.position({ topic: 'out', partition: 0 }), 0)
        reader.resume([{ topic: 'out', partition: 0 }])
        assert.deepEqual(values(await poll(reader)), ['p0'])
      })

      test('resuming wakes a poll that waits', async () => {
        await send(record('in', 'k', 'v'))
        const reader = broker.reader()
        reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
        reader.pause([{ topic: 'in', partition: 0 }])
        const waiting = poll(reader, 10, 60_000)
        await new Promise((resolve) => setImmediate(resolve))
        reader.resume([{ topic: 'in', partition: 0 }])
        assert.deepEqual(values(await waiting), ['v'])
      })

      test('assigning anew drops what was read ahead', async () => {
        await send(...Array.from({ length: 10 }, (_, i) => record('in', 'k', `${i}`)))
        const reader = broker.reader()
        reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
        await poll(reader, 1)
        reader.assign([{ topic: 'in', partition: 0, offset: 8 }])
        assert.deepEqual(values(await poll(reader)), ['8', '9'])
        reader.assign([])
        assert.deepEqual(await poll(reader), [])
        assert.throws(() => reader.position({ topic: 'in', partition: 0 }), code('PARTITION_NOT_ASSIGNED'))
      })

      test('a poll that waits wakes for what the same broker writes', async () => {
        const reader = broker.reader()
        reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
        const waiting = poll(reader, 10, 60_000)
        await send(record('in', 'k', 'v'))
        assert.deepEqual(values(await waiting), ['v'])
      })

      test('a poll that waits wakes for what another broker writes', async () => {
        const reader = (await fixture.open()).reader()
        reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
        const waiting = poll(reader, 10, 60_000)
        await send(record('in', 'k', 'v'))
        assert.deepEqual(values(await waiting), ['v'])
      })

      test('an abort ends the wait with nothing', async () => {
        const reader = broker.reader()
        reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
        const abort = new AbortController()
        const waiting = reader.poll({ maxRecords: 10, maxWaitMs: 60_000, signal: abort.signal })
        await new Promise((resolve) => setImmediate(resolve))
        abort.abort()
        assert.deepEqual(await waiting, [])
        assert.deepEqual(await reader.poll({ maxRecords: 10, maxWaitMs: 60_000, signal: abort.signal }), [])
      })

      test('closing ends a wait with nothing; a closed reader refuses', async () => {
        const reader = broker.reader()
        reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
        const waiting = poll(reader, 10, 60_000)
        await new Promise((resolve) => setImmediate(resolve))
        await reader.close()
        assert.deepEqual(await waiting, [])
        await assert.rejects(poll(reader), code('BROKER_CLOSED'))
      })

      test('a position past the end is refused', async () => {
        const reader = broker.reader()
        reader.assign([{ topic: 'in', partition: 0, offset: 5 }])
        await assert.rejects(poll(reader), code('OFFSET_OUT_OF_RANGE'))
      })

      test('a position that retention passed is refused with what is there, never jumped', async () => {
        await broker.createTopics([topic('in', { retentionMs: HOUR })])
        await sendEach(record('in', 'k', 'a'), record('in', 'k', 'b'))
        const reader = broker.reader()
        reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
        fixture.clock.now += 2 * HOUR
        await send(record('in', 'k', 'c'))
        await broker.maintain()
        await assert.rejects(poll(reader), (error: unknown) => {
          const { code, earliest, latest, offset } = error as Record<string, unknown>
          assert.deepEqual(
            { code, earliest, latest, offset },
            { code: 'OFFSET_OUT_OF_RANGE', earliest: 2, latest: 3, offset: 0 },
          )
          return true
        })
        assert.equal(reader.position({ topic: 'in', partition: 0 }), 0)
        reader.assign([{ topic: 'in', partition: 0, offset: 2 }])
        assert.deepEqual(values(await poll(reader)), ['c'])
      })
    })

    describe('producer', () => {
      test('a send resolves when another broker can read it', async () => {
        const other = await fixture.open()
        await send(record('in', 'k', 'v'))
        assert.deepEqual(values(await readAll(other, 'in')), ['v'])
      })

      test('sends keep their order', async () => {
        const producer = broker.producer()
        await Promise.all(Array.from({ length: 200 }, (_, i) => producer.send([record('in', 'k', `${i}`)])))
        assert.deepEqual(
          values(await readAll(broker, 'in')),
          Array.from({ length: 200 }, (_, i) => `${i}`),
        )
      })

      test('sends beyond the buffer wait and lose nothing, also when one alone exceeds it', async () => {
        const producer = broker.producer({ maxBufferedRecords: 10 })
        const sends = Array.from({ length: 40 }, (_, i) =>
          producer.send(Array.from({ length: i === 7 ? 50 : 3 }, (_, j) => record('in', 'k', `${i}.${j}`))),
        )
        await Promise.all(sends)
        const expected = Array.from({ length: 40 }, (_, i) =>
          Array.from({ length: i === 7 ? 50 : 3 }, (_, j) => `${i}.${j}`),
        )
        assert.deepEqual(values(await readAll(broker, 'in')), expected.flat())
      })

      test('a write that fails rejects its senders with the cause; the next one works and nothing is doubled', async () => {
        fixture.faults.appends.push(new Error('no room'))
        const producer = broker.producer()
        await assert.rejects(producer.send([record('in', 'k', 'a')]), /no room/)
        await producer.send([record('in', 'k', 'b')])
        assert.deepEqual(values(await readAll(broker, 'in')), ['b'])
      })

      test('closing waits for everything sent, and a closed producer refuses', async () => {
        const producer = broker.producer({ maxBufferedRecords: 2 })
        const sends = Array.from({ length: 10 }, (_, i) => producer.send([record('in', 'k', `${i}`)]))
        await producer.close()
        await Promise.all(sends)
        assert.equal((await readAll(broker, 'in')).length, 10)
        await assert.rejects(producer.send([record('in', 'k', 'late')]), code('BROKER_CLOSED'))
      })
    })

    describe('session', () => {
      const listener = (assigned: string[]) => ({
        async onAssigned(partitions: readonly { topic: string; partition: number }[]) {
          assigned.push(...partitions.map(({ topic, partition }) => `${topic}-${partition}`))
        },
        async onRevoked() {},
        async onLost() {},
      })
      const commitOf = (session: Session, label: string, offset: number) =>
        session.commit({
          records: [
            record('out', 'k', label, { partition: 0 }),
            record('out', 'k', label, { partition: 1 }),
            record('app-counts-changelog', 'k', label),
          ],
          offsets: [{ topic: 'in', partition: 0, offset, metadata: `m${offset}` }],
          changes: [{ store: 'counts', partition: 0, key: bytes('k'), value: bytes(label) }],
        })
      /** Everything an application shows: outputs, offsets, state. */
      const shown = async (session: Session) => ({
        out: [...values(await readAll(broker, 'out', 0)), ...values(await readAll(broker, 'out', 1))],
        changelog: values(await readAll(broker, 'app-counts-changelog')),
        offsets: (await broker.committed('app')).map(({ offset, metadata }) => [offset, metadata]),
        state: text(session.state.get('counts', 0, bytes('k'))),
      })
      const everything = (label: string, offset: number) => ({
        out: [label, label],
        changelog: [label],
        offsets: [[offset, `m${offset}`]],
        state: label,
      })
      const none = { out: [], changelog: [], offsets: [], state: null }

      beforeEach(() => broker.createTopics([topic('app-counts-changelog', { cleanupPolicy: 'compact' })]))

      test('threads share the partitions: each has one owner, and topics meet by partition', async () => {
        await broker.createTopics([topic('side', { partitions: 3 })])
        const shares: string[][] = [[], []]
        for (const thread of [0, 1]) {
          const session = await broker.session({ applicationId: 'app', thread, threads: 2 })
          await session.subscribe(['out', 'side'], listener(shares[thread]!))
        }
        assert.deepEqual(shares, [
          ['out-0', 'out-2', 'side-0', 'side-2'],
          ['out-1', 'side-1'],
        ])
      })

      test('subscribing to an unknown topic is refused', async () => {
        const session = await broker.session({ applicationId: 'app' })
        await assert.rejects(session.subscribe(['nowhere'], listener([])), code('TOPIC_UNKNOWN'))
      })

      test('a commit shows its records, offsets and state together', async () => {
        const session = await broker.session({ applicationId: 'app' })
        assert.deepEqual(await shown(session), none)
        assert.deepEqual(await commitOf(session, 'a', 5), { kind: 'committed' })
        assert.deepEqual(await shown(session), everything('a', 5))
        const expected = [{ topic: 'in', partition: 0, offset: 5, metadata: 'm5' }]
        assert.deepEqual(await session.committed([{ topic: 'in', partition: 0 }]), expected)
        assert.deepEqual(await session.committed([{ topic: 'out', partition: 0 }]), [])
      })

      test('what was committed is there for the next session', async () => {
        const first = await broker.session({ applicationId: 'app' })
        await commitOf(first, 'a', 5)
        await first.close()
        const next = await (await fixture.open()).session({ applicationId: 'app' })
        assert.ok(next.epoch > first.epoch)
        assert.deepEqual(await shown(next), everything('a', 5))
      })

      test('an aborted commit leaves nothing and may be tried again', async () => {
        const session = await broker.session({ applicationId: 'app' })
        fixture.faults.commits.push('aborted')
        assert.equal((await commitOf(session, 'a', 5)).kind, 'aborted')
        assert.deepEqual(await shown(session), none)
        assert.equal((await commitOf(session, 'a', 5)).kind, 'committed')
        assert.deepEqual(await shown(session), everything('a', 5))
      })

      test('after an unknown outcome the committed offsets tell whether it happened', async () => {
        const session = await broker.session({ applicationId: 'app' })
        fixture.faults.commits.push('unknown-and-not-committed', 'unknown-but-committed')
        assert.equal((await commitOf(session, 'a', 5)).kind, 'unknown')
        assert.deepEqual(await shown(session), none)
        assert.equal((await commitOf(session, 'a', 5)).kind, 'unknown')
        assert.deepEqual(await shown(session), everything('a', 5))
      })

      test('a session that was taken over is fenced and writes nothing, for ever', async () => {
        const zombie = await broker.session({ applicationId: 'app' })
        const owner = await (await fixture.open()).session({ applicationId: 'app' })
        for (let i = 0; i < 2; i++) {
          const outcome = await commitOf(zombie, 'zombie', 9)
          assert.equal(outcome.kind, 'fenced')
          assert.equal(outcome.kind === 'fenced' && code('SESSION_FENCED')(outcome.cause), true)
        }
        assert.deepEqual(await shown(owner), none)
        assert.equal((await commitOf(owner, 'a', 5)).kind, 'committed')
        assert.deepEqual(await shown(owner), everything('a', 5))
      })

      test('a scripted takeover fences for good', async () => {
        const session = await broker.session({ applicationId: 'app' })
        fixture.faults.commits.push('fenced')
        assert.equal((await commitOf(session, 'a', 5)).kind, 'fenced')
        assert.equal((await commitOf(session, 'a', 5)).kind, 'fenced')
        assert.deepEqual(await shown(session), none)
      })

      test('closing a fenced session does not disturb the new owner', async () => {
        const zombie = await broker.session({ applicationId: 'app' })
        const owner = await broker.session({ applicationId: 'app' })
        await zombie.close()
        assert.equal((await commitOf(owner, 'a', 5)).kind, 'committed')
      })

      test('threads of one application do not fence each other', async () => {
        const sessions = [0, 1].map((thread) => broker.session({ applicationId: 'app', thread, threads: 2 }))
        for (const session of await Promise.all(sessions))
          assert.equal((await session.commit(nothing)).kind, 'committed')
      })

      test('another number of threads fences all that had a share under the old one', async () => {
        const old = await broker.session({ applicationId: 'app', thread: 1, threads: 2 })
        await broker.session({ applicationId: 'app', thread: 0, threads: 1 })
        assert.equal((await commitOf(old, 'zombie', 9)).kind, 'fenced')
      })

      test('applications do not fence each other and keep their own offsets and state', async () => {
        const app = await broker.session({ applicationId: 'app' })
        const other = await broker.session({ applicationId: 'other' })
        await commitOf(app, 'a', 5)
        assert.deepEqual(await broker.committed('other'), [])
        assert.equal(other.state.get('counts', 0, bytes('k')), undefined)
      })

      test('misuse throws and writes nothing', async () => {
        const session = await broker.session({ applicationId: 'app' })
        const first = commitOf(session, 'a', 5)
        await assert.rejects(commitOf(session, 'b', 6), code('COMMIT_IN_PROGRESS'))
        await first
        const to = (name: string) =>
          session.commit({ ...nothing, records: [record('out', 'k', 'x'), record(name, 'k', 'x')] })
        await assert.rejects(to('nowhere'), code('TOPIC_UNKNOWN'))
        await session.close()
        await assert.rejects(commitOf(session, 'c', 7), code('BROKER_CLOSED'))
        assert.deepEqual(values(await readAll(broker, 'out', 0)), ['a'])
        await assert.rejects(broker.session({ applicationId: 'app', thread: 2, threads: 2 }), code('SESSION_INVALID'))
        await assert.rejects(broker.session({ applicationId: 'a/b' }), code('SESSION_INVALID'))
      })

      test('records of one commit stay in their order', async () => {
        const session = await broker.session({ applicationId: 'app' })
        const records = Array.from({ length: 2_500 }, (_, i) => record('in', `k${i % 7}`, `${i}`))
        await session.commit({ ...nothing, records })
        assert.deepEqual(
          values(await readAll(broker, 'in')),
          records.map(({ value }) => text(value)),
        )
      })

      test('offset gaps after commits are jumped over by readers, and positions reach the high watermark', async () => {
        fixture.faults.gapAfterCommit = 2
        const session = await broker.session({ applicationId: 'app' })
        for (const label of ['a', 'b', 'c']) await commitOf(session, label, 1)
        const reader = broker.reader()
        reader.assign([{ topic: 'out', partition: 0, offset: 0 }])
        const records = await poll(reader)
        assert.deepEqual(
          records.map(({ offset, value }) => [offset, text(value)]),
          [
            [0, 'a'],
            [3, 'b'],
            [6, 'c'],
          ],
        )
        const { latest } = await broker.offsets({ topic: 'out', partition: 0 })
        assert.equal(latest, 9)
        assert.equal(reader.position({ topic: 'out', partition: 0 }), latest)
        assert.deepEqual(values(await readAll(broker, 'out', 0, 5)), ['c'])
      })

      test('a gap that ends the log moves a position although no record comes', async () => {
        fixture.faults.gapAfterCommit = 1
        const session = await broker.session({ applicationId: 'app' })
        const reader = broker.reader()
        await commitOf(session, 'a', 1)
        reader.assign([{ topic: 'out', partition: 0, offset: 1 }])
        assert.deepEqual(await poll(reader), [])
        assert.equal(reader.position({ topic: 'out', partition: 0 }), 2)
      })
    })

    describe('state', () => {
      let session: Session
      const change = (key: Uint8Array, value: string | null, store = 's', partition = 0) => ({
        store,
        partition,
        key,
        value: value === null ? null : bytes(value),
      })
      const entries = (from?: Uint8Array, to?: Uint8Array) =>
        [...session.state.range('s', 0, from, to)].map(([key, value]) => [[...key], text(value)])
      beforeEach(async () => {
        session = await broker.session({ applicationId: 'app' })
      })

      test('the last of several changes of a key in a commit stays; a null deletes', async () => {
        const a = bytes('a')
        await session.commit({ ...nothing, changes: [change(a, '1'), change(a, null), change(a, '2')] })
        assert.equal(text(session.state.get('s', 0, a)), '2')
        await session.commit({ ...nothing, changes: [change(a, '3'), change(a, null)] })
        assert.equal(session.state.get('s', 0, a), undefined)
        assert.deepEqual(entries(), [])
      })

      test('stores and partitions are apart', async () => {
        const a = bytes('a')
        const changes = [change(a, '1'), change(a, '2', 's', 1), change(a, '3', 't')]
        await session.commit({ ...nothing, changes })
        assert.equal(text(session.state.get('s', 0, a)), '1')
        assert.equal(text(session.state.get('s', 1, a)), '2')
        assert.equal(text(session.state.get('t', 0, a)), '3')
        assert.deepEqual(entries(), [[[...a], '1']])
      })

      test('a range is in unsigned byte order, from included, to excluded, open where undefined', async () => {
        const keys = [[], [0], [0, 0], [0, 255], [1], [127], [128], [255], [255, 0], [255, 255]]
        const shuffled = [7, 2, 9, 0, 5, 3, 8, 1, 6, 4].map((i) => keys[i]!)
        await session.commit({ ...nothing, changes: shuffled.map((key) => change(Uint8Array.from(key), `${key}`)) })
        const all = keys.map((key) => [key, `${key}`])
        assert.deepEqual(entries(), all)
        assert.deepEqual(entries(Uint8Array.of(0, 255), Uint8Array.of(255)), all.slice(3, 7))
        assert.deepEqual(entries(Uint8Array.of(2)), all.slice(5))
        assert.deepEqual(entries(undefined, Uint8Array.of(1)), all.slice(0, 4))
        assert.deepEqual(entries(Uint8Array.of(9), Uint8Array.of(3)), [])
      })

      test('ranges may be interleaved, left early, and be longer than any page', async () => {
        const keys = Array.from({ length: 3_000 }, (_, i) => Uint8Array.of(i >> 8, i & 255))
        await session.commit({ ...nothing, changes: keys.map((key, i) => change(key, `${i}`)) })
        const one = session.state.range('s', 0, undefined, undefined)[Symbol.iterator]()
        for (const [, value] of session.state.range('s', 0, undefined, undefined)) {
          assert.equal(text(one.next().value?.[1]), text(value))
          if (text(value) === '1500') break
        }
        assert.equal(entries().length, 3_000)
        assert.equal((await session.commit({ ...nothing, changes: [change(keys[0]!, 'new')] })).kind, 'committed')
      })

      test('empty values are values', async () => {
        await session.commit({ ...nothing, changes: [change(bytes('a'), '')] })
        assert.equal(session.state.get('s', 0, bytes('a'))?.length, 0)
      })

      test('the changelog offset is one past the last changelog record of the commit, gaps or not', async () => {
        await broker.createTopics([topic('app-s-changelog', { partitions: 2, cleanupPolicy: 'compact' })])
        fixture.faults.gapAfterCommit = 3
        assert.equal(session.state.changelogOffset('s', 1), undefined)
        const commit = (n: number) =>
          session.commit({
            ...nothing,
            records: Array.from({ length: n }, (_, i) => record('app-s-changelog', `${i}`, 'v', { partition: 1 })),
            changes: [change(bytes('a'), 'v', 's', 1)],
          })
        await commit(2)
        assert.equal(session.state.changelogOffset('s', 1), 2)
        await commit(1)
        assert.equal(session.state.changelogOffset('s', 1), 6)
        assert.equal(session.state.changelogOffset('s', 0), undefined)
      })

      test('a store without a changelog stands at 0 after its first commit', async () => {
        await session.commit({ ...nothing, changes: [change(bytes('a'), 'v')] })
        assert.equal(session.state.changelogOffset('s', 0), 0)
      })

      test('restored rows and where they stand are there for the next session', async () => {
        const rows = [
          { key: bytes('a'), value: bytes('1') },
          { key: bytes('b'), value: bytes('2') },
          { key: bytes('a'), value: null },
        ]
        session.state.restore('s', 0, rows, 17)
        await session.close()
        session = await (await fixture.open()).session({ applicationId: 'app' })
        assert.deepEqual(entries(), [[[...bytes('b')], '2']])
        assert.equal(session.state.changelogOffset('s', 0), 17)
      })

      test('restoring with reset drops what was there', async () => {
        await session.commit({ ...nothing, changes: [change(bytes('a'), '1'), change(bytes('a'), '1', 's', 1)] })
        session.state.restore('s', 0, [{ key: bytes('b'), value: bytes('2') }], 3, { reset: true })
        assert.deepEqual(entries(), [[[...bytes('b')], '2']])
        assert.equal(text(session.state.get('s', 1, bytes('a'))), '1')
      })
    })

    describe('retention', () => {
      test('by time: what was appended before goes in whole batches, the last batch never', async () => {
        await broker.createTopics([topic('in', { retentionMs: HOUR })])
        await send(record('in', 'k', 'a'), record('in', 'k', 'b'))
        fixture.clock.now += HOUR / 2
        await send(record('in', 'k', 'c'))
        await broker.maintain()
        assert.deepEqual(values(await readAll(broker, 'in')), ['a', 'b', 'c'])
        fixture.clock.now += HOUR / 2 + 1
        await broker.maintain()
        assert.deepEqual(await broker.offsets({ topic: 'in', partition: 0 }), { earliest: 2, latest: 3 })
        fixture.clock.now += 10 * HOUR
        await broker.maintain()
        assert.deepEqual(values(await readAll(broker, 'in')), ['c'])
        await send(record('in', 'k', 'd'))
        await broker.maintain()
        assert.deepEqual(values(await readAll(broker, 'in')), ['d'])
      })

      test('by time: an old timestamp is not removed on arrival, a far-future one is not kept for ever', async () => {
        await broker.createTopics([topic('in', { retentionMs: HOUR })])
        await sendEach(
          record('in', 'k', 'old', { timestamp: 1 }),
          record('in', 'k', 'future', { timestamp: fixture.clock.now + 10_000 * HOUR }),
          record('in', 'k', 'tail'),
        )
        await broker.maintain()
        assert.deepEqual(values(await readAll(broker, 'in')), ['old', 'future', 'tail'])
        fixture.clock.now += HOUR + 1
        await broker.maintain()
        assert.deepEqual(values(await readAll(broker, 'in')), ['tail'])
      })

      test('by size: the oldest batches go until the partition fits', async () => {
        await broker.createTopics([topic('in', { retentionBytes: 3_500 })])
        await sendEach(...['a', 'b', 'c', 'd', 'e'].map((label) => record('in', 'k', label.repeat(1_000))))
        await broker.maintain()
        assert.deepEqual(
          values(await readAll(broker, 'in')).map((value) => value?.[0]),
          ['c', 'd', 'e'],
        )
      })

      test('no retention keeps everything', async () => {
        await sendEach(record('in', 'k', 'a'), record('in', 'k', 'b'))
        fixture.clock.now += 100_000 * HOUR
        await broker.maintain()
        assert.deepEqual(values(await readAll(broker, 'in')), ['a', 'b'])
      })

      test('timestamps are found among what is left', async () => {
        await broker.createTopics([topic('in', { retentionMs: HOUR })])
        await send(record('in', 'k', 'a', { timestamp: 900 }))
        fixture.clock.now += 2 * HOUR
        await sendEach(record('in', 'k', 'b', { timestamp: 100 }), record('in', 'k', 'c', { timestamp: 500 }))
        await broker.maintain()
        const find = (timestamp: number) => broker.offsetForTimestamp({ topic: 'in', partition: 0 }, timestamp)
        assert.deepEqual(await Promise.all([0, 101, 600].map(find)), [1, 2, 3])
      })
    })

    describe('compaction', () => {
      beforeEach(() => broker.createTopics([topic('table', { cleanupPolicy: 'compact' })]))

      test('the last value of each key stays at its offset', async () => {
        await sendEach(
          record('table', 'a', '1'),
          record('table', 'b', '1'),
          record('table', 'a', '2'),
          record('table', 'c', '1'),
        )
        await send(record('table', 'c', '2'), record('table', 'd', '1'))
        await broker.maintain()
        assert.deepEqual(
          (await readAll(broker, 'table')).map(({ offset, key, value }) => [offset, text(key), text(value)]),
          [
            [1, 'b', '1'],
            [2, 'a', '2'],
            [4, 'c', '2'],
            [5, 'd', '1'],
          ],
        )
        assert.deepEqual(await broker.offsets({ topic: 'table', partition: 0 }), { earliest: 0, latest: 6 })
      })

      test('compacting again, and after more records, keeps the last of each key', async () => {
        let expected = new Map<string, string>()
        for (let round = 0; round < 4; round++) {
          for (let i = 0; i < 30; i++) {
            const [key, value] = [`k${(i * 7 + round) % 11}`, `${round}.${i}`]
            expected = new Map([...expected].filter(([known]) => known !== key)).set(key, value)
            await send(record('table', key, value))
          }
          await broker.maintain()
          const left = (await readAll(broker, 'table')).map(({ key, value }) => [text(key), text(value)])
          assert.deepEqual(left, [...expected])
        }
      })

      test('a deletion stays a day, then goes, and never uncovers an older value', async () => {
        await sendEach(
          record('table', 'a', '1'),
          record('table', 'a', null),
          record('table', 'b', '1'),
          record('table', 'b', '2'),
        )
        const left = async () => (await readAll(broker, 'table')).map(({ key, value }) => [text(key), text(value)])
        await broker.maintain()
        assert.deepEqual(await left(), [
          ['a', null],
          ['b', '2'],
        ])
        fixture.clock.now += 25 * HOUR
        await broker.maintain()
        assert.deepEqual(await left(), [['b', '2']])
      })

      test('a reader in the middle goes on over what was removed', async () => {
        await sendEach(...Array.from({ length: 10 }, (_, i) => record('table', 'same', `${i}`)))
        const reader = broker.reader()
        reader.assign([{ topic: 'table', partition: 0, offset: 4 }])
        await broker.maintain()
        const records = await poll(reader)
        assert.deepEqual(values(records), ['9'])
        assert.equal(reader.position({ topic: 'table', partition: 0 }), 10)
      })

      test('counts and bytes follow', async () => {
        await sendEach(...Array.from({ length: 10 }, () => record('table', 'same', 'x'.repeat(100))))
        const described = async () => (await broker.topics()).find(({ name }) => name === 'table')!
        const before = await described()
        await broker.maintain()
        const after = await described()
        assert.equal(after.records, 1)
        assert.ok(after.bytes < before.bytes / 2)
      })
    })

    describe('erasure', () => {
      test('what matches is gone, also from the last batch; the rest stays at its offsets', async () => {
        await send(record('in', 'a', '1'), record('in', 'b', '2'))
        await sendEach(record('in', 'a', '3'), record('in', 'c', '4'), record('in', 'a', '5'))
        assert.equal(await broker.erase('in', ({ key }) => text(key) === 'a'), 3)
        assert.deepEqual(
          (await readAll(broker, 'in')).map(({ offset, value }) => [offset, text(value)]),
          [
            [1, '2'],
            [3, '4'],
          ],
        )
        const { earliest, latest } = await broker.offsets({ topic: 'in', partition: 0 })
        assert.deepEqual({ earliest, latest }, { earliest: 0, latest: 5 })
        await send(record('in', 'd', '6'))
        assert.deepEqual(
          (await readAll(broker, 'in')).map(({ offset }) => offset),
          [1, 3, 5],
        )
        assert.equal(await broker.erase('in', ({ key }) => text(key) === 'a'), 0)
      })

      test('a topic that was erased altogether reads on', async () => {
        await sendEach(record('in', 'a', '1'), record('in', 'a', '2'))
        assert.equal(await broker.erase('in', () => true), 2)
        assert.deepEqual(await readAll(broker, 'in'), [])
        await send(record('in', 'a', '3'))
        assert.deepEqual(values(await readAll(broker, 'in')), ['3'])
      })

      test('an unknown topic is refused', async () => {
        await assert.rejects(
          broker.erase('nowhere', () => true),
          code('TOPIC_UNKNOWN'),
        )
      })
    })

    describe('reset', () => {
      const build = async (applicationId: string) => {
        await broker.createTopics([
          topic(`${applicationId}-s-changelog`, { cleanupPolicy: 'compact' }),
          topic(`${applicationId}-by-user-repartition`),
        ])
        const session = await broker.session({ applicationId })
        await session.commit({
          records: [record(`${applicationId}-s-changelog`, 'k', 'v')],
          offsets: [{ topic: 'in', partition: 0, offset: 3, metadata: '' }],
          changes: [{ store: 's', partition: 0, key: bytes('k'), value: bytes('v') }],
        })
        return session
      }
      const topicNames = async () => (await broker.topics()).map(({ name }) => name).sort()

      test('drops offsets, state and internal topics of the application, and no others', async () => {
        await (await build('chat')).close()
        const other = await build('chat-analysis')
        await broker.reset('chat')
        assert.deepEqual(await topicNames(), [
          'chat-analysis-by-user-repartition',
          'chat-analysis-s-changelog',
          'in',
          'out',
        ])
        assert.deepEqual(await broker.committed('chat'), [])
        const fresh = await broker.session({ applicationId: 'chat' })
        assert.equal(fresh.state.get('s', 0, bytes('k')), undefined)
        assert.equal(fresh.state.changelogOffset('s', 0), undefined)
        assert.equal(text(other.state.get('s', 0, bytes('k'))), 'v')
      })

      test('is refused while a session is open, and changes nothing', async () => {
        const session = await build('chat')
        await assert.rejects(broker.reset('chat'), code('SESSION_OPEN'))
        assert.equal(text(session.state.get('s', 0, bytes('k'))), 'v')
        assert.equal((await broker.committed('chat')).length, 1)
      })

      test('a session from before the reset cannot write afterwards', async () => {
        const session = await build('chat')
        await session.close()
        await broker.reset('chat')
        const next = await broker.session({ applicationId: 'chat' })
        assert.ok(next.epoch > session.epoch)
      })
    })

    describe('schemas', () => {
      test('an id is given once for a schema and found by every broker of the log', async () => {
        const other = await fixture.open()
        const id = broker.schemas.register('in-value', '"string"')
        assert.equal(broker.schemas.register('in-value', '"string"'), id)
        assert.equal(other.schemas.register('out-value', '"string"'), id)
        assert.notEqual(other.schemas.register('in-value', '"long"'), id)
        assert.equal(other.schemas.schema(id), '"string"')
        const late = broker.schemas.register('in-value', '"int"')
        assert.equal(other.schemas.schema(late), '"int"')
        assert.ok(Number.isInteger(id) && id > 0 && id < 2 ** 31)
      })

      test('an id that this log never gave is unknown', () => {
        assert.equal(broker.schemas.schema(0), undefined)
        assert.equal(broker.schemas.schema(2 ** 31 - 1), undefined)
      })
    })

    test('a closed broker refuses everything and closing twice is fine', async () => {
      const reader = broker.reader()
      await broker.close()
      await broker.close()
      await assert.rejects(broker.topics(), code('BROKER_CLOSED'))
      await assert.rejects(poll(reader), code('BROKER_CLOSED'))
      assert.throws(() => broker.producer(), code('BROKER_CLOSED'))
      await assert.rejects(broker.session({ applicationId: 'app' }), code('BROKER_CLOSED'))
    })
  })
}
