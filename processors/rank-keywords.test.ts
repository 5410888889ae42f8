import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import { stringSerde, Topology } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { KeywordRanking, mentionsOf, rankKeywords, rankKeywordsStores } from './rank-keywords.ts'
import { changesOf } from './revision.ts'
import { analyzedMessage, newValues, sentimentOf } from './testing/messages.ts'

const word = (word: string) => ({ word, emote: false })

test('a word weighs half after a half-life without being said', () => {
  const ranking = new KeywordRanking({ halfLifeMs: 1_000, usualHalfLifeMs: 900_000, capacity: 10 })
  for (let i = 0; i < 4; i++) ranking.add(word('렉'), 0, undefined)
  assert.deepEqual(
    [ranking.top(5, 0)[0]?.weight, ranking.top(5, 1_000)[0]?.weight, ranking.top(5, 3_000)[0]?.weight],
    [4, 2, 0.5],
  )
  assert.deepEqual(ranking.top(5, 60_000), [])
})

test('carries the mood of the messages that said it', () => {
  const ranking = new KeywordRanking({ halfLifeMs: 1_000, usualHalfLifeMs: 900_000, capacity: 10 })
  ranking.add(word('렉'), 0, 'negative')
  ranking.add(word('렉'), 0, 'negative')
  ranking.add(word('렉'), 0, 'positive')
  const [top] = ranking.top(1, 0)
  assert.deepEqual([top?.negative, top?.positive, top?.count], [2, 1, 3])
})

test('never holds more than its capacity, and a heavy word is never pushed out by rare ones', () => {
  const ranking = new KeywordRanking({ halfLifeMs: 60_000, usualHalfLifeMs: 900_000, capacity: 50 })
  for (let i = 0; i < 5_000; i++) {
    if (i % 10 === 0) ranking.add(word('배송'), i, undefined)
    ranking.add(word(`단어${i}`), i, undefined)
  }
  assert.equal(ranking.size, 50)
  const top = ranking.top(10, 5_000)
  assert.equal(top[0]?.word, '배송')
  // Space-Saving: too high by at most total weight / capacity, never too low.
  assert.ok(top[0]!.weight >= 480 && top[0]!.weight <= 500 + 5_500 / 50)
})

test('a word that inherited most of its weight is not shown', () => {
  const ranking = new KeywordRanking({ halfLifeMs: 60_000, usualHalfLifeMs: 900_000, capacity: 2 })
  for (let i = 0; i < 10; i++) for (const name of ['가', '나']) ranking.add(word(name), 0, undefined)
  ranking.add(word('다'), 0, undefined)
  assert.ok(!ranking.top(5, 0).some((entry) => entry.word === '다'))
})

test('a word repeated in one message counts once', () => {
  assert.deepEqual(
    mentionsOf(analyzedMessage({}, { words: ['렉', '렉', '화면'] })).map((mention) => mention.word),
    ['렉', '화면'],
  )
})

const topology = (): Topology => {
  const topology = new Topology()
    .addSource('analyzed', { topic: topics.analyzedMessages, key: stringSerde })
    .addProcessor(
      'rank-keywords',
      rankKeywords(),
      ['analyzed'],
      rankKeywordsStores.map((store) => store.name),
    )
    .addSink('keyword-counts', { topic: topics.keywordCounts, key: stringSerde }, ['rank-keywords'])
  for (const store of rankKeywordsStores) topology.addStateStore<never, never>(store as never)
  return topology
}
const record = (timestamp: number, words: string[], broadcastId = 'b1') => ({
  key: 'demo:one',
  value: analyzedMessage({ timestamp, broadcastId }, { words, sentiment: sentimentOf('negative') }),
  timestamp,
})

test('sends at most one record a broadcast in two seconds, and the last state after the last message', async () => {
  await using driver = new TopologyTestDriver(topology())
  const input = driver.input(topics.analyzedMessages)
  await input.sendAll([record(0, ['렉']), record(10, ['렉', '화면'])])
  await driver.advanceWallClock(1_000)
  assert.equal((await newValues(driver, topics.keywordCounts)).length, 0)
  await driver.advanceWallClock(1_000)
  const [first, ...more] = await newValues(driver, topics.keywordCounts)
  assert.deepEqual(
    [first?.words.map((entry) => entry.word), changesOf(first!.revision), more.length],
    [['렉', '화면'], 1, 0],
  )
  await driver.advanceWallClock(10_000)
  assert.deepEqual(await newValues(driver, topics.keywordCounts), [])
})

test('two broadcasts of a channel have their own words', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.analyzedMessages).sendAll([record(0, ['렉']), record(0, ['배송'], 'b2')])
  await driver.advanceWallClock(2_000)
  const sent = await newValues(driver, topics.keywordCounts)
  assert.deepEqual(
    sent.map((count) => [count.broadcastId, count.words.map((entry) => entry.word)]),
    [
      ['b1', ['렉']],
      ['b2', ['배송']],
    ],
  )
})

test('goes on with its weights and revisions after a restart', async () => {
  await using driver = new TopologyTestDriver(topology())
  const input = driver.input(topics.analyzedMessages)
  await input.sendAll([record(0, ['렉']), record(0, ['렉'])])
  await driver.advanceWallClock(2_000)
  await driver.restart()
  await input.sendAll([record(0, ['렉'])])
  await driver.advanceWallClock(2_000)
  const last = (await newValues(driver, topics.keywordCounts)).at(-1)
  assert.deepEqual([last?.words[0]?.count, changesOf(last!.revision)], [3, 2])
})

test('forgets a broadcast that has been silent for an hour', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.analyzedMessages).sendAll([record(0, ['렉'])])
  await driver.advanceWallClock(2 * 60 * 60_000)
  for (let partition = 0; partition < topics.analyzedMessages.partitions; partition++) {
    const store = await driver.store<{ name: string; all(): Iterable<unknown> }>('keyword-states', partition)
    assert.deepEqual([...store.all()], [])
  }
})

test('a word said far more often than usual bursts, and one that is said all the time does not', () => {
  const ranking = new KeywordRanking({ halfLifeMs: 60_000, usualHalfLifeMs: 900_000, capacity: 100 })
  const minute = 60_000
  for (let at = 0; at < 30 * minute; at += 2_000) ranking.add(word('게임'), at, undefined)
  for (let at = 29 * minute; at < 30 * minute; at += 2_000) ranking.add(word('렉'), at, undefined)
  const top = new Map(ranking.top(10, 30 * minute, 0).map((keyword) => [keyword.word, keyword]))
  assert.ok(top.get('렉')!.burst > 5, `${top.get('렉')!.burst}`)
  assert.ok(Math.abs(top.get('게임')!.burst - 1) < 0.2, `${top.get('게임')!.burst}`)
  assert.deepEqual([top.get('렉')!.fresh, top.get('게임')!.fresh], [true, false])
})

test('nothing bursts while a broadcast is young, or where nobody knows when it began', () => {
  const ranking = new KeywordRanking({ halfLifeMs: 60_000, usualHalfLifeMs: 900_000, capacity: 100 })
  for (let at = 0; at < 60_000; at += 1_000) ranking.add(word('렉'), at, undefined)
  assert.deepEqual([ranking.top(1, 60_000, 0)[0]!.burst, ranking.top(1, 60_000, -1)[0]!.burst], [1, 1])
})

test('a new word of the broadcast comes with the ranking, and never one that would be masked', async () => {
  await using driver = new TopologyTestDriver(topology())
  const particles = ['은', '이', '도', '', '을', '랑']
  await driver
    .input(topics.analyzedMessages)
    .sendAll(['억까단', '병신'].flatMap((stem) => particles.map((particle, at) => record(at, [`${stem}${particle}`]))))
  await driver.advanceWallClock(2_000)
  assert.deepEqual((await newValues(driver, topics.keywordCounts)).at(-1)?.coined, ['억까단'])
})

/** A broadcast of half an hour in which every second message says the word. */
const talk = (broadcastId: string, from: number, word: string) =>
  Array.from({ length: 400 }, (_, i) => record(from + i * 4_500, i % 2 === 0 ? [word, '오늘'] : ['오늘'], broadcastId))

test("a word is held against the channel's earlier broadcasts, from the first minute of a broadcast on", async () => {
  await using driver = new TopologyTestDriver(topology())
  const input = driver.input(topics.analyzedMessages)
  await input.sendAll(talk('b1', 0, '젤다'))
  await driver.advanceWallClock(10 * 60_000)
  const first = (await newValues(driver, topics.keywordCounts)).at(-1)!
  assert.ok(
    first.words.every(({ channelBurst }) => channelBurst === 1),
    'nothing earlier to be held against',
  )
  // The rows of the first broadcast are gone; what it taught is not, not even over a restart.
  await driver.advanceWallClock(2 * 60 * 60_000)
  await driver.restart()
  const day = 24 * 60 * 60_000
  await input.sendAll([...talk('b2', day, '젤다').slice(0, 14), ...talk('b2', day + 1, '정전').slice(0, 14)])
  await driver.advanceWallClock(2_000)
  const words = new Map((await newValues(driver, topics.keywordCounts)).at(-1)!.words.map((each) => [each.word, each]))
  assert.ok(words.get('정전')!.channelBurst > 20, `${words.get('정전')!.channelBurst}`)
  assert.ok(words.get('젤다')!.channelBurst < 1.5, `${words.get('젤다')!.channelBurst}`)
  assert.ok(Math.abs(words.get('오늘')!.channelBurst - 1) < 0.1)
  assert.deepEqual([words.get('정전')!.burst, words.get('정전')!.fresh], [1, false])
})

test('what was counted is learned once, however often learning comes round', async () => {
  await using driver = new TopologyTestDriver(topology())
  await driver.input(topics.analyzedMessages).sendAll(talk('b1', 0, '젤다'))
  const learned = async () => {
    const rows: unknown[] = []
    for (let partition = 0; partition < topics.analyzedMessages.partitions; partition++) {
      const store = await driver.store<{ name: string; all(): Iterable<readonly [string, { count?: number }]> }>(
        'keyword-usuals',
        partition,
      )
      rows.push(...[...store.all()].map(([, { count }]) => count))
    }
    return rows
  }
  await driver.advanceWallClock(10 * 60_000)
  const once = await learned()
  assert.deepEqual([...once].sort(), [200, 400])
  await driver.advanceWallClock(30 * 60_000)
  assert.deepEqual(await learned(), once)
})
