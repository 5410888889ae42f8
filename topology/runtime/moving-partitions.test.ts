import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AssignmentListener, Broker, CommitOutcome, Session, TopicPartition } from '../broker/broker.ts'
import { MemoryLog } from '../broker/memory/memory-log.ts'
import { MemoryBroker } from '../broker/memory-broker.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { stringSerde } from '../serde.ts'
import { testTopic } from '../testing/test-topic.ts'
import { until } from '../testing/until.ts'
import { silentLogger } from './logger.ts'
import { Streams } from './streams.ts'

const PARTITIONS = 4
const RECORDS = 120
const input = testTopic<string>('input', PARTITIONS)
const output = testTopic<number | undefined>('output', PARTITIONS)
const partitions: readonly TopicPartition[] = Array.from({ length: PARTITIONS }, (_, partition) => ({
  topic: 'input',
  partition,
}))

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * A member as a coordinator sees it: what it owns, since which of its generations, and that a commit which was begun in
 * another generation, or is for what it does not own, is refused.
 */
interface Member {
  readonly broker: Broker
  readonly owned: Map<number, number>
  listener: AssignmentListener
}

function member(log: MemoryLog, thread: number, next: () => number): Member {
  const broker = new MemoryBroker({ log })
  const owned = new Map<number, number>()
  const made: Member = { broker, owned, listener: undefined as never }
  const open = broker.session.bind(broker)
  broker.session = async (options): Promise<Session> => {
    const session = await open({ ...options, thread, threads: 2 })
    const commit = session.commit.bind(session)
    session.commit = async (work): Promise<CommitOutcome> => {
      const since = new Map(owned)
      if (next() < 0.3) await sleep(Math.floor(next() * 4))
      const isForeign = ({ partition }: TopicPartition) =>
        !owned.has(partition) || owned.get(partition) !== since.get(partition)
      if (work.offsets.some(isForeign)) return { kind: 'aborted', cause: new Error('another generation') }
      if (next() < 0.1) return { kind: 'aborted', cause: new Error('by chance') }
      const outcome = await commit(work)
      return next() < 0.1 ? { kind: 'unknown', cause: new Error('no answer') } : outcome
    }
    session.subscribe = async (_, listener) => {
      made.listener = listener
    }
    return session
  }
  return made
}

const counting = (next: () => number) => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .mapValuesAsync('model', async (values) => {
      await sleep(Math.floor(next() * 4))
      return values
    })
    .groupByKey()
    .count('counts', { updates: 'every-update' })
    .toStream('updates')
    .to('sink', { topic: output, key: stringSerde, partition: ({ key }) => Number(key.at(-1)) % PARTITIONS })
  return builder.build()
}

let generation = 0

async function move(members: readonly [Member, Member], partition: number, next: () => number): Promise<void> {
  const one = partitions[partition]!
  const from = members.find(({ owned }) => owned.has(partition))
  const to = members[next() < 0.5 ? 0 : 1]!
  if (from === to) return
  if (from && next() < 0.3) {
    // Thrown out of the group: somebody else may have it before this one knows.
    from.owned.delete(partition)
    const told = sleep(Math.floor(next() * 5)).then(() => from.listener.onLost([one]))
    to.owned.set(partition, ++generation)
    await Promise.all([told, to.listener.onAssigned([one])])
    return
  }
  if (from) {
    await from.listener.onRevoked([one])
    from.owned.delete(partition)
  }
  to.owned.set(partition, ++generation)
  await to.listener.onAssigned([one])
}

async function run(seed: number): Promise<void> {
  const next = random(seed)
  const log = new MemoryLog()
  const outside = new MemoryBroker({ log })
  await outside.createTopics([input])
  const members = [member(log, 0, next), member(log, 1, next)] as const
  const clients = members.map(
    ({ broker }) =>
      new Streams(counting(next), {
        applicationId: 'app',
        broker,
        logger: silentLogger,
        commitIntervalMs: 2,
        commitBackoffMs: 1,
        maxCommitAttempts: 100,
        batchSize: 4,
        revokeTimeoutMs: next() < 0.5 ? 1 : 1_000,
      }),
  )
  await Promise.all(clients.map((client) => client.start()))

  const codec = input.value.bind(outside.schemas, 'input-value')
  const producer = outside.producer()
  for (let i = 0; i < RECORDS; i++) {
    const record = { topic: 'input', partition: i % PARTITIONS, timestamp: i, headers: [] }
    await producer.send([{ ...record, key: Buffer.from(`key-${i % PARTITIONS}`), value: codec.encode('x') }])
    if (next() < 0.2) await move(members, Math.floor(next() * PARTITIONS), next)
    if (next() < 0.3) await sleep(1)
  }
  for (const { partition } of partitions)
    if (!members.some(({ owned }) => owned.has(partition))) await move(members, partition, () => 0)

  const done = async () => (await outside.committed('app')).reduce((sum, { offset }) => sum + offset, 0) === RECORDS
  await until(async () => (await done()) || clients.some(({ state }) => state === 'ERROR'))
  for (const client of clients) {
    if (client.failure) throw client.failure
    await client.close()
  }
  const reader = outside.reader()
  reader.assign(partitions.map(({ partition }) => ({ topic: 'output', partition, offset: 0 })))
  const counts = new Map<string, number[]>()
  for (const { key, value } of await reader.poll({ maxRecords: 10_000, maxWaitMs: 0 })) {
    const name = Buffer.from(key!).toString()
    counts.set(name, [...(counts.get(name) ?? []), Number(Buffer.from(value!).toString())])
  }
  const right = Array.from({ length: RECORDS / PARTITIONS }, (_, i) => i + 1)
  for (const { partition } of partitions) assert.deepEqual(counts.get(`key-${partition}`), right, `seed ${seed}`)
}

test('wherever partitions move, are lost, and commits fail, every record is counted once and in order', async () => {
  for (let seed = 1; seed <= 15; seed++) await run(seed)
})
