import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import type { BroadcastState, ChatMessage } from '#schemas/types.ts'
import { openSource } from '#sources/registry.ts'
import { productionEnvironment } from '#sources/source-environment.ts'
import { chzzkChat, FakeChzzk } from '#sources/testing/fake-chzzk.ts'
import { until } from '#sources/testing/watching.ts'
import { MemoryBroker } from '#topology'
import { followTopic } from '../follow-topic.ts'
import { createLog } from '../log.ts'
import { prepareTopics } from '../prepare-topics.ts'
import { recordsOf } from '../produce.ts'
import { requestOf } from '../request-of.ts'
import { Collector } from './collector.ts'

const BROADCASTS = 200
const channels = Array.from({ length: BROADCASTS }, (_, index) => index.toString(16).padStart(32, '0'))

test('200 broadcasts in one collector: a flood in one and an end of another touch none of the rest', async (t) => {
  const fake = await FakeChzzk.listen({ chatPerChannel: true })
  const broker = new MemoryBroker()
  await prepareTopics(broker)
  const producer = broker.producer()
  const environment = { ...productionEnvironment, endpoints: fake.endpoints }
  const collector = new Collector({
    ...{ broker, producer, clock: environment.clock },
    log: createLog('collect', 'error', () => {}),
    openSource: (name, options) => openSource(name, options, environment),
  })
  const running = collector.run()
  const seen = new Map<string, string[]>()
  const states = new Map<string, BroadcastState>()
  const reading = new AbortController()
  const signal = reading.signal
  const follow = Promise.all([
    followTopic<ChatMessage>({
      ...{ broker, topic: topics.chatMessages, signal, onUndecodable: assert.fail },
      onRecord: ({ key, value }) => void seen.set(key, [...(seen.get(key) ?? []), value?.text ?? '']),
    }),
    followTopic<BroadcastState>({
      ...{ broker, topic: topics.broadcastStates, signal, onUndecodable: assert.fail },
      onRecord: ({ key, value }) => void (value && states.set(key, value)),
    }),
  ])

  const at = Date.now()
  await producer.send(
    channels.map((channel) => {
      const request = requestOf(channel, { by: 'owner', isOwner: true, at, options: {} })
      return recordsOf(broker, topics.broadcastRequests)(request.channelId, request, at)
    }),
  )
  t.after(async () => {
    await collector.stop()
    await running
    reading.abort()
    await follow
    await fake.close()
  })
  const live = () => [...states.values()].filter(({ state }) => state === 'live').length
  await until('all are live', () => live() === BROADCASTS)
  assert.equal(fake.open, BROADCASTS)

  const flooding = channels[7]!
  const cutOff = channels[8]!
  const others = channels.filter((channel) => channel !== flooding)
  for (let packet = 0; packet < 100; packet++)
    fake.sendTo(flooding, {
      cmd: 93_101,
      bdy: Array.from({ length: 100 }, (_, index) => chzzkChat(`f${packet * 100 + index}`, at + packet * 100 + index)),
    })
  fake.cutOff(cutOff)
  await until('it is gone', () => states.get(`chzzk:${cutOff}`)?.state === 'reconnecting')
  await until('it is back', () => states.get(`chzzk:${cutOff}`)?.state === 'live')
  for (const channel of others)
    fake.sendTo(channel, { cmd: 93_101, bdy: [1, 2, 3].map((n) => chzzkChat(`${channel} ${n}`, at + n)) })
  const isWhole = (channel: string, count: number) => (seen.get(`chzzk:${channel}`)?.length ?? 0) >= count
  await until('everything arrived', () => isWhole(flooding, 10_000) && others.every((channel) => isWhole(channel, 3)))

  for (const channel of others)
    assert.deepEqual(
      seen.get(`chzzk:${channel}`),
      [1, 2, 3].map((n) => `${channel} ${n}`),
    )
  assert.deepEqual(
    seen.get(`chzzk:${flooding}`),
    Array.from({ length: 10_000 }, (_, index) => `f${index}`),
  )
  await collector.stop()
  await until('every socket is closed', () => fake.open === 0)
})
