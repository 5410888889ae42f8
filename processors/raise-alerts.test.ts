import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import type { AnalyzedMessage, BroadcastState } from '#schemas/types.ts'
import { stringSerde, Topology } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { flagText } from './profanity/flag-text.ts'
import { raiseAlerts, raiseAlertsStores } from './raise-alerts.ts'
import { changesOf } from './revision.ts'
import { analyzedMessage, newValues, sentimentOf } from './testing/messages.ts'

const topology = (): Topology => {
  const topology = new Topology()
    .addSource('analyzed', { topic: topics.analyzedMessages, key: stringSerde })
    .addSource('broadcast-states', { topic: topics.broadcastStates, key: stringSerde })
    .addSource('channel-settings', { topic: topics.channelSettings, key: stringSerde })
    .addProcessor(
      'raise-alerts',
      raiseAlerts,
      ['analyzed', 'broadcast-states', 'channel-settings'],
      raiseAlertsStores.map((store) => store.name),
    )
    .addSink('alerts', { topic: topics.alerts, key: stringSerde }, ['raise-alerts'])
  for (const store of raiseAlertsStores) topology.addStateStore<never, never>(store as never)
  return topology
}
const SECOND = 1_000
type Given = Parameters<typeof analyzedMessage>[1] & { text?: string; broadcastId?: string; history?: boolean }

/** Two messages a second, each as `of` says. */
const chat = (from: number, to: number, of: (second: number, i: number) => Given) => {
  const records: { key: string; value: AnalyzedMessage; timestamp: number }[] = []
  for (let second = from; second < to; second++)
    for (let i = 0; i < 2; i++) {
      const timestamp = second * SECOND + i * 500
      const { text = '안녕', broadcastId = 'b1', history = false, ...given } = of(second, i)
      records.push({
        key: 'demo:one',
        value: analyzedMessage(
          { timestamp, text, broadcastId, history, id: `m${timestamp}` },
          { profanity: flagText(text), ...given },
        ),
        timestamp,
      })
    }
  return records
}
const calm = () => ({ sentiment: sentimentOf('positive') })
const usual = (second: number) => ({ sentiment: sentimentOf(second % 10 === 0 ? 'negative' : 'neutral') })
const angry = () => ({ sentiment: sentimentOf('negative'), words: ['렉', '끊김'], text: '시발 렉 뭐야' })
const alerts = async (driver: TopologyTestDriver) => newValues(driver, topics.alerts)
const told = async (driver: TopologyTestDriver) =>
  (await alerts(driver)).map(({ kind, state, reason }) => `${kind} ${state}${reason && ` ${reason}`}`)
const state = (given: Partial<BroadcastState>): BroadcastState => ({
  channelId: 'demo:one', broadcastId: 'b1', source: 'demo', url: '', title: '', channelName: '', state: 'live', reason: '', detail: '', attempt: 0,
  nextTryAt: null, startsAt: null, startedAt: 0, lastMessageAt: null, at: 0, ...given,
}) // biome-ignore format: one group a line

test('a negative surge fires within half a minute of the mood turning, with its cause, and is resolved', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver
    .input(topics.analyzedMessages)
    .sendAll([...chat(0, 600, usual), ...chat(600, 720, angry), ...chat(720, 1_000, calm)])
  const sent = (await alerts(driver)).filter((alert) => alert.kind === 'negative-surge')
  assert.deepEqual(
    sent.map((alert) => alert.state),
    ['pending', 'firing', 'recovering', 'resolved'],
  )
  const firing = sent[1]!
  assert.ok(firing.at <= 630 * SECOND, `${firing.at}`)
  assert.deepEqual([...firing.words].sort(), ['끊김', '렉'])
  assert.deepEqual([...firing.samples], ['●● 렉 뭐야', '●● 렉 뭐야', '●● 렉 뭐야'])
  assert.ok(firing.lower > firing.threshold && firing.upper <= 1 && firing.baseline < 0.2 && firing.messages >= 30)
  assert.equal(new Set(sent.map((alert) => alert.id)).size, 1)
  assert.deepEqual(
    sent.map((alert) => changesOf(alert.revision)),
    [1, 2, 3, 4],
  )
  assert.ok(sent[3]!.peak > 0.9)
})

test('a calm chat raises nothing, a small one neither', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.analyzedMessages).sendAll(chat(0, 1_800, usual))
  await driver.input(topics.analyzedMessages).sendAll(chat(2_000, 2_010, angry))
  assert.deepEqual(await told(driver), [])
})

test('a chat that is always negative is no surge', async () => {
  await using driver = new TopologyTestDriver(topology())
  const half = (second: number) => ({ sentiment: sentimentOf(second % 2 === 0 ? 'negative' : 'neutral') })
  await driver.input(topics.analyzedMessages).sendAll(chat(0, 240, calm))
  await driver.input(topics.analyzedMessages).sendAll(chat(240, 1_800, half))
  const before = await told(driver)
  await driver
    .input(topics.analyzedMessages)
    .sendAll(chat(1_800, 2_400, (second) => ({ sentiment: sentimentOf(second % 5 < 3 ? 'negative' : 'neutral') })))
  assert.deepEqual(await told(driver), [], before.join())
})

test('no data is no recovery', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.analyzedMessages).sendAll([...chat(0, 300, calm), ...chat(300, 400, angry)])
  await told(driver)
  await driver.advanceWallClock(3_600 * SECOND)
  assert.deepEqual(await told(driver), [])
})

test('swearing surges by the same machine', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver
    .input(topics.analyzedMessages)
    .sendAll([...chat(0, 300, calm), ...chat(300, 400, () => ({ ...calm(), severity: 2, text: '시발' }))])
  assert.deepEqual(await told(driver), ['profanity-surge pending', 'profanity-surge firing'])
})

test('a restart in between neither repeats nor forgets', async () => {
  const records = [...chat(0, 600, usual), ...chat(600, 720, angry), ...chat(720, 1_000, calm)]
  const runs: string[] = []
  for (const parts of [1, 10]) {
    await using driver = new TopologyTestDriver(topology())
    const size = Math.ceil(records.length / parts)
    for (let from = 0; from < records.length; from += size) {
      await driver.input(topics.analyzedMessages).sendAll(records.slice(from, from + size))
      if (parts > 1) await driver.restart()
    }
    runs.push(
      JSON.stringify((await alerts(driver)).map((alert) => ({ ...alert, revision: changesOf(alert.revision) }))),
    )
  }
  assert.equal(runs[0], runs[1])
})

test('history that the platform hands out on joining raises nothing', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.analyzedMessages).sendAll(chat(0, 200, () => ({ ...angry(), history: true })))
  assert.deepEqual(await told(driver), [])
})

test('messages with text but without sentiment mean that the model is away', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver
    .input(topics.analyzedMessages)
    .sendAll([...chat(0, 60, () => ({ sentiment: null })), ...chat(60, 240, calm)])
  assert.deepEqual(await told(driver), [
    'model-unavailable pending',
    'model-unavailable firing',
    'model-unavailable recovering',
    'model-unavailable resolved',
  ])
})

test('a source that is reconnecting for thirty seconds is lost, and inhibits surges', async () => {
  await using driver = new TopologyTestDriver(topology())
  const states = driver.input(topics.broadcastStates)
  await states.send('demo:one', state({ state: 'reconnecting', reason: 'timeout' }), 0)
  for (let i = 0; i < 5; i++) await driver.advanceWallClock(5 * SECOND)
  assert.deepEqual(await told(driver), ['source-lost pending timeout'])
  for (let i = 0; i < 3; i++) await driver.advanceWallClock(5 * SECOND)
  assert.deepEqual(await told(driver), ['source-lost firing timeout'])
  await driver.input(topics.analyzedMessages).sendAll(chat(0, 120, angry))
  assert.deepEqual(
    (await told(driver)).filter((line) => line.startsWith('negative')),
    [],
  )
  await states.send('demo:one', state({ state: 'live', at: 60_000 }), 60_000)
  for (let i = 0; i < 6; i++) await driver.advanceWallClock(5 * SECOND)
  assert.deepEqual(
    (await told(driver)).filter((line) => line.startsWith('source')),
    ['source-lost recovering live', 'source-lost resolved live'],
  )
})

test('a busy live chat that falls silent is an alert of its own', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.broadcastStates).send('demo:one', state({}), 0)
  await driver.input(topics.analyzedMessages).sendAll(chat(0, 120, calm))
  for (let i = 0; i < 10; i++) await driver.advanceWallClock(5 * SECOND)
  assert.deepEqual(await told(driver), [])
  for (let i = 0; i < 10; i++) await driver.advanceWallClock(5 * SECOND)
  assert.deepEqual(await told(driver), ['no-data pending', 'no-data firing'])
})

test('the end of a broadcast ends its alerts', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.analyzedMessages).sendAll([...chat(0, 300, calm), ...chat(300, 400, angry)])
  assert.ok((await told(driver)).includes('negative-surge firing'))
  await driver.input(topics.broadcastStates).send('demo:one', state({ state: 'ended' }), 400 * SECOND)
  assert.deepEqual(await told(driver), ['negative-surge resolved ended'])
  await driver
    .input(topics.analyzedMessages)
    .sendAll(chat(500, 520, (_, i) => ({ ...calm(), broadcastId: 'b2', text: `${i}` })))
  assert.deepEqual(await told(driver), [])
})

test("a channel's own thresholds hold", async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.channelSettings).send(
    'demo:one',
    {
      channelId: 'demo:one',
      maskSeverity: 2,
      blockedWords: [],
      allowedWords: [],
      surgeShare: 0.35,
      surgeRatio: 1.8,
      surgeMessages: 200,
      offenceCount: 0,
      offenceSeverity: 2,
      offenceMinutes: 10,
      updatedAt: 0,
      updatedBy: 't',
    },
    0,
  )
  await driver.input(topics.analyzedMessages).sendAll([...chat(0, 300, calm), ...chat(300, 400, angry)])
  assert.deepEqual(await told(driver), [])
})
