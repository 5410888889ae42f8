import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { SentimentScorer } from '#models/sentiment-scorer.ts'
import { authorErasure } from '#processors/author-erasure.ts'
import { loadTokenizer } from '#processors/tokenize.ts'
import { topics } from '#schemas/topics.ts'
import type { ChatMessage } from '#schemas/types.ts'
import { chatMessage } from '#sources/chat-message.ts'
import { runsOf } from '#sources/demo/fill-line.ts'
import { secondOfScript } from '#sources/demo/script.ts'
import { TopologyTestDriver } from '#topology/testing'
import { chatTopology } from './chat-topology.ts'

const START = 1_795_400_000_000
const tokens = loadTokenizer()

/** Stands in for the model: knows the words of the demo's lag incident. */
const scorer: Pick<SentimentScorer, 'score'> = {
  score: async (texts) =>
    texts.map((text) =>
      /렉|끊|화질|왜|최악|발|ㅅㅂ|노잼|짜증|장난|실망|개같|하필|바보|너무하|lag|ㅈ|사과|꺼져|젠장|못 보|다른 방송|이러네/.test(
        text,
      )
        ? { label: 'negative', positive: 0.05, neutral: 0.05, negative: 0.9, confidence: 0.9, model: 'test@1' }
        : { label: 'neutral', positive: 0.1, neutral: 0.8, negative: 0.1, confidence: 0.8, model: 'test@1' },
    ),
}

function demoMessages(seconds: number): ChatMessage[] {
  return Array.from({ length: seconds }, (_, second) =>
    secondOfScript(second, { seed: 1, speed: 1, rate: null, tempo: 1 }),
  )
    .flat()
    .map((written) =>
      chatMessage({
        source: 'demo',
        channelId: 'demo:chat',
        broadcastId: 'chat@1',
        id: written.key,
        kind: written.kind,
        timestamp: START + written.at,
        receivedAt: START + written.at,
        author: written.person.author,
        text: runsOf(written.text),
        amount: written.amount,
        target: written.target,
      }),
    )
}

const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined)

async function run(messages: readonly ChatMessage[], options: { batchSize?: number; commitEvery?: number } = {}) {
  const driver = new TopologyTestDriver(chatTopology({ tokens, scorer: () => scorer }), {
    startTimeMs: START + 3_600_000,
    ...options,
  })
  after(() => driver[Symbol.asyncDispose]())
  const input = driver.input(topics.chatMessages)
  await input.sendAll(
    messages.map((message) => ({ key: message.channelId, value: message, timestamp: message.timestamp })),
  )
  return driver
}

test('a broadcast is analysed end to end: every message once, windows that add up, words, offences, an alert', async () => {
  const messages = demoMessages(330)
  const driver = await run(messages)
  const analyzed = present(await driver.output(topics.analyzedMessages).values())
  assert.deepEqual(
    analyzed.map(({ message }) => message.id),
    messages.map(({ id }) => id),
  )

  await driver.advanceWallClock(120_000)
  const windows = present(await driver.output(topics.windowCounts).values()).filter(({ closed }) => closed)
  const written = messages.filter(({ kind }) => kind === 'text' || kind === 'paid').length
  for (const size of [10_000, 60_000]) {
    const ofSize = windows.filter(({ windowStart, windowEnd }) => windowEnd - windowStart === size)
    assert.equal(
      ofSize.reduce((sum, { messages: count }) => sum + count, 0),
      written,
      `windows of ${size} ms`,
    )
    assert.equal(new Set(ofSize.map(({ windowStart }) => windowStart)).size, ofSize.length, 'one final result a window')
  }
  assert.ok(present(await driver.output(topics.keywordCounts).values()).at(-1)!.words.length > 5)
  assert.ok(present(await driver.output(topics.authorOffences).values()).length > 0)
  const alerts = present(await driver.output(topics.alerts).values())
  assert.ok(
    alerts.some(({ kind, state }) => kind === 'negative-surge' && state === 'firing'),
    'the incident of the story rings',
  )
})

test('what a source delivers again changes nothing', async () => {
  const messages = demoMessages(60)
  const driver = await run([...messages, ...messages])
  assert.equal(present(await driver.output(topics.analyzedMessages).values()).length, messages.length)
})

test('swear words leave the text marked and the words clean', async () => {
  const [sample] = demoMessages(1)
  const text = '와 시1발 렉 미쳤다'
  const driver = await run([{ ...sample!, kind: 'text', id: 'x', text, runs: [{ text, emote: null }] }])
  const [analyzed] = present(await driver.output(topics.analyzedMessages).values())
  assert.deepEqual(
    analyzed!.profanity.map(({ start, end, severity }) => ({ text: text.slice(start, end), severity })),
    [{ text: '시1발', severity: 2 }],
  )
  assert.ok(!analyzed!.tokens.words.some((word) => word.includes('발')))
  assert.ok(analyzed!.tokens.words.includes('렉'))
})

test("a channel's own words count from the moment they are set", async () => {
  const [sample] = demoMessages(1)
  const driver = await run([])
  const blocked = {
    channelId: 'demo:chat',
    maskSeverity: 2,
    blockedWords: ['민트초코'],
    allowedWords: [],
    surgeShare: 0.35,
    surgeRatio: 1.8,
    surgeMessages: 30,
    offenceCount: 0,
    offenceSeverity: 2,
    offenceMinutes: 10,
    profanityShare: 0.15,
    quietSeconds: 60,
    watchWords: [],
    watchCount: 5,
    watchMinutes: 1,
    timeZone: '',
    updatedAt: START,
    updatedBy: 'owner',
  }
  await driver.input(topics.channelSettings).send('demo:chat', blocked, START)
  const text = '민트초코 최고'
  await driver
    .input(topics.chatMessages)
    .send('demo:chat', { ...sample!, kind: 'text', id: 'y', text, runs: [{ text, emote: null }] }, START + 1)
  const [analyzed] = present(await driver.output(topics.analyzedMessages).values())
  assert.deepEqual(
    analyzed!.profanity.map(({ start, end, category }) => ({ start, end, category })),
    [{ start: 0, end: 4, category: 'custom' }],
  )
})

test('an erased author is forgotten between two offences', async () => {
  const swearing = (at: number) =>
    chatMessage({
      ...{ source: 'demo', channelId: 'demo:chat', broadcastId: 'b', kind: 'text', text: '씨발', id: `m${at}` },
      ...{ timestamp: START + at, receivedAt: START + at, amount: null, target: null },
      author: { id: 'gone', name: '누구', handle: null, roles: [], badges: [], months: null },
    })
  const driver = await run([swearing(0)])
  const erasure = authorErasure('demo:chat', 'gone', START + 1)
  await driver.input(topics.authorErasures).sendAll([{ key: 'demo:chat', value: erasure, timestamp: START + 1 }])
  const again = swearing(2)
  await driver.input(topics.chatMessages).sendAll([{ key: 'demo:chat', value: again, timestamp: again.timestamp }])
  const counted = present(await driver.output(topics.authorOffences).values()).map((one) => one.strong + one.severe)
  assert.deepEqual(counted, [1, 1])
})

test('without a model chat goes on unscored, and the alert says so', async () => {
  const driver = new TopologyTestDriver(chatTopology({ tokens }), { startTimeMs: START })
  after(() => driver[Symbol.asyncDispose]())
  const messages = demoMessages(90)
  await driver
    .input(topics.chatMessages)
    .sendAll(messages.map((message) => ({ key: message.channelId, value: message, timestamp: message.timestamp })))
  const analyzed = present(await driver.output(topics.analyzedMessages).values())
  assert.equal(analyzed.length, messages.length)
  assert.ok(analyzed.every(({ sentiment }) => sentiment === null))
  assert.ok(
    present(await driver.output(topics.alerts).values()).some(
      ({ kind, state }) => kind === 'model-unavailable' && state === 'firing',
    ),
  )
})

test('results do not depend on batch size or commits', async () => {
  const messages = demoMessages(45)
  const results = async (options: { batchSize: number; commitEvery?: number }) => {
    const driver = await run(messages, options)
    return present(await driver.output(topics.analyzedMessages).values()).map((value) => JSON.stringify(value))
  }
  const expected = await results({ batchSize: 512 })
  assert.deepEqual(await results({ batchSize: 1, commitEvery: 1 }), expected)
  assert.deepEqual(await results({ batchSize: 7, commitEvery: 50 }), expected)
})
