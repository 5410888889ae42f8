import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Broker } from '../broker/broker.ts'
import { BrokerError } from '../broker/errors.ts'
import { changelogTopic } from '../broker/log/internal-topics.ts'
import { countSerde } from '../dsl/aggregation.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { stringSerde } from '../serde.ts'
import { type ScriptedAssignment, scriptedAssignment } from '../testing/scripted-assignment.ts'
import { testTopic } from '../testing/test-topic.ts'
import { until } from '../testing/until.ts'
import { applicationTopics } from './application-topics.ts'
import { silentLogger } from './logger.ts'
import { Streams } from './streams.ts'
import type { StreamsOptions } from './streams-options.ts'

const input = testTopic<string>('input', 2)
const output = testTopic<string>('output')
const [p0, p1] = [0, 1].map((partition) => ({ topic: 'input', partition })) as [
  { topic: string; partition: number },
  { topic: string; partition: number },
]

/** Copies, counts in the store `seen`, and says when its tasks are opened and closed. */
const copying = (events: string[] = [], slow: (value: string) => Promise<void> = async () => {}) => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .process<string, string>('life', () => {
      let id = ''
      let forward: (record: never) => void
      return {
        init(context) {
          id = context.taskId
          forward = (record) => context.forward(record)
          events.push(`open ${id}`)
        },
        process: (record) => forward(record as never),
        close: () => events.push(`close ${id}`),
      }
    })
    .mapValuesAsync('slow', async (values) => {
      await Promise.all(values.map(slow))
      return values
    })
    .to('sink', { topic: output, key: stringSerde })
  return builder.build()
}
const counting = () => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .groupByKey()
    .count('seen')
    .toStream('updates')
    .mapValues('text', String)
    .to('sink', { topic: output, key: stringSerde })
  return builder.build()
}
const options = (broker: Broker, more: Partial<StreamsOptions> = {}): StreamsOptions => ({
  applicationId: 'app',
  broker,
  logger: silentLogger,
  commitIntervalMs: 0,
  ...more,
})
async function send(broker: Broker, partition: number, ...values: string[]): Promise<void> {
  await broker.createTopics([input])
  const codec = input.value.bind(broker.schemas, 'input-value')
  const producer = broker.producer()
  await producer.send(
    values.map((value) => ({
      topic: 'input',
      partition,
      key: Buffer.from('k'),
      value: codec.encode(value),
      timestamp: 0,
      headers: [],
    })),
  )
  await producer.close()
}
async function outputs(broker: Broker): Promise<readonly string[]> {
  const reader = broker.reader()
  reader.assign([{ topic: 'output', partition: 0, offset: 0 }])
  const found = await reader.poll({ maxRecords: 1_000, maxWaitMs: 0 })
  await reader.close()
  const codec = output.value.bind(broker.schemas, 'output-value')
  return found.map(({ value }) => codec.decode(value!))
}
const offset = async ({ broker }: ScriptedAssignment, partition: number) =>
  (await broker.committed('app')).find((one) => one.topic === 'input' && one.partition === partition)?.offset

test('an assignment during a commit neither loses nor doubles anything', async () => {
  const gate = Promise.withResolvers<undefined>()
  const script = scriptedAssignment({ first: [p0], commitTakes: () => gate.promise })
  const { broker } = script
  await send(broker, 0, 'a')
  await using streams = new Streams(copying(), options(broker))
  await streams.start()
  await until(() => script.commits.length === 1)
  await script.listener.onAssigned([p1])
  await send(broker, 0, 'b')
  await send(broker, 1, 'c')
  gate.resolve(undefined)
  await until(async () => (await offset(script, 0)) === 2 && (await offset(script, 1)) === 1)
  assert.deepEqual([...(await outputs(broker))].sort(), ['a', 'b', 'c'])
})

test('only the tasks that come or go are opened or closed', async () => {
  const events: string[] = []
  const script = scriptedAssignment({ first: [p0] })
  const { broker } = script
  await send(broker, 0, 'a')
  await using streams = new Streams(copying(events), options(broker))
  await streams.start()
  await script.listener.onAssigned([p1])
  await until(() => events.length === 2)
  await send(broker, 1, 'b')
  await until(async () => (await offset(script, 1)) === 1)
  await script.listener.onRevoked([p1])
  await send(broker, 0, 'c')
  await until(async () => (await offset(script, 0)) === 2)
  assert.deepEqual(events, ['open 0_0', 'open 0_1', 'close 0_1'])
})

test('what was processed of a revoked partition is committed before it is given up, and only that', async () => {
  const script = scriptedAssignment({ first: [p0, p1] })
  const { broker } = script
  await send(broker, 0, 'a')
  await send(broker, 1, 'b')
  await using streams = new Streams(copying(), options(broker, { commitIntervalMs: 9_000 }))
  await streams.start()
  await until(async () => (await streams.metrics()).tasks.every(({ processed }) => processed === 1))
  assert.equal(await offset(script, 1), undefined)
  await script.listener.onRevoked([p1])
  assert.deepEqual(script.commits, [['input-1@1']])
  assert.deepEqual(await outputs(broker), ['b'])
})

test('a revoke does not wait for ever for an async node: what it holds is discarded, the others are committed', async () => {
  const events: string[] = []
  const script = scriptedAssignment({ first: [p0, p1] })
  const { broker } = script
  const stuck = Promise.withResolvers<void>()
  const topology = copying(events, (value) => (value === 'stuck' ? stuck.promise : Promise.resolve()))
  await send(broker, 0, 'fine')
  await send(broker, 1, 'stuck')
  await using streams = new Streams(topology, options(broker, { revokeTimeoutMs: 20, commitIntervalMs: 5 }))
  await streams.start()
  await until(async () => (await streams.metrics()).tasks.every(({ processed }) => processed === 1))
  await script.listener.onRevoked([p1])
  assert.ok(events.includes('close 0_1'))
  await until(async () => (await offset(script, 0)) === 1)
  assert.equal(await offset(script, 1), undefined)
  // Whoever has it next does it again; here that is the same thread, and the node has recovered.
  stuck.resolve()
  await script.listener.onAssigned([p1])
  await until(async () => (await offset(script, 1)) === 1)
  assert.deepEqual(await outputs(broker), ['fine', 'stuck'])
})

test('lost partitions are discarded at once, also from within a commit, and taken up again where the log stands', async () => {
  const events: string[] = []
  let lose: (() => Promise<void>) | undefined
  const script = scriptedAssignment({
    first: [p0, p1],
    // As a member that was thrown out learns it: the commit is refused, and the listener hears why first.
    commitTakes: async ({ offsets }) => {
      if (!lose || !offsets.some(({ partition }) => partition === 1)) return undefined
      await lose()
      lose = undefined
      return { kind: 'aborted', cause: new Error('no member of the group any more') }
    },
  })
  const { broker } = script
  await send(broker, 1, 'a')
  lose = () => script.listener.onLost([p1])
  await using streams = new Streams(copying(events), options(broker, { maxCommitAttempts: 1 }))
  await streams.start()
  await until(() => events.includes('close 0_1'))
  assert.equal(await offset(script, 1), undefined)
  await script.listener.onAssigned([p1])
  await until(async () => (await offset(script, 1)) === 1)
  assert.deepEqual(await outputs(broker), ['a'])
  assert.deepEqual(events, ['open 0_0', 'open 0_1', 'close 0_1', 'open 0_1'])
})

test('a refused commit begins anew what was in it, and leaves the other tasks alone', async () => {
  const events: string[] = []
  let refusals = 1
  const script = scriptedAssignment({
    first: [p0, p1],
    commitTakes: async () => (refusals-- > 0 ? { kind: 'unknown', cause: new Error('no answer') } : undefined),
  })
  const { broker } = script
  await send(broker, 1, 'a')
  await using streams = new Streams(copying(events), options(broker))
  await streams.start()
  await until(async () => (await offset(script, 1)) === 1)
  assert.deepEqual(events, ['open 0_0', 'open 0_1', 'close 0_1', 'open 0_1'])
  assert.deepEqual(await outputs(broker), ['a'])
})

/** What another instance counted of the second partition. */
async function counted(broker: Broker, ...rows: [key: string, count: number][]): Promise<void> {
  const codec = countSerde.bind(broker.schemas, '')
  const producer = broker.producer()
  await producer.send(
    rows.map(([key, count]) => ({
      topic: changelogTopic('app', 'seen'),
      partition: 1,
      key: Buffer.from(key),
      value: codec.encode(count),
      timestamp: 0,
      headers: [],
    })),
  )
  await producer.close()
}

/** Readers of changelogs get nothing before `opened`. */
function slowChangelogs(broker: Broker, opened: Promise<void>): void {
  const make = broker.reader.bind(broker)
  broker.reader = () => {
    const reader = make()
    const assign = reader.assign.bind(reader)
    const poll = reader.poll.bind(reader)
    let isChangelog = false
    reader.assign = (positions) => {
      isChangelog = positions.some(({ topic }) => topic.endsWith('-changelog'))
      assign(positions)
    }
    reader.poll = async (pollOptions) => {
      if (isChangelog) await opened
      return poll(pollOptions)
    }
    return reader
  }
}

test('a task is at work while another one still restores its store', async () => {
  const script = scriptedAssignment({ first: [p0] })
  const { broker } = script
  await broker.createTopics(applicationTopics(counting(), 'app'))
  await counted(broker, ['k', 5])
  await send(broker, 1, 'b')
  const gate = Promise.withResolvers<void>()
  slowChangelogs(broker, gate.promise)
  const states: string[] = []
  await using streams = new Streams(counting(), options(broker))
  await streams.start()
  streams.onStateChange((to) => states.push(to))
  await script.listener.onAssigned([p1])
  await send(broker, 0, 'a')
  await until(async () => (await offset(script, 0)) === 1)
  assert.equal(streams.state, 'REBALANCING')
  assert.deepEqual((await streams.metrics()).opening, ['0_1'])
  assert.deepEqual((await streams.metrics()).restoring, [
    { task: '0_1', store: 'seen', partition: 1, restored: 0, remaining: 1 },
  ])
  gate.resolve()
  await until(async () => (await offset(script, 1)) === 1)
  assert.deepEqual(states, ['REBALANCING', 'RUNNING'])
  assert.deepEqual((await streams.metrics()).restoring, [])
  assert.deepEqual(await outputs(broker), ['1', '6'])
})

test('a task that was lost while it restored begins no work here', async () => {
  const script = scriptedAssignment({ first: [p0] })
  const { broker } = script
  await broker.createTopics(applicationTopics(counting(), 'app'))
  await counted(broker, ['k', 5])
  await send(broker, 1, 'b')
  const gate = Promise.withResolvers<void>()
  slowChangelogs(broker, gate.promise)
  await using streams = new Streams(counting(), options(broker))
  await streams.start()
  await script.listener.onAssigned([p1])
  await script.listener.onLost([p1])
  gate.resolve()
  await send(broker, 0, 'a')
  await until(async () => (await offset(script, 0)) === 1)
  assert.equal(streams.state, 'RUNNING')
  assert.deepEqual(
    (await streams.metrics()).tasks.map(({ task }) => task),
    ['0_0'],
  )
  assert.deepEqual(await outputs(broker), ['1'])
})

test('a warm copy follows its changelog, and a task that is opened on it restores nothing but the tail', async () => {
  const script = scriptedAssignment({ first: [p0] })
  const { broker } = script
  await broker.createTopics(applicationTopics(counting(), 'app'))
  await counted(broker, ['k', 5], ['x', 1])
  await using streams = new Streams(counting(), options(broker, { standbyReplicas: 1 }))
  await streams.start()
  await script.listener.onStandby!([{ group: '0', partition: 1 }])
  await until(async () => (await streams.metrics()).standby.some(({ task, lag }) => task === '0_1' && lag === 0))
  await counted(broker, ['k', 7])
  await until(async () => (await streams.metrics()).standbyRestored === 3)
  await send(broker, 1, 'b')
  await script.listener.onStandby!([])
  await script.listener.onAssigned([p1])
  await until(async () => (await offset(script, 1)) === 1)
  const { tasks, standby } = await streams.metrics()
  assert.equal(tasks.find(({ task }) => task === '0_1')!.restored, 0)
  assert.deepEqual(standby, [])
  assert.deepEqual(await outputs(broker), ['8'])
})

test('a stuck async node stops the signs of life that the session waits for', async () => {
  const script = scriptedAssignment({ first: [p0] })
  const { broker } = script
  const stuck = Promise.withResolvers<void>()
  await send(broker, 0, 'a')
  await using streams = new Streams(
    copying([], () => stuck.promise),
    options(broker),
  )
  await streams.start()
  await until(async () => (await streams.metrics()).tasks[0]!.processed === 1)
  let before = -1
  await until(async () => {
    const now = script.polls
    if (now === before) return true
    before = now
    await new Promise((go) => setTimeout(go, 300))
    return false
  })
  stuck.resolve()
  await until(() => script.polls > before)
  await until(async () => (await offset(script, 0)) === 1)
})

test('a membership that has ended for good ends the client with why, without asking again', async () => {
  const script = scriptedAssignment({ first: [p0] })
  const { broker } = script
  await broker.createTopics([input])
  const open = broker.session
  broker.session = async (sessionOptions) => {
    const session = await open(sessionOptions)
    session.polled = () => {
      throw new BrokerError('SESSION_FENCED', 'another one has this name', { retriable: true })
    }
    return session
  }
  const streams = new Streams(copying(), options(broker))
  await streams.start().catch(() => {})
  await assert.rejects(streams.ended(), { code: 'SESSION_FENCED' })
  assert.equal(streams.state, 'ERROR')
})
