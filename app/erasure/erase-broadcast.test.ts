import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadTokenizer } from '#processors/tokenize.ts'
import { topics } from '#schemas/topics.ts'
import { chatMessage } from '#sources/chat-message.ts'
import { type Broker, MemoryBroker } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { ANALYSIS } from '../applications.ts'
import { chatTopology } from '../chat-topology.ts'
import { deadLetters } from '../dead-letters.ts'
import { prepareTopics } from '../prepare-topics.ts'
import { recordsOf } from '../produce.ts'
import { eraseBroadcast } from './erase-broadcast.ts'
import { placesOf } from './testing/places-of.ts'

const AT = 1_795_400_000_000
const CHANNEL = 'demo:chat'
const tokens = loadTokenizer()

/** A message of each kind that leaves something somewhere: a word, a swear word, one from the far future. */
const messagesOf = (broadcastId: string, word: string, author: string, at: number) =>
  [`${word} ${word} 좋아요`, `시발 ${word}`, `${word} 미래`].map((text, index) => {
    const timestamp = index === 2 ? at + 3_600_000 * 24 : at + index
    return chatMessage({
      source: 'demo',
      channelId: CHANNEL,
      broadcastId,
      id: `${broadcastId}-${index}`,
      kind: 'text',
      timestamp,
      receivedAt: at,
      author: { id: author, name: author },
      text,
    })
  })

const stateOf = (broadcastId: string) => ({
  channelId: CHANNEL,
  broadcastId,
  source: 'demo',
  url: 'demo',
  title: broadcastId,
  channelName: 'chat',
  state: 'ended' as const,
  reason: '',
  detail: '',
  attempt: 0,
  nextTryAt: null,
  startsAt: null,
  startedAt: AT,
  lastMessageAt: AT,
  at: AT,
})

async function analysed(): Promise<{ broker: Broker; erase: (isCurrent: boolean) => Promise<number> }> {
  const broker = new MemoryBroker()
  await prepareTopics(broker)
  const producer = broker.producer()
  const messages = [
    ...messagesOf('old@1', '사과나무', 'OldAuthor', AT),
    ...messagesOf('new@2', '바나나', 'NewAuthor', AT + 60_000),
  ]
  const driver = new TopologyTestDriver(chatTopology({ tokens }), {
    broker,
    applicationId: ANALYSIS,
    deadLetters,
    startTimeMs: AT + 61_000,
  })
  const input = driver.input(topics.chatMessages)
  for (const message of messages) await input.send(CHANNEL, message, message.timestamp)
  await driver.advanceWallClock(3_000)
  await driver.close()
  for (const id of ['old@1', 'new@2'])
    await producer.send([recordsOf(broker, topics.broadcastStates)(CHANNEL, stateOf(id), AT)])
  return {
    broker,
    erase: (isCurrent) =>
      eraseBroadcast(broker, producer, { channelId: CHANNEL, broadcastId: isCurrent ? 'new@2' : 'old@1', isCurrent }),
  }
}

test('an erased broadcast leaves nothing in topics, dead letters, stores and changelogs', async () => {
  const { broker, erase } = await analysed()
  const before = await placesOf(broker, 'old@1')
  for (const place of ['chat-messages', 'analyzed-messages', 'window-counts', 'keyword-counts', 'author-offences'])
    assert.ok(before.includes(place), `${place} held something of it`)
  assert.ok((await placesOf(broker, '사과나무')).includes('dead-letters'))
  assert.ok((await placesOf(broker, '사과나무')).includes('store keyword-states'))

  assert.ok((await erase(false)) > 0)
  for (const text of ['사과나무', 'OldAuthor']) assert.deepEqual(await placesOf(broker, text), [], text)
  // Ids that were seen stay until they expire: without them a source that delivers again would bring it all back.
  assert.deepEqual(await placesOf(broker, 'old@1'), [`${ANALYSIS}-seen-messages-changelog`, 'store seen-messages'])
  assert.equal(await erase(false), 0)
})

test("an erased broadcast takes nothing of the channel's other broadcasts along", async () => {
  const { broker, erase } = await analysed()
  const before = await placesOf(broker, 'new@2')
  await erase(false)
  assert.deepEqual(await placesOf(broker, 'new@2'), before)
  assert.ok(before.includes('broadcast-states'))
})

test("the channel's state and request go with its current broadcast", async () => {
  const { broker, erase } = await analysed()
  await erase(true)
  assert.ok(!(await placesOf(broker, 'new@2')).includes('broadcast-states'))
  const { latest } = await broker.offsets({ topic: 'broadcast-requests', partition: 0 })
  const counts = await Promise.all(
    [1, 2, 3].map((partition) => broker.offsets({ topic: 'broadcast-requests', partition })),
  )
  assert.equal(latest + counts.reduce((sum, { latest }) => sum + latest, 0), 1, 'one tombstone')
})
