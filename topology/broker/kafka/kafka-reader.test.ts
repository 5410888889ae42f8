import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import type { FetchedRecord } from '../broker.ts'
import type { KafkaReaderOptions } from './client-options.ts'
import { errors } from './error-codes.ts'
import { KafkaReader } from './kafka-reader.ts'
import type { FetchRequest } from './rpc.ts'
import { ScriptedRpc } from './testing/scripted-rpc.ts'

const t0 = { topic: 't', partition: 0 }
const t1 = { topic: 't', partition: 1 }

const opened: KafkaReader[] = []
afterEach(async () => {
  for (const reader of opened.splice(0)) await reader.close()
})

async function open(options: Partial<KafkaReaderOptions> = {}, topics: Record<string, number> = { t: 2 }) {
  const cluster = new ScriptedRpc({ topics })
  for (const name of Object.keys(topics)) await cluster.cluster.topic(name)
  const reader = new KafkaReader({ ...cluster.client, ...options })
  opened.push(reader)
  return { cluster, reader }
}
const poll = (reader: KafkaReader, maxRecords = 1_000, maxWaitMs = 2_000) => reader.poll({ maxRecords, maxWaitMs })
const values = (records: readonly FetchedRecord[]) => records.map(({ value }) => Buffer.from(value!).toString())
const hasCode = (code: string) => (error: { code?: string }) => error.code === code
const fetches = (cluster: ScriptedRpc) => cluster.of('fetch') as unknown as FetchRequest[]

/** Everything up to the end of the log. */
async function drain(cluster: ScriptedRpc, reader: KafkaReader, partition = t0, maxRecords = 1_000): Promise<string[]> {
  const found: string[] = []
  for (let i = 0; reader.position(partition) < cluster.reads(partition.topic, partition.partition).end; i++) {
    assert.ok(i < 1_000, 'the reader gets on')
    found.push(...values(await poll(reader, maxRecords, 500)))
  }
  return found
}

describe('a reader', () => {
  test('reads from an offset in the middle of a batch, and says the leader epoch of what it handed out', async () => {
    const { cluster, reader } = await open()
    cluster.reads('t', 0).append(['a', 'b', 'c'])
    cluster.reads('t', 0).leaderEpoch = 4
    cluster.reads('t', 0).append(['d'])
    reader.assign([{ ...t0, offset: 1 }])
    assert.equal(reader.leaderEpoch(t0), -1)
    assert.deepEqual(values(await poll(reader, 2)), ['b', 'c'])
    assert.deepEqual([reader.position(t0), reader.leaderEpoch(t0)], [3, 3])
    assert.deepEqual(values(await poll(reader)), ['d'])
    assert.deepEqual([reader.position(t0), reader.leaderEpoch(t0)], [4, 4])
  })

  test('moves its position over markers and aborted records though no record comes out', async () => {
    const { cluster, reader } = await open()
    const log = cluster.reads('t', 0)
    log.append(['x'], { producerId: 1 })
    log.marker(1, 'abort')
    log.append(['y', 'z'], { producerId: 1 })
    log.marker(1, 'abort')
    reader.assign([{ ...t0, offset: 0 }])
    assert.deepEqual(await poll(reader, 10, 0), [])
    assert.equal(reader.position(t0), 5)
    assert.equal(reader.leaderEpoch(t0), -1)
  })

  test('hides aborted records in whatever pieces they come', async () => {
    for (const batches of [1, 2, 3, 100]) {
      const { cluster, reader } = await open()
      cluster.batchesPerFetch = batches
      const log = cluster.reads('t', 0)
      const expected: string[] = []
      for (let i = 0; i < 30; i++) {
        const producerId = i % 3
        const kind = i % 4 === 0 ? 'abort' : 'commit'
        log.append([`${i}.1`, `${i}.2`], { producerId })
        log.append([`plain ${i}`])
        log.append([`${i}.3`], { producerId })
        log.marker(producerId, kind)
        expected.push(
          ...[`${i}.1`, `${i}.2`, `plain ${i}`, `${i}.3`].filter(
            (value) => kind === 'commit' || value.startsWith('plain'),
          ),
        )
      }
      reader.assign([{ ...t0, offset: 0 }])
      assert.deepEqual(await drain(cluster, reader), expected)
    }
  })

  test('read_uncommitted shows everything but markers', async () => {
    const { cluster, reader } = await open({ isolation: 'read_uncommitted' })
    cluster.reads('t', 0).append(['x'], { producerId: 1 })
    cluster.reads('t', 0).marker(1, 'abort')
    cluster.reads('t', 0).append(['open'], { producerId: 1 })
    reader.assign([{ ...t0, offset: 0 }])
    assert.deepEqual(await drain(cluster, reader), ['x', 'open'])
  })

  test('a batch larger than what is asked for comes whole, and a cut one is fetched again', async () => {
    const { cluster, reader } = await open({ maxPartitionBytes: 300 })
    const log = cluster.reads('t', 0)
    for (let i = 0; i < 20; i++) log.append([`${i}`.padEnd(i === 3 ? 2_000 : 150, '.')])
    reader.assign([{ ...t0, offset: 0 }])
    assert.deepEqual(
      (await drain(cluster, reader)).map((value) => Number.parseInt(value, 10)),
      Array.from({ length: 20 }, (_, i) => i),
    )
  })

  test('offsets that compaction took are stepped over', async () => {
    const { cluster, reader } = await open()
    const log = cluster.reads('t', 0)
    log.append(['a'])
    log.skip(10)
    log.append(['b'])
    reader.assign([{ ...t0, offset: 0 }])
    assert.deepEqual(await drain(cluster, reader), ['a', 'b'])
    assert.equal(reader.position(t0), 12)
  })

  test('is fair between partitions, whoever leads them', async () => {
    const { cluster, reader } = await open({}, { t: 4 })
    for (let partition = 0; partition < 4; partition++)
      for (let i = 0; i < 50; i++) cluster.reads('t', partition).append([`${partition}`])
    reader.assign([0, 1, 2, 3].map((partition) => ({ topic: 't', partition, offset: 0 })))
    await poll(reader, 1)
    await cluster.time.sleep(50)
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 5; i++) for (const { partition } of await poll(reader, 8)) counts[partition]!++
    assert.deepEqual(
      counts.map((count) => count > 0),
      [true, true, true, true],
    )
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 2, String(counts))
  })

  test('reads ahead while its caller works, within its bounds', async () => {
    const { cluster, reader } = await open({ maxPartitionBytes: 2_000, maxBufferedBytes: 3_000 })
    for (const partition of [0, 1])
      for (let i = 0; i < 200; i++) cluster.reads('t', partition).append(['v'.repeat(100)])
    reader.assign([
      { ...t0, offset: 0 },
      { ...t1, offset: 0 },
    ])
    await poll(reader, 1)
    await cluster.time.sleep(1_000)
    const seen = fetches(cluster).length
    await cluster.time.sleep(5_000)
    assert.equal(fetches(cluster).length, seen, 'full: it stands still')
    assert.ok(seen >= 2, 'it was not idle')
    let count = 1
    while (count < 400) count += (await poll(reader, 50)).length
    assert.equal(count, 400)
  })

  test('a paused partition keeps its place and its session', async () => {
    const { cluster, reader } = await open({}, { t: 4 })
    for (const partition of [0, 2]) cluster.reads('t', partition).append([`p${partition}`])
    const t2 = { topic: 't', partition: 2 }
    reader.assign([
      { ...t0, offset: 0 },
      { ...t2, offset: 0 },
    ])
    const first = values(await poll(reader))
    assert.deepEqual(first.sort(), ['p0', 'p2'])
    reader.pause([t0])
    cluster.reads('t', 0).append(['later'])
    cluster.reads('t', 2).append(['more'])
    cluster.appended()
    assert.deepEqual(values(await poll(reader)), ['more'])
    assert.deepEqual(await poll(reader), [])
    reader.resume([t0])
    assert.deepEqual(values(await poll(reader)), ['later'])
    assert.equal(cluster.sessions.size, 1, 'one session for one broker all along')
    assert.ok(fetches(cluster).some(({ forgotten }) => forgotten.length === 1))
  })

  test('says only what changed in a session, and everything when the broker has forgotten it', async () => {
    for (const code of [errors.FETCH_SESSION_ID_NOT_FOUND, errors.INVALID_FETCH_SESSION_EPOCH]) {
      const { cluster, reader } = await open({}, { t: 4 })
      const t2 = { topic: 't', partition: 2 }
      reader.assign([
        { ...t0, offset: 0 },
        { ...t2, offset: 0 },
      ])
      await poll(reader, 10, 300)
      cluster.reads('t', 0).append(['a'])
      cluster.appended()
      assert.deepEqual(values(await poll(reader)), ['a'])
      await cluster.time.sleep(300)
      const changed = fetches(cluster).at(-2)!
      assert.deepEqual([changed.sessionEpoch > 0, changed.partitions.map(({ offset }) => offset)], [true, [1]])
      cluster.script.fetch = [code]
      cluster.reads('t', 2).append(['b'])
      cluster.appended()
      assert.deepEqual(values(await poll(reader)), ['b'])
      await cluster.time.sleep(300)
      const anew = fetches(cluster).filter(({ sessionEpoch }) => sessionEpoch === 0)
      assert.equal(anew.length, 2)
      assert.deepEqual(
        anew[1]!.partitions.map(({ partition, offset }) => [partition, offset]),
        [
          [0, 1],
          [2, 1],
        ],
      )
      assert.deepEqual([anew[1]!.sessionId, anew[1]!.forgotten], [0, []])
      await reader.close()
    }
  })

  test('never has two fetches at one broker', async () => {
    const { cluster, reader } = await open()
    let inFlight = 0
    cluster.script.fetch = Array.from({ length: 500 }, () => () => {
      assert.equal(++inFlight, 1)
      setImmediate(() => inFlight--)
      return undefined
    })
    for (let i = 0; i < 100; i++) cluster.reads('t', 0).append([`${i}`])
    cluster.batchesPerFetch = 3
    reader.assign([{ ...t0, offset: 0 }])
    assert.equal((await drain(cluster, reader, t0, 7)).length, 100)
  })

  test('assigning anew drops what was read ahead and what is still on its way', async () => {
    const { cluster, reader } = await open()
    for (let i = 0; i < 10; i++) cluster.reads('t', 0).append([`${i}`])
    reader.assign([{ ...t0, offset: 0 }])
    await poll(reader, 1)
    reader.assign([{ ...t0, offset: 8 }])
    assert.deepEqual(values(await poll(reader)), ['8', '9'])
    const waiting = poll(reader)
    reader.assign([{ ...t0, offset: 5 }])
    assert.deepEqual(values(await waiting), ['5', '6', '7', '8', '9'])
    reader.assign([])
    assert.deepEqual(await poll(reader), [])
    assert.throws(() => reader.position(t0), hasCode('PARTITION_NOT_ASSIGNED'))
  })

  test('what is not there any more, or not yet, is refused with what there is, after what was fetched before', async () => {
    const { cluster, reader } = await open({ maxPartitionBytes: 60 })
    const log = cluster.reads('t', 0)
    for (const value of ['a', 'b', 'c']) log.append([value])
    reader.assign([{ ...t0, offset: 5 }])
    const isRefused = (error: Record<string, unknown>) => {
      assert.deepEqual([error.code, error.offset, error.earliest, error.latest], ['OFFSET_OUT_OF_RANGE', 5, 0, 3])
      return true
    }
    await assert.rejects(poll(reader, 1, 0), isRefused)
    await assert.rejects(poll(reader), isRefused)
    assert.equal(reader.position(t0), 5)
    reader.assign([{ ...t0, offset: 0 }])
    assert.deepEqual(values(await poll(reader, 1)), ['a'])
    await cluster.time.sleep(50)
    // The next one is fetched already, the one after it is not: there is no room for it.
    log.start = 3
    assert.deepEqual(values(await poll(reader)), ['b'])
    await assert.rejects(poll(reader), hasCode('OFFSET_OUT_OF_RANGE'))
    assert.equal(reader.position(t0), 2)
    log.append(['d'])
    reader.assign([{ ...t0, offset: 3 }])
    assert.deepEqual(values(await poll(reader)), ['d'])
  })

  test('an offset that was out of range for a moment only is read', async () => {
    const { cluster, reader } = await open()
    cluster.reads('t', 0).append(['a'])
    cluster.script.fetch = [
      () => ({ errorCode: 0, sessionId: 0, partitions: [answer({ errorCode: errors.OFFSET_OUT_OF_RANGE })] }),
    ]
    reader.assign([{ ...t0, offset: 0 }])
    assert.deepEqual(values(await poll(reader)), ['a'])
  })

  test('a log that was cut below what was read is an error', async () => {
    const { cluster, reader } = await open()
    cluster.reads('t', 0).append(['a'])
    reader.assign([{ ...t0, offset: 0 }])
    await poll(reader)
    await cluster.time.sleep(600)
    assert.equal(fetches(cluster).at(-1)!.sessionEpoch > 0, true)
    cluster.script.fetch = [
      () => ({ errorCode: 0, sessionId: 1, partitions: [answer({ divergingEpoch: { epoch: 2, endOffset: 0 } })] }),
    ]
    await assert.rejects(poll(reader), hasCode('KAFKA_LOG_TRUNCATED'))
    assert.equal(
      fetches(cluster).some(({ partitions }) => partitions[0]?.lastFetchedEpoch === 3),
      true,
    )
  })

  for (const code of [
    errors.NOT_LEADER_OR_FOLLOWER,
    errors.FENCED_LEADER_EPOCH,
    errors.UNKNOWN_LEADER_EPOCH,
    errors.UNKNOWN_TOPIC_ID,
    errors.UNKNOWN_TOPIC_OR_PARTITION,
    errors.KAFKA_STORAGE_ERROR,
    errors.OFFSET_NOT_AVAILABLE,
    errors.REQUEST_TIMED_OUT,
    -1,
  ])
    test(`error ${code} of a partition is asked again, after the leader was looked up`, async () => {
      const { cluster, reader } = await open()
      cluster.reads('t', 0).append(['a'])
      const refuse = () => ({ errorCode: 0, sessionId: 0, partitions: [answer({ errorCode: code })] })
      cluster.script.fetch = [refuse, refuse]
      reader.assign([{ ...t0, offset: 0 }])
      assert.deepEqual(values(await poll(reader)), ['a'])
      assert.ok(cluster.refreshes > 0)
    })

  test('follows a leader that moves', async () => {
    const { cluster, reader } = await open()
    for (let i = 0; i < 5; i++) cluster.reads('t', 0).append([`${i}`])
    cluster.batchesPerFetch = 1
    reader.assign([{ ...t0, offset: 0 }])
    await poll(reader, 1)
    const topic = cluster.topics.get('t')!
    topic.leaders[0] = -1
    topic.epoch = 4
    void cluster.time.sleep(700).then(() => {
      topic.leaders[0] = 2
    })
    assert.deepEqual(await drain(cluster, reader), ['1', '2', '3', '4'])
    assert.equal(cluster.calls.filter(({ api }) => api === 'fetch').at(-1)!.node, 2)
  })

  test('a lost answer or a broker that is away is waited out', async () => {
    const { cluster, reader } = await open()
    cluster.reads('t', 0).append(['a'])
    cluster.script.fetch = ['lost', 'lost after', -1, 'lost']
    reader.assign([{ ...t0, offset: 0 }])
    assert.deepEqual(values(await poll(reader)), ['a'])
  })

  test('a topic that may not be read, that is gone, or that was made anew is an error', async () => {
    const { cluster, reader } = await open()
    cluster.script.fetch = [
      () => ({ errorCode: 0, sessionId: 0, partitions: [answer({ errorCode: errors.TOPIC_AUTHORIZATION_FAILED })] }),
    ]
    reader.assign([{ ...t0, offset: 0 }])
    await assert.rejects(poll(reader), hasCode('KAFKA_UNAUTHORIZED'))
    cluster.reads('t', 0).append(['a'])
    reader.assign([{ ...t0, offset: 0 }])
    await poll(reader)
    cluster.topics.get('t')!.id = 'another'
    await assert.rejects(poll(reader), hasCode('KAFKA_TOPIC_REPLACED'))
    cluster.topics.delete('t')
    reader.assign([{ ...t0, offset: 0 }])
    await assert.rejects(poll(reader, 1, 60_000), hasCode('TOPIC_UNKNOWN'))
  })

  test('damaged bytes are an error and nothing is decoded from them', async () => {
    const { cluster, reader } = await open()
    cluster.reads('t', 0).append(['a'])
    const { records } = cluster.reads('t', 0).fetch(0, 1_000, true)
    records[records.length - 1]! ^= 1
    cluster.script.fetch = [() => ({ errorCode: 0, sessionId: 0, partitions: [answer({ records })] })]
    reader.assign([{ ...t0, offset: 0 }])
    await assert.rejects(poll(reader), hasCode('LOG_CORRUPT'))
    assert.equal(reader.position(t0), 0)
  })

  test('a wait ends in time, by a signal, or by closing', async () => {
    const { cluster, reader } = await open()
    reader.assign([{ ...t0, offset: 0 }])
    const before = cluster.time.now()
    assert.deepEqual(await poll(reader, 1, 700), [])
    assert.ok(cluster.time.now() - before >= 700 && cluster.time.now() - before < 800)
    const abort = new AbortController()
    const waiting = reader.poll({ maxRecords: 1, maxWaitMs: 1e9, signal: abort.signal })
    await assert.rejects(poll(reader), hasCode('POLL_IN_PROGRESS'))
    abort.abort()
    assert.deepEqual(await waiting, [])
    const last = poll(reader, 1, 1e9)
    await reader.close()
    assert.deepEqual(await last, [])
    await assert.rejects(poll(reader), hasCode('BROKER_CLOSED'))
    assert.throws(() => reader.assign([]), hasCode('BROKER_CLOSED'))
  })

  test('a partition without a leader does not hold up polls that may not wait, but for the first seconds', async () => {
    const { cluster, reader } = await open()
    cluster.topics.get('t')!.leaders[0] = -1
    await cluster.cluster.refresh(['t'])
    reader.assign([{ ...t0, offset: 0 }])
    await poll(reader, 1, 0)
    await cluster.time.sleep(6_000)
    const before = cluster.time.now()
    for (let i = 0; i < 10; i++) assert.deepEqual(await poll(reader, 1, 0), [])
    assert.ok(cluster.time.now() - before < 100)
  })

  test('an empty partition that was refused once is waited on like any other', async () => {
    const { cluster, reader } = await open()
    cluster.script.fetch = [
      () => ({ errorCode: 0, sessionId: 0, partitions: [answer({ errorCode: errors.NOT_LEADER_OR_FOLLOWER })] }),
    ]
    reader.assign([{ ...t0, offset: 0 }])
    assert.deepEqual(await poll(reader, 1, 10_000), [])
    assert.ok(fetches(cluster).length < 60, `${fetches(cluster).length} fetches in ten seconds`)
  })

  test('a caller that polls in a loop lets others have their turn', async () => {
    const { cluster, reader } = await open()
    cluster.reads('t', 0).append(Array.from({ length: 50 }, (_, i) => `${i}`))
    reader.assign([{ ...t0, offset: 0 }])
    let turns = 0
    let isOver = false
    const count = () => {
      turns++
      if (!isOver) setImmediate(count)
    }
    count()
    for (let i = 0; i < 60; i++) {
      cluster.time.pass(3)
      await poll(reader, 1, 0)
    }
    isOver = true
    assert.ok(turns > 10, `${turns} turns`)
  })
})

describe('the schemas of framed values', () => {
  const framed = (id: number) => ({
    key: null,
    value: Uint8Array.of(0, 0, 0, id >> 8, id & 255, 42),
    timestamp: 5,
    headers: [],
  })

  /** Knows every id but 999, once it was asked for it. */
  function registry() {
    const loaded: number[][] = []
    const known = new Set<number>()
    return {
      loaded,
      schema: (id: number) => (known.has(id) ? 'a schema' : undefined),
      load: async (ids: readonly number[]) => {
        loaded.push([...ids])
        for (const id of ids) if (id !== 999) known.add(id)
      },
    }
  }

  test('are loaded once, before a record of theirs is handed out', async () => {
    const schemas = registry()
    const { cluster, reader } = await open({ schemas })
    cluster.reads('t', 0).append([framed(7), framed(7), framed(300), 'not framed'])
    cluster.reads('t', 0).append([framed(300), framed(8)])
    reader.assign([{ ...t0, offset: 0 }])
    assert.equal((await poll(reader, 2)).length, 2)
    assert.deepEqual(schemas.loaded, [[7, 300]])
    assert.equal((await poll(reader, 2)).length, 2)
    assert.deepEqual(schemas.loaded, [[7, 300]])
    assert.equal((await poll(reader, 2)).length, 2)
    assert.deepEqual(schemas.loaded, [[7, 300], [8]])
  })

  test('that nobody knows hold nothing up, and are asked for again with what comes later', async () => {
    const schemas = registry()
    const { cluster, reader } = await open({ schemas })
    for (let i = 0; i < 3; i++) cluster.reads('t', 0).append([framed(999), framed(7)])
    cluster.reads('t', 1).append([framed(999)])
    reader.assign([
      { ...t0, offset: 0 },
      { ...t1, offset: 0 },
    ])
    let count = 0
    for (let i = 0; i < 20 && count < 7; i++) count += (await poll(reader, 2)).length
    assert.equal(count, 7)
    assert.ok(schemas.loaded.length >= 1 && schemas.loaded.length <= 5, `${schemas.loaded.length} times`)
  })

  test('that cannot be loaded hold the records back and lose none', async () => {
    let isDown = true
    const schemas = {
      schema: () => (isDown ? undefined : 'a schema'),
      load: async () => {
        if (isDown) throw Object.assign(new Error('registry down'), { code: 'REGISTRY_DOWN' })
      },
    }
    const { cluster, reader } = await open({ schemas })
    cluster.reads('t', 0).append(['plain'])
    cluster.reads('t', 0).append([framed(7)])
    cluster.reads('t', 1).append(['other'])
    reader.assign([
      { ...t0, offset: 0 },
      { ...t1, offset: 0 },
    ])
    const found: string[] = []
    await assert.rejects(async () => {
      for (;;) found.push(...values(await poll(reader, 1)))
    }, hasCode('REGISTRY_DOWN'))
    assert.ok(found.includes('plain'))
    assert.equal(reader.position(t0), 1)
    isDown = false
    assert.equal((await poll(reader))[0]!.offset, 1)
  })
})

/** A partition's answer for t-0. */
const answer = (more: object) => ({
  topicId: 'id-t',
  partition: 0,
  errorCode: 0,
  highWatermark: 1,
  lastStableOffset: 1,
  logStartOffset: 0,
  abortedTransactions: [],
  records: new Uint8Array(),
  ...more,
})
