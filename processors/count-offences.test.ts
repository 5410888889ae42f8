import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import { stringSerde, Topology } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { authorErasure } from './author-erasure.ts'
import { addOffence, countOffences, countOffencesStores } from './count-offences.ts'
import { changesOf } from './revision.ts'
import { strikesAt } from './strikes.ts'
import { analyzedMessage, newValues } from './testing/messages.ts'

const DAY = 86_400_000
const offence = (timestamp: number, severity: number, authorId = 'a', broadcastId = 'b1') =>
  analyzedMessage({ timestamp, authorId, broadcastId }, { severity })

test('strikes halve in seven days', () => {
  assert.equal(strikesAt(4, 0, 7 * DAY), 2)
  assert.equal(strikesAt(4, 0, 14 * DAY), 1)
  assert.equal(strikesAt(4, 100, 50), 4)
})

test('counts by severity, adds the severity to faded strikes, names the latest broadcast', () => {
  const first = addOffence(undefined, offence(0, 2))
  const second = addOffence(first, offence(7 * DAY, 3, 'a', 'b2'))
  assert.deepEqual(
    [
      second.strikes,
      second.mild,
      second.strong,
      second.severe,
      second.firstAt,
      second.lastAt,
      second.broadcastId,
      second.revision,
    ],
    [4, 0, 1, 1, 0, 7 * DAY, 'b2', 2],
  )
})

test('an older message out of order adds what it weighs by now and changes nothing that is latest', () => {
  const known = addOffence(undefined, offence(7 * DAY, 2, 'a', 'b2'))
  const late = addOffence(known, offence(0, 2, 'a', 'b1'))
  assert.deepEqual([late.strikes, late.broadcastId, late.firstAt, late.lastAt], [3, 'b2', 0, 7 * DAY])
})

const topology = (): Topology => {
  const topology = new Topology()
    .addSource('analyzed', { topic: topics.analyzedMessages, key: stringSerde })
    .addSource('erasures', { topic: topics.authorErasures, key: stringSerde })
    .addProcessor(
      'count-offences',
      countOffences(),
      ['analyzed', 'erasures'],
      countOffencesStores.map((store) => store.name),
    )
    .addSink('author-offences', { topic: topics.authorOffences, key: stringSerde }, ['count-offences'])
  for (const store of countOffencesStores) topology.addStateStore<never, never>(store as never)
  return topology
}

test('sends an author once a commit, goes on after a restart, and clean messages send nothing', async () => {
  await using driver = new TopologyTestDriver(topology())
  const input = driver.input(topics.analyzedMessages)
  const record = (timestamp: number, severity: number) => ({
    key: 'demo:one',
    value: offence(timestamp, severity),
    timestamp,
  })
  await input.sendAll([record(1, 2), record(2, 0), record(3, 1)])
  await driver.restart()
  await input.sendAll([record(4, 2)])
  const sent = await newValues(driver, topics.authorOffences)
  assert.deepEqual(
    sent.map(({ mild, strong, revision }) => [mild, strong, changesOf(revision)]),
    [
      [1, 1, 2],
      [1, 2, 3],
    ],
  )
})

test('who was erased is forgotten, stored or not yet, and nobody else; what they do later begins anew', async () => {
  await using driver = new TopologyTestDriver(topology())
  const input = driver.input(topics.analyzedMessages)
  const erasures = driver.input(topics.authorErasures)
  const by = (timestamp: number, authorId: string) => ({
    key: 'demo:one',
    value: offence(timestamp, 2, authorId),
    timestamp,
  })
  await input.sendAll([by(1, 'gone'), by(2, 'stays')])
  await driver.restart()
  const erasure = { key: 'demo:one', value: authorErasure('demo:one', 'gone', 3), timestamp: 3 }
  await erasures.sendAll([erasure])
  await input.sendAll([by(4, 'gone'), by(5, 'stays')])
  await erasures.sendAll([{ ...erasure, value: authorErasure('demo:two', 'stays', 6), timestamp: 6 }])
  await driver.restart()
  await input.sendAll([by(7, 'gone'), by(8, 'stays')])
  const sent = await newValues(driver, topics.authorOffences)
  const strong = (authorId: string) => sent.filter((one) => one.authorId === authorId).map((one) => one.strong)
  assert.deepEqual(
    [strong('gone'), strong('stays')],
    [
      [1, 1, 2],
      [1, 2, 3],
    ],
  )
})
