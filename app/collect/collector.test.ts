import assert from 'node:assert/strict'
import { test } from 'node:test'
import { channelKey, topics } from '#schemas/topics.ts'
import type { BroadcastRequest, BroadcastState } from '#schemas/types.ts'
import { chatMessage } from '#sources/chat-message.ts'
import type { Broadcast, ChatSource, SourceEvent, StateChange } from '#sources/chat-source.ts'
import { productionEnvironment } from '#sources/source-environment.ts'
import { SourceError } from '#sources/source-error.ts'
import { type Broker, BrokerError, Faults, MemoryBroker, MemoryLog, partitionOf } from '#topology'
import { createLog } from '../log.ts'
import { prepareTopics } from '../prepare-topics.ts'
import { recordsOf } from '../produce.ts'
import { Collector } from './collector.ts'

const quiet = createLog('collect', 'error', () => {})

const state = (name: StateChange['state'], reason = ''): StateChange => ({
  type: 'state',
  state: name,
  reason,
  detail: '',
  attempt: 0,
  nextTryAt: null,
  at: Date.now(),
})

/** A source that says two messages, then waits for its end. */
function scripted(behaviour: { resolve?: () => void; ends?: boolean } = {}) {
  const resolved: (string | undefined)[] = []
  const source: ChatSource = {
    name: 'demo',
    async resolve(link, _signal, options): Promise<Broadcast> {
      resolved.push(options?.broadcastId)
      behaviour.resolve?.()
      const broadcastId = options?.broadcastId ?? `story@${Date.now()}`
      return { source: 'demo', channelId: link.channelId, broadcastId, url: link.url, title: 't', channelName: 'n' }
    },
    async *read(broadcast, signal): AsyncIterable<SourceEvent> {
      yield state('live')
      const draft = {
        source: 'demo',
        channelId: broadcast.channelId,
        broadcastId: broadcast.broadcastId,
        kind: 'text',
        author: { id: 'a', name: 'A' },
      } as const
      const at = Date.now()
      yield {
        type: 'messages',
        messages: ['1', '2'].map((id) =>
          chatMessage({ ...draft, id, text: `말 ${id}`, timestamp: at, receivedAt: at }),
        ),
      }
      if (behaviour.ends) return void (yield state('ended', 'over'))
      if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }))
    },
  }
  return { source, resolved }
}

async function setUp(
  log: MemoryLog,
  open: () => ChatSource,
  faults = new Faults(),
  serves: 'all' | 'what it is given' = 'all',
) {
  const broker = new MemoryBroker({ log, faults })
  await prepareTopics(broker)
  const producer = broker.producer()
  const collector = new Collector({
    broker,
    producer,
    clock: productionEnvironment.clock,
    log: quiet,
    openSource: open,
  })
  // Rejections are the test's to see when it waits.
  const running = serves === 'all' ? collector.run() : Promise.resolve()
  const ask = (action: BroadcastRequest['action'] | 'delete', requestedAt = Date.now()) => {
    const request = {
      channelId: 'demo:story',
      source: 'demo',
      url: 'demo',
      action: action as 'watch',
      options: {},
      requestedAt,
      requestedBy: 'test',
    }
    return producer.send([
      recordsOf(broker, topics.broadcastRequests)('demo:story', action === 'delete' ? null : request, requestedAt),
    ])
  }
  const stop = async () => {
    await collector.stop()
    await running
    await producer.close()
  }
  return { broker, collector, ask, stop }
}

async function read<T>(broker: Broker, topic: (typeof topics)[keyof typeof topics]): Promise<T[]> {
  const codec = topic.value.bind(broker.schemas, `${topic.name}-value`)
  const values: T[] = []
  for (let partition = 0; partition < topic.partitions; partition++) {
    const { earliest, latest } = await broker.offsets({ topic: topic.name, partition })
    const reader = broker.reader()
    reader.assign([{ topic: topic.name, partition, offset: earliest }])
    while (reader.position({ topic: topic.name, partition }) < latest)
      for (const { value } of await reader.poll({ maxRecords: 100, maxWaitMs: 0 }))
        if (value) values.push(codec.decode(value) as T)
    await reader.close()
  }
  return values
}

async function stateRecords(broker: Broker) {
  const { name } = topics.broadcastStates
  const reader = broker.reader()
  reader.assign([{ topic: name, partition, offset: 0 }])
  const records = await reader.poll({ maxRecords: 1_000, maxWaitMs: 0 })
  await reader.close()
  return records
}

const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await new Promise((done) => setTimeout(done, 5))
}
const lastState = async (broker: Broker) => (await read<BroadcastState>(broker, topics.broadcastStates)).at(-1)

test('a request to watch brings messages and states into the log', async () => {
  const { broker, ask, stop } = await setUp(new MemoryLog(), () => scripted().source)
  await ask('watch')
  await until(async () => (await read(broker, topics.chatMessages)).length === 2)
  assert.deepEqual(
    (await read<BroadcastState>(broker, topics.broadcastStates)).map((told) => told.state),
    ['resolving', 'resolving', 'live'],
  )
  await stop()
})

test('a request to stop ends the broadcast and says why', async () => {
  const { broker, ask, stop } = await setUp(new MemoryLog(), () => scripted().source)
  await ask('watch')
  await until(async () => (await lastState(broker))?.state === 'live')
  await ask('stop')
  await until(async () => (await lastState(broker))?.state === 'ended')
  assert.equal((await lastState(broker))?.reason, 'stopped')
  await stop()
})

test('a collector that was killed goes on with the same broadcast', async () => {
  const log = new MemoryLog()
  const first = await setUp(log, () => scripted().source)
  await first.ask('watch')
  await until(async () => (await lastState(first.broker))?.state === 'live')
  const before = await lastState(first.broker)
  await first.stop()

  const again = scripted()
  const second = await setUp(log, () => again.source)
  await until(async () => again.resolved.length === 1)
  assert.deepEqual(again.resolved, [before?.broadcastId])
  await until(async () => (await read(second.broker, topics.chatMessages)).length === 4)
  await second.stop()
})

test('a broadcast that ended is not started again, but a new request is', async () => {
  const log = new MemoryLog()
  const first = await setUp(log, () => scripted({ ends: true }).source)
  await first.ask('watch')
  await until(async () => (await lastState(first.broker))?.state === 'ended')
  await first.stop()

  const again = scripted()
  const second = await setUp(log, () => again.source)
  await until(async () => second.collector.channels.length === 0)
  await second.ask('watch', Date.now() + 1)
  await until(async () => again.resolved.length === 1)
  assert.deepEqual(again.resolved, [undefined], 'a new broadcast, not the ended one')
  await second.stop()
})

test('a refusal is told and final; something retriable is told and tried again', async () => {
  const refused = await setUp(
    new MemoryLog(),
    () =>
      scripted({
        resolve: () => {
          throw new SourceError('NOT_FOUND', 'no such channel')
        },
      }).source,
  )
  await refused.ask('watch')
  await until(async () => (await lastState(refused.broker))?.state === 'refused')
  assert.equal((await lastState(refused.broker))?.reason, 'NOT_FOUND')
  await refused.stop()

  let attempts = 0
  const retried = await setUp(
    new MemoryLog(),
    () =>
      scripted({
        resolve: () => {
          if (++attempts === 1) throw new SourceError('UNREACHABLE', 'try later', { retriable: true })
        },
      }).source,
  )
  await retried.ask('watch')
  await until(async () => (await lastState(retried.broker))?.state === 'live')
  const told = await read<BroadcastState>(retried.broker, topics.broadcastStates)
  assert.ok(told.some((one) => one.state === 'reconnecting' && one.reason === 'UNREACHABLE' && one.nextTryAt !== null))
  await retried.stop()
})

test('a deleted request ends the watch without a word', async () => {
  const { broker, collector, ask, stop } = await setUp(new MemoryLog(), () => scripted().source)
  await ask('watch')
  await until(async () => (await lastState(broker))?.state === 'live')
  await ask('delete')
  await until(async () => collector.channels.length === 0)
  assert.equal((await lastState(broker))?.state, 'live')
  await stop()
})

test('ending a broadcast ends its watch alone, never that of a later one of the channel', async () => {
  const { broker, collector, ask, stop } = await setUp(new MemoryLog(), () => scripted().source)
  await ask('watch')
  await until(async () => (await lastState(broker))?.state === 'live')
  assert.equal(await collector.endBroadcast('demo:story', 'an-earlier-one'), false)
  assert.equal((await lastState(broker))?.state, 'live')
  assert.equal(await collector.endBroadcast('demo:story', (await lastState(broker))!.broadcastId), true)
  assert.deepEqual(collector.channels, [])
  assert.equal((await lastState(broker))?.state, 'ended')
  await stop()
})

test('while the log is full the source waits, and nothing that it gave is lost', async () => {
  const faults = new Faults()
  const fill = () => {
    if (refusals++ > 0) return
    for (let i = 0; i < 2; i++)
      faults.appends.push(new BrokerError('LOG_DISK_FULL', 'no room left', { retriable: true }))
  }
  let refusals = 0
  const source = scripted({ resolve: fill }).source
  const { broker, collector, ask, stop } = await setUp(new MemoryLog(), () => source, faults)
  await ask('watch')
  await until(async () => collector.problem === 'no room left')
  await until(async () => (await read(broker, topics.chatMessages)).length === 2)
  assert.equal(collector.problem, '')
  assert.deepEqual(
    (await read<{ id: string }>(broker, topics.chatMessages)).map(({ id }) => id),
    ['1', '2'],
  )
  assert.deepEqual(faults.appends, [])
  await stop()
})

const partition = partitionOf(channelKey('demo:story'), topics.broadcastRequests.partitions)

test('of several collectors the one that has the partition watches, and the next one resumes the same broadcast', async () => {
  const log = new MemoryLog()
  const one = await setUp(log, () => scripted().source, new Faults(), 'what it is given')
  const again = scripted()
  const two = await setUp(log, () => again.source, new Faults(), 'what it is given')
  await one.collector.take([partition])
  await two.collector.take([0, 1, 2, 3].filter((other) => other !== partition))
  await one.ask('watch')
  await until(async () => (await lastState(one.broker))?.state === 'live')
  assert.deepEqual([one.collector.channels, two.collector.channels], [['demo:story'], []])
  const before = await lastState(one.broker)

  await one.collector.release([partition], { lost: false })
  assert.deepEqual(one.collector.channels, [])
  assert.equal((await lastState(one.broker))?.state, 'live', 'moving is no end')
  await two.collector.take([partition])
  await until(async () => again.resolved.length === 1)
  assert.deepEqual(again.resolved, [before?.broadcastId])
  await until(async () => two.collector.channels.length === 1)
  await one.stop()
  await two.stop()
})

test('a collector that lost a partition writes nothing more of it, not even what waits for the log', async () => {
  const faults = new Faults()
  const refuse = () => {
    for (let i = 0; i < 50; i++) faults.appends.push(new BrokerError('LOG_DISK_FULL', 'no room', { retriable: true }))
  }
  const source = scripted({ resolve: refuse }).source
  const { broker, collector, ask, stop } = await setUp(new MemoryLog(), () => source, faults, 'what it is given')
  await collector.take([partition])
  await ask('watch')
  await until(async () => collector.problem !== '')
  await collector.release([partition], { lost: true })
  faults.appends.length = 0
  assert.equal((await read(broker, topics.chatMessages)).length, 0)
  assert.equal((await lastState(broker))?.state, 'resolving')
  await stop()
})

test('a deleted broadcast leaves no state behind for the next collector', async () => {
  const log = new MemoryLog()
  const first = await setUp(log, () => scripted().source)
  await first.ask('watch')
  await until(async () => (await lastState(first.broker))?.state === 'live')
  await first.ask('delete')
  await until(async () => (await stateRecords(first.broker)).at(-1)?.value === null)
  await first.stop()
})

test('a broadcast that was deleted while nobody collected leaves no state behind either', async () => {
  const log = new MemoryLog()
  const first = await setUp(log, () => scripted().source)
  await first.ask('watch')
  await until(async () => (await lastState(first.broker))?.state === 'live')
  await first.collector.stop()
  await first.ask('delete')
  await first.stop()
  const second = await setUp(log, () => scripted().source)
  await until(async () => (await stateRecords(second.broker)).at(-1)?.value === null)
  await second.stop()
})
