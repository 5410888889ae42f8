import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import { stringSerde, Topology } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { defaultSettings } from './channel-settings.ts'
import { changesOf } from './revision.ts'
import { analyzedMessage, newValues } from './testing/messages.ts'
import { addToWatch, isQuiet, watchOffenders, watchOffendersStores } from './watch-offenders.ts'

const MINUTE = 60_000
const threshold = { offenceCount: 3, offenceSeverity: 2, offenceMinutes: 10 }
const offence = (timestamp: number, severity = 2, authorId = 'a', history = false) =>
  analyzedMessage(
    { timestamp, authorId, history, id: `${authorId}-${timestamp}`, text: '시발 뭐야' },
    {
      severity,
      profanity: [{ start: 0, end: 2, severity, technique: 'plain', rule: 'r', category: 'vulgar' }],
    },
  )

test('the third offence within ten minutes crosses, and no other one until all is quiet', () => {
  let watch: Parameters<typeof addToWatch>[0]
  const crossings = [0, 1, 2, 3, 4].map((minute) => {
    const next = addToWatch(watch, offence(minute * MINUTE), threshold)
    watch = next.watch
    return next.isCrossed
  })
  assert.deepEqual(crossings, [false, false, true, false, false])
  assert.equal(watch!.times.length, 3)
  assert.equal(isQuiet(watch!, 13 * MINUTE, threshold), false)
  assert.equal(isQuiet(watch!, 14 * MINUTE, threshold), true)
})

test('offences further apart than the time do not add up, and a late one counts by its own time', () => {
  let watch: Parameters<typeof addToWatch>[0]
  for (const minute of [0, 6, 12, 18]) {
    const next = addToWatch(watch, offence(minute * MINUTE), threshold)
    watch = next.watch
    assert.equal(next.isCrossed, false, `${minute}`)
  }
  assert.equal(addToWatch(watch, offence(7 * MINUTE), threshold).isCrossed, false, 'too old by now')
  assert.equal(addToWatch(watch, offence(13 * MINUTE), threshold).isCrossed, true)
})

const topology = (): Topology => {
  const topology = new Topology()
    .addSource('analyzed', { topic: topics.analyzedMessages, key: stringSerde })
    .addSource('channel-settings', { topic: topics.channelSettings, key: stringSerde })
    .addProcessor(
      'watch-offenders',
      watchOffenders,
      ['analyzed', 'channel-settings'],
      watchOffendersStores.map((store) => store.name),
    )
    .addSink('alerts', { topic: topics.alerts, key: stringSerde }, ['watch-offenders'])
  for (const store of watchOffendersStores) topology.addStateStore<never, never>(store as never)
  return topology
}
const settingsOf = (offenceCount: number) => ({
  ...defaultSettings,
  channelId: 'demo:one',
  offenceCount,
  updatedAt: 0,
  updatedBy: 'kim',
})
const record = (message: ReturnType<typeof offence>) => ({
  key: 'demo:one',
  value: message,
  timestamp: message.message.timestamp,
})

test('a channel that has set nothing up is told of nobody', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.analyzedMessages).sendAll([1, 2, 3, 4, 5].map((at) => record(offence(at))))
  assert.deepEqual(await newValues(driver, topics.alerts), [])
})

test('a crossing is told once, with its author and a masked sample, whatever restarts in between', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.channelSettings).send('demo:one', settingsOf(3), 0)
  const input = driver.input(topics.analyzedMessages)
  await input.sendAll([
    record(offence(1_000)),
    record(offence(2_000, 1)),
    record(offence(3_000, 2, 'b')),
    record(offence(4_000, 2, 'a', true)),
    record(offence(5_000)),
  ])
  assert.deepEqual(await newValues(driver, topics.alerts), [], 'mild ones, history and other people do not count')
  await driver.restart()
  await input.sendAll([record(offence(6_000, 3))])
  await driver.restart()
  await input.sendAll([record(offence(7_000)), record(offence(8_000))])
  const told = await newValues(driver, topics.alerts)
  assert.deepEqual(
    told.map(({ id, state, subject, value, samples, revision }) => [
      id,
      state,
      subject,
      value,
      [...samples],
      changesOf(revision),
    ]),
    [['demo:one/offender-threshold/a/6000', 'firing', 'a', 3, ['●● 뭐야'], 1]],
  )
})

test('it is resolved when the person was quiet for the whole time, and another spree is another alert', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.channelSettings).send('demo:one', settingsOf(2), 0)
  const input = driver.input(topics.analyzedMessages)
  const start = driver.clock.now()
  await input.sendAll([record(offence(start + 1)), record(offence(start + 2))])
  await driver.advanceWallClock(5 * MINUTE)
  assert.deepEqual(
    (await newValues(driver, topics.alerts)).map(({ state }) => state),
    ['firing'],
  )
  await driver.advanceWallClock(6 * MINUTE)
  await driver.restart()
  const again = driver.clock.now()
  await input.sendAll([record(offence(again + 1)), record(offence(again + 2))])
  const told = await newValues(driver, topics.alerts)
  assert.deepEqual(
    told.map(({ state }) => state),
    ['resolved', 'firing'],
  )
  assert.notEqual(told[0]!.id, told[1]!.id)
})
