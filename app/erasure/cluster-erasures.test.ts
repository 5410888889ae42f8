import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isErased } from '#processors/author-erasure.ts'
import { topics } from '#schemas/topics.ts'
import type { AuthorErasure } from '#schemas/types.ts'
import { archiveTopicsOf } from '#sinks/archive-sink.ts'
import { MemoryBroker, type Position } from '#topology'
import { channelRulesOf } from '../channel-settings-of.ts'
import { createLog } from '../log.ts'
import { operatorAction } from '../operator-action.ts'
import { prepareTopics } from '../prepare-topics.ts'
import { recordsOf } from '../produce.ts'
import { readTopic } from '../read-topic.ts'
import { clusterErasures } from './cluster-erasures.ts'
import { verifyReceipt } from './receipt.ts'

const AT = 1_795_400_000_000
const PERSON = { channelId: 'demo:chat', authorId: 'PERSON-7f3a' }
const folder = mkdtempSync(join(tmpdir(), 'javas-cluster-erasure-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('every store is erased when all have read what operators did; until then it waits and is not forgotten', async () => {
  const broker = new MemoryBroker()
  await prepareTopics(broker)
  const producer = broker.producer()
  const rules = { version: 1, rules: [], dictionary: [], allowedAuthors: ['somebody', PERSON.authorId] }
  const note = operatorAction({ kind: 'note', by: 'kim', role: 'owner', ...PERSON, text: '조심' }, AT)
  await producer.send([
    recordsOf(broker, topics.channelRules)(
      PERSON.channelId,
      { ...rules, channelId: PERSON.channelId, updatedAt: AT, updatedBy: 'kim' },
      AT,
    ),
    recordsOf(broker, topics.operatorActions)(PERSON.channelId, note, AT),
  ])

  let read: readonly Position[] = []
  const asked: string[] = []
  const forgotten: string[] = []
  const erasures = clusterErasures({
    ...{ broker, topics, waitMs: 0, log: createLog('test', 'error', () => {}) },
    config: { dataDirectory: folder, evidenceKey: null },
    archive: {
      broadcast: async () => null,
      search: async () => ({ messages: [], next: null, total: 0, broadcasts: 0, authors: 0 }),
    },
    producing: (write) => write(producer),
    forget: (channelId) => forgotten.push(channelId),
    eraser: {
      async erasePerson(_, authorId) {
        asked.push(authorId)
        return [
          { store: 'elasticsearch', messages: 4, others: 2 },
          { store: 'mongodb', messages: 5, others: 7 },
        ]
      },
      stores: async () => ['elasticsearch', 'mongodb'].map((name) => ({ name, positions: async () => read })),
    },
  })
  await assert.rejects(erasures.erase(PERSON), { code: 'ARCHIVE_BEHIND' })
  assert.deepEqual(asked, [], 'what they cannot know yet would come back')
  assert.ok(readdirSync(join(folder, 'erasures')).some((name) => name.startsWith('pending-')))

  read = await Promise.all(
    archiveTopicsOf(topics).flatMap(({ name: topic, partitions }) =>
      Array.from({ length: partitions }, async (_, partition) => {
        const { latest: offset } = await broker.offsets({ topic, partition })
        return { topic, partition, offset }
      }),
    ),
  )
  const receipt = await erasures.erase(PERSON)
  assert.deepEqual(asked, [PERSON.authorId])
  assert.deepEqual(forgotten, [PERSON.channelId])
  const told = await erasuresIn(broker)
  assert.ok(told.every((one) => isErased(one, PERSON.authorId) && !isErased(one, 'somebody')))
  assert.equal(JSON.stringify(told).includes(PERSON.authorId), false)
  assert.deepEqual((await channelRulesOf(broker, PERSON.channelId))?.allowedAuthors, ['somebody'])
  const { erased, remains } = verifyReceipt(JSON.stringify(receipt), PERSON.authorId).receipt
  assert.deepEqual([erased.log, erased.messages, erased.others], [null, 5, 9])
  assert.deepEqual(
    erased.stores?.map(({ store }) => store),
    ['elasticsearch', 'mongodb'],
  )
  assert.ok(remains.some((line) => line.includes('operator-actions')))
  assert.ok(!readdirSync(join(folder, 'erasures')).some((name) => name.startsWith('pending-')))
})

async function erasuresIn(broker: MemoryBroker): Promise<readonly AuthorErasure[]> {
  const found: AuthorErasure[] = []
  await readTopic({ broker, topic: topics.authorErasures, onRecord: ({ value }) => void (value && found.push(value)) })
  assert.notEqual(found.length, 0)
  return found
}
