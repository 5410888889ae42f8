import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import type { Delivery, HealthSample } from '#schemas/types.ts'
import { stringSerde, Topology } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { newValues } from './testing/messages.ts'
import { watchSystem, watchSystemStores } from './watch-system.ts'

const SECOND = 1_000
const START = Date.parse('2026-11-29T21:00:00+09:00')

const topology = (): Topology => {
  const topology = new Topology()
    .addSource('samples', { topic: topics.healthSamples, key: stringSerde })
    .addSource('deliveries', { topic: topics.deliveries, key: stringSerde })
    .addProcessor(
      'watch-system',
      watchSystem({ lagSeconds: 60, lagRecords: 1_000 }),
      ['samples', 'deliveries'],
      watchSystemStores.map(({ name }) => name),
    )
    .addSink('system-alerts', { topic: topics.systemAlerts, key: stringSerde }, ['watch-system'])
  for (const store of watchSystemStores) topology.addStateStore<never, never>(store as never)
  return topology
}
const sampleOf = (at: number, given: Partial<HealthSample>): HealthSample => ({
  ...{ kind: 'dead-letters', subject: 'dead-letters', value: 0, detail: '', places: [] },
  ...given,
  at: START + at * SECOND,
})
const lag = (at: number, position: number, end: number) =>
  sampleOf(at, {
    kind: 'sink-lag',
    subject: 'mongodb',
    places: [
      { topic: 'analyzed-messages', partition: 0, position, end },
      { topic: 'analyzed-messages', partition: 1, position: 7, end: 7 },
    ],
  })
const send = async (driver: TopologyTestDriver, samples: readonly HealthSample[]) => {
  const input = driver.input(topics.healthSamples)
  for (const sample of samples) await input.send(sample.subject, sample, sample.at)
}
/** `second kind subject state` of every transition since the last call. */
const told = async (driver: TopologyTestDriver) =>
  (await newValues(driver, topics.systemAlerts)).map(
    ({ at, kind, channelName, state }) => `${(at - START) / SECOND} ${kind} ${channelName} ${state}`,
  )

test('a store that stands while the log grows is behind after its time, once, and over when it has caught up', async () => {
  await using driver = new TopologyTestDriver(topology())
  // Ten records a second come; the store stands at 100 for two minutes, then takes fifty a second.
  const at = (second: number) => 100 + second * 10
  const stood = Array.from({ length: 25 }, (_, i) => lag(i * 5, 100, at(i * 5)))
  await send(driver, stood)
  assert.deepEqual(await told(driver), ['65 sink-lag mongodb pending', '75 sink-lag mongodb firing'])
  await driver.restart()
  const back = Array.from({ length: 20 }, (_, i) =>
    lag(125 + i * 5, Math.min(at(125 + i * 5), 100 + i * 250), at(125 + i * 5)),
  )
  await send(driver, back)
  const over = await told(driver)
  assert.deepEqual(
    over.map((line) => line.replace(/^\d+ /, '')),
    ['sink-lag mongodb recovering', 'sink-lag mongodb resolved'],
  )
})

test('a reader that is a steady minute behind shows a minute, not the age of one look', async () => {
  await using driver = new TopologyTestDriver(topology())
  const samples = Array.from({ length: 60 }, (_, i) => lag(i * 5, Math.max(0, i * 5 - 61), i * 5))
  await send(driver, samples)
  const [pending, firing] = await newValues(driver, topics.systemAlerts)
  assert.deepEqual([pending?.state, firing?.state], ['pending', 'firing'])
  assert.ok(firing!.value >= 60 && firing!.value <= 66, `${firing!.value}`)
})

test('many records at once are a lag at once, whatever the time', async () => {
  await using driver = new TopologyTestDriver(topology())
  await send(driver, [lag(0, 0, 5_000), lag(5, 10, 5_000), lag(10, 20, 5_000)])
  assert.deepEqual(await told(driver), ['0 sink-lag mongodb pending', '10 sink-lag mongodb firing'])
})

test('what is read at once never rings, and a log that begins anew is no lag', async () => {
  await using driver = new TopologyTestDriver(topology())
  await send(driver, [
    ...Array.from({ length: 60 }, (_, i) => lag(i * 5, i * 40, i * 50 > 100 ? i * 40 + 10 : i * 40)),
    lag(300, 0, 5),
    lag(305, 5, 5),
  ])
  assert.deepEqual(await told(driver), [])
})

test('ten dead letters in five minutes ring, fewer do not, and those of before do not count', async () => {
  await using driver = new TopologyTestDriver(topology())
  const letters = (at: number, value: number) => sampleOf(at, { value })
  await send(driver, [letters(0, 5_000), letters(100, 5_009), letters(390, 5_012)])
  assert.deepEqual(await told(driver), [])
  await send(driver, [letters(400, 5_022)])
  assert.deepEqual(await told(driver), [
    '400 dead-letters dead-letters pending',
    '400 dead-letters dead-letters firing',
  ])
})

test('a slow model rings when it stays slow, a clock that was set at once; both are over when all is well for their time', async () => {
  await using driver = new TopologyTestDriver(topology())
  const slow = (at: number, value: number) => sampleOf(at, { kind: 'model-slow', subject: 'sentiment', value })
  await send(driver, [slow(0, 3), slow(5, 0.1), ...[10, 15, 20, 25, 30].map((at) => slow(at, 4))])
  assert.deepEqual(await told(driver), [
    '0 model-slow sentiment pending',
    '5 model-slow sentiment pending',
    '10 model-slow sentiment pending',
    '30 model-slow sentiment firing',
  ])
  const clock = (at: number, value: number) => sampleOf(at, { kind: 'clock-trouble', subject: 'clocks', value })
  await send(driver, [clock(40, 0.001), clock(45, 3_600), clock(50, 0), clock(340, 0), clock(350, 0), clock(420, 0)])
  assert.deepEqual(await told(driver), [
    '45 clock-trouble clocks pending',
    '45 clock-trouble clocks firing',
    '350 clock-trouble clocks recovering',
    '420 clock-trouble clocks resolved',
  ])
})

test('a notifier that fails three times in a row rings, one that gives up at once, tests never; a delivery is the end', async () => {
  await using driver = new TopologyTestDriver(topology())
  let at = 0
  const deliver = async (notifier: string, state: Delivery['state'], notificationId = 'n1') => {
    at++
    const delivery = { notificationId, notifier, state, attempt: 1, at: START + at * SECOND, code: 'NOTIFY_REFUSED' }
    const whole = { tookMs: 0, answer: '', reference: '', nextTryAt: 0, ...delivery }
    await driver.input(topics.deliveries).send(notificationId, whole, whole.at)
  }
  for (const state of ['attempting', 'waiting', 'attempting', 'waiting', 'attempting'] as const)
    await deliver('slack', state)
  await deliver('email', 'dead', 'test/1')
  assert.deepEqual(await told(driver), [])
  await driver.restart()
  await deliver('slack', 'waiting')
  await deliver('webhook', 'dead')
  assert.deepEqual(await told(driver), [
    '7 notifier-failing slack pending',
    '7 notifier-failing slack firing',
    '8 notifier-failing webhook pending',
    '8 notifier-failing webhook firing',
  ])
  await deliver('slack', 'delivered')
  assert.deepEqual(await told(driver), ['9 notifier-failing slack recovering', '9 notifier-failing slack resolved'])
})

test('a kind that nobody knows changes nothing', async () => {
  await using driver = new TopologyTestDriver(topology())
  await send(driver, [sampleOf(0, { kind: 'toString', value: 1e9 }), sampleOf(5, { kind: '', value: 1e9 })])
  assert.deepEqual(await told(driver), [])
})
