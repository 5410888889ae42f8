import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import type { AnalyzedMessage, BroadcastState, ChannelSettings } from '#schemas/types.ts'
import { stringSerde, Topology } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { defaultSettings } from './channel-settings.ts'
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

const settings = (given: Partial<ChannelSettings>): ChannelSettings => ({
  ...defaultSettings,
  channelId: 'demo:one',
  updatedAt: 0,
  updatedBy: 't',
  ...given,
})

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
  await driver.input(topics.channelSettings).send('demo:one', settings({ surgeMessages: 200 }), 0)
  await driver.input(topics.analyzedMessages).sendAll([...chat(0, 300, calm), ...chat(300, 400, angry)])
  assert.deepEqual(await told(driver), [])
})

test('a lower share of profanity makes the surge of swearing ring, from the next message after the setting on', async () => {
  // Every fifth message of a busy minute swears: under 15 % it is none.
  const swearing = (second: number, i: number) => ({
    ...calm(),
    ...(second % 5 === 0 && i === 0 && { text: '시발', severity: 2 }),
  })
  for (const [profanityShare, rings] of [
    [0.15, false],
    [0.08, true],
  ] as const) {
    await using driver = new TopologyTestDriver(topology())
    await driver.input(topics.analyzedMessages).sendAll(chat(0, 600, calm))
    await driver.input(topics.channelSettings).send('demo:one', settings({ profanityShare }), 600 * SECOND)
    await driver.input(topics.analyzedMessages).sendAll(chat(600, 900, swearing))
    assert.equal((await told(driver)).includes('profanity-surge firing'), rings, `${profanityShare}`)
  }
})

test("silence rings after the channel's own time, and never where that is switched off", async () => {
  for (const [quietSeconds, after] of [
    [20, 40],
    [300, 320],
    [0, null],
  ] as const) {
    await using driver = new TopologyTestDriver(topology())
    await driver.input(topics.channelSettings).send('demo:one', settings({ quietSeconds }), 0)
    await driver.input(topics.broadcastStates).send('demo:one', state({}), 0)
    await driver.input(topics.analyzedMessages).sendAll(chat(0, 120, calm))
    let rangAt: number | null = null
    for (let second = 5; second <= 600 && rangAt === null; second += 5) {
      await driver.advanceWallClock(5 * SECOND)
      if ((await told(driver)).includes('no-data firing')) rangAt = second
    }
    assert.ok(after === null ? rangAt === null : rangAt !== null && Math.abs(rangAt - after) <= 10, `${rangAt}`)
  }
})

const watching = settings({ watchWords: ['환불', 'scam'], watchCount: 3, watchMinutes: 2 })
const saying = (at: number, text: string, author = `u${at}`) => ({
  key: 'demo:one',
  timestamp: at * SECOND,
  value: analyzedMessage(
    { timestamp: at * SECOND, receivedAt: at * SECOND, text, id: `m${at}`, authorId: author },
    { sentiment: sentimentOf('neutral'), profanity: flagText(text) },
  ),
})

test('watched words ring with the message that makes it so many in so many minutes, with words, people and masked samples', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.channelSettings).send('demo:one', watching, 0)
  await driver
    .input(topics.analyzedMessages)
    .sendAll([
      saying(0, '환불해 주세요'),
      saying(60, '안녕하세요'),
      saying(130, '이거 scam 아냐 시발'),
      saying(140, '환 불은 언제'),
      saying(150, '환\u200b불!', 'u140'),
    ])
  assert.deepEqual(await told(driver), [])
  await driver.input(topics.analyzedMessages).sendAll([saying(200, 'ＳＣＡＭ')])
  const sent = (await alerts(driver)).filter(({ kind }) => kind === 'keyword-watch')
  assert.deepEqual(
    sent.map(({ state }) => state),
    ['pending', 'firing'],
  )
  const { at, value, threshold, words, authors, samples } = sent[1]!
  assert.deepEqual(
    { at, value, threshold, words: [...words], authors },
    { at: 200 * SECOND, value: 3, threshold: 3, words: ['scam', '환불'], authors: 3 },
  )
  assert.deepEqual([...samples], ['이거 scam 아냐 ●●', '환\u200b불!', 'ＳＣＡＭ'])
})

test('a watched word is over when few have mentioned it for a minute; a restart in between forgets nothing', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.channelSettings).send('demo:one', watching, 0)
  await driver.input(topics.analyzedMessages).sendAll([saying(0, '환불'), saying(1, '환불')])
  await driver.restart()
  await driver.input(topics.analyzedMessages).sendAll([saying(2, '환불')])
  await driver.restart()
  await driver
    .input(topics.analyzedMessages)
    .sendAll(Array.from({ length: 40 }, (_, i) => saying(10 + i * 5, '좋아요')))
  assert.deepEqual(await told(driver), [
    'keyword-watch pending',
    'keyword-watch firing',
    'keyword-watch recovering',
    'keyword-watch resolved',
  ])
})

test('a word inside another does not count where words have bounds, and one message counts once', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.channelSettings).send('demo:one', watching, 0)
  await driver
    .input(topics.analyzedMessages)
    .sendAll([
      saying(0, 'scammer'),
      saying(1, 'scam '.repeat(300)),
      saying(2, '환불'.repeat(600)),
      saying(3, 'scampi scams'),
    ])
  assert.deepEqual(await told(driver), [])
})

test('times that lie far from the time they are received at ring as clock trouble; replays and history do not', async () => {
  const at = (second: number, given: Partial<AnalyzedMessage['message']>) => {
    const timestamp = second * SECOND
    const value = analyzedMessage({ timestamp, text: '안녕', id: `m${second}`, ...given }, { sentiment: null })
    return { key: 'demo:one', timestamp, value: { ...value, sentiment: sentimentOf('neutral') } }
  }
  const minute = (given: (received: number) => Partial<AnalyzedMessage['message']>, offset: number) =>
    Array.from({ length: 60 }, (_, i) => at(1_000 + offset + i, given((1_000 + i) * SECOND)))
  for (const [messages, rings] of [
    [minute((receivedAt) => ({ receivedAt }), 60), true],
    [minute((receivedAt) => ({ receivedAt }), -400), true],
    [minute((receivedAt) => ({ receivedAt }), -100), false],
    [minute((receivedAt) => ({ receivedAt, source: 'replay' }), -400), false],
    [minute((receivedAt) => ({ receivedAt, history: true }), -400), false],
    // A backlog that is handed out at once.
    [minute(() => ({ receivedAt: 1_000 * SECOND }), -400), false],
  ] as const) {
    await using driver = new TopologyTestDriver(topology())
    await driver.input(topics.analyzedMessages).sendAll([...messages])
    assert.equal((await told(driver)).includes('clock-trouble firing'), rings)
  }
})
