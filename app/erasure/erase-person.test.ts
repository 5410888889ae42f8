import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadTokenizer } from '#processors/tokenize.ts'
import { offenderAlertIds } from '#processors/watch-offenders.ts'
import { topics } from '#schemas/topics.ts'
import { openArchiveReader, openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { alertOf, batchOf, message, stateOf } from '#sinks/testing/archive-values.ts'
import { chatMessage } from '#sources/chat-message.ts'
import { MemoryBroker } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { ANALYSIS } from '../applications.ts'
import { chatTopology } from '../chat-topology.ts'
import { deadLetters } from '../dead-letters.ts'
import { evidenceKey, evidenceKeyName } from '../evidence/evidence-key.ts'
import { createLog } from '../log.ts'
import { operatorAction } from '../operator-action.ts'
import { prepareTopics } from '../prepare-topics.ts'
import { recordsOf } from '../produce.ts'
import { makeReport } from '../report/make-report.ts'
import { ReportFiles } from '../report/report-files.ts'
import { eraseFromReports } from './erase-from-reports.ts'
import { erasePersonFromLog } from './erase-person.ts'
import { type PersonErasureSteps, PersonErasures } from './person-erasures.ts'
import { verifyReceipt } from './receipt.ts'
import { placesOf } from './testing/places-of.ts'

const AT = 1_795_400_000_000
const CHANNEL = 'demo:chat'
const PERSON = { channelId: CHANNEL, authorId: 'PERSON-7f3a' }
const tokens = loadTokenizer()
const folder = mkdtempSync(join(tmpdir(), 'javas-erasure-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const log = createLog('test', 'error', () => {})
const remains = ['what others wrote']

/** What somebody writes that leaves something everywhere: a word of their own, one of everybody, swearing, the far future. */
const messagesOf = (author: string, name: string, own: string, at: number) =>
  [`${own} ${own} 바나나 좋아요`, `시발 ${own}`, `바나나 ${own}`].map((text, index) =>
    chatMessage({
      ...{ source: 'demo', channelId: CHANNEL, broadcastId: 'live@1', id: `${author}-${index}`, kind: 'text', text },
      timestamp: index === 2 ? at + 3_600_000 * 24 : at + index,
      receivedAt: at,
      author: { id: author, name },
    }),
  )

const NO_TROUBLE = { tookMs: 1, code: '', answer: '', reference: '', nextTryAt: 0 }

async function analysed() {
  const broker = new MemoryBroker()
  await prepareTopics(broker)
  const producer = broker.producer()
  const rules = {
    ...{ channelId: CHANNEL, version: 1, rules: [], dictionary: [], updatedAt: AT, updatedBy: 'kim' },
    allowedAuthors: ['somebody', PERSON.authorId],
  }
  const actions = [
    { kind: 'note', by: 'kim', role: 'owner', channelId: CHANNEL, authorId: PERSON.authorId, text: '조심' },
    { kind: 'feedback', by: 'kim', role: 'owner', channelId: CHANNEL, messageId: `${PERSON.authorId}-1` },
    { kind: 'note', by: 'kim', role: 'owner', channelId: CHANNEL, authorId: 'other', text: '남음' },
  ].map((action) => operatorAction(action, AT))
  await producer.send([...actions.map((action) => recordsOf(broker, topics.operatorActions)(CHANNEL, action, AT))])
  const driver = new TopologyTestDriver(chatTopology({ tokens }), {
    broker,
    applicationId: ANALYSIS,
    deadLetters,
    startTimeMs: AT + 61_000,
  })
  const input = driver.input(topics.chatMessages)
  for (const one of [
    ...messagesOf(PERSON.authorId, '본명홍길동', '사과나무', AT),
    ...messagesOf('other', '다른사람', '포도나무', AT + 1_000),
  ])
    await input.send(CHANNEL, one, one.timestamp)
  await driver.advanceWallClock(3_000)
  await driver.close()
  // Somebody passed the threshold, which was told and acknowledged; so did somebody else.
  for (const subject of [PERSON.authorId, 'other']) {
    const id = `${offenderAlertIds(CHANNEL, subject)}${AT}`
    const of = { channelId: CHANNEL, broadcastId: 'elsewhere@1', subject, subjectName: `이름 ${subject}`, samples: [] }
    const alert = alertOf(id, { ...of, kind: 'offender-threshold', words: [] })
    const told = {
      id: `${id}:firing`,
      transition: 'firing',
      at: AT,
      notifier: '',
      alerts: [alert],
      repeats: 0,
    } as const
    const delivery = { notificationId: told.id, notifier: 'slack', state: 'delivered', attempt: 1, at: AT } as const
    const acknowledged = { id: `ack-${subject}`, kind: 'acknowledge', at: AT, by: 'kim', subject: id } as const
    const none = { channelId: '', alertKind: '', until: 0, reason: '', notifier: '' }
    await producer.send([
      recordsOf(broker, topics.alerts)(CHANNEL, alert, AT),
      recordsOf(broker, topics.notifications)(told.id, { ...told, flapping: false, by: '' }, AT),
      recordsOf(broker, topics.deliveries)(told.id, { ...delivery, ...NO_TROUBLE }, AT),
      recordsOf(broker, topics.alertActions)('', { ...acknowledged, ...none }, AT),
    ])
  }
  await producer.send([recordsOf(broker, topics.channelRules)(CHANNEL, rules, AT)])
  return { broker, erase: () => erasePersonFromLog(broker, producer, PERSON, AT) }
}

test('an erased person is nowhere in topics, dead letters, stores and changelogs, and nobody else is missing', async () => {
  const { broker, erase } = await analysed()
  const before = await placesOf(broker, PERSON.authorId)
  for (const place of [
    'alert-actions',
    'alerts',
    'analyzed-messages',
    'author-offences',
    'channel-rules',
    'chat-messages',
    'dead-letters',
    'deliveries',
    'notifications',
    'operator-actions',
    'store author-offence-states',
  ])
    assert.ok(before.includes(place), `${place} held something of them`)
  assert.ok((await placesOf(broker, '사과나무')).includes('store keyword-states'))
  const others = await placesOf(broker, '다른사람')
  const aboutOther = await placesOf(broker, offenderAlertIds(CHANNEL, 'other'))

  assert.ok((await erase()) > 10)
  for (const text of ['사과나무', '홍길동', '조심']) assert.deepEqual(await placesOf(broker, text), [], text)
  // Ids of messages that were seen, where a platform's id holds its author's as here.
  assert.deepEqual(await placesOf(broker, PERSON.authorId), [
    `${ANALYSIS}-seen-messages-changelog`,
    'store seen-messages',
  ])
  assert.deepEqual(await placesOf(broker, '다른사람'), others)
  assert.deepEqual(await placesOf(broker, offenderAlertIds(CHANNEL, 'other')), aboutOther)
  assert.ok(aboutOther.length >= 4)
  assert.ok((await placesOf(broker, '포도나무')).includes('store keyword-states'))
  assert.ok((await placesOf(broker, '바나나')).includes('store keyword-states'), "everybody's words stay")
  assert.ok((await placesOf(broker, '남음')).includes('operator-actions'))
  assert.ok((await placesOf(broker, 'somebody')).includes('channel-rules'), 'the rules are in force without them')
})

async function archived() {
  const path = join(mkdtempSync(join(folder, 'data-')), 'archive.db')
  const writer = await openArchiveWriter(path, { now: () => AT + 1_000 })
  const texts = ['사과나무 왜 안 와요?', '사과나무 시발']
  await writer.apply(
    batchOf({
      states: [stateOf({ channelId: CHANNEL, broadcastId: 'live@1', state: 'ended' })],
      messages: texts.map((text, at) =>
        message(`p${at}`, text, {
          ...{ channelId: CHANNEL, broadcastId: 'live@1', author: PERSON.authorId, name: '본명홍길동' },
          ...{ timestamp: AT, question: true, severity: at },
        }),
      ),
    }),
  )
  const reader = openArchiveReader(path)
  const files = new ReportFiles(join(path, '..', 'reports'))
  for (const people of [false, true])
    await files.write(
      await makeReport({ archive: reader, channelId: CHANNEL, broadcastId: 'live@1', maskSeverity: 2, people }),
    )
  return {
    directory: join(path, '..'),
    steps: {
      reports: (person) => eraseFromReports(files, reader, person),
      log: async () => 7,
      archive: async ({ channelId, authorId }) => [
        { store: 'archive', ...(await writer.erasePerson(channelId, authorId)) },
      ],
      forget: () => {},
    } satisfies PersonErasureSteps,
    async close() {
      await reader.close()
      await writer.close()
    },
  }
}

/** Every file under a folder that holds one of these. */
function filesWith(directory: string, ...texts: readonly string[]): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => texts.some((text) => readFileSync(path).includes(text)))
}

test('reports and archive forget, and the signed receipt says so without naming anybody', async () => {
  const { directory, steps, close } = await archived()
  assert.ok(filesWith(directory, '사과나무', '홍길동', PERSON.authorId).length >= 3)
  const key = () => evidenceKey({ dataDirectory: directory, evidenceKey: null })
  const erasures = new PersonErasures({
    directory: join(directory, 'erasures'),
    steps,
    key,
    remains,
    log,
    now: () => AT,
  })
  const receipt = await erasures.erase(PERSON)
  assert.deepEqual(filesWith(directory, '사과나무', '홍길동', PERSON.authorId), [])
  assert.deepEqual([receipt.erased.messages, receipt.erased.log, receipt.erased.reports > 0], [2, 7, true])

  const text = JSON.stringify(receipt, null, 2)
  assert.equal(verifyReceipt(text, PERSON.authorId).keyName, evidenceKeyName(key()))
  for (const changed of [
    text.replace('"messages": 2', '"messages": 3'),
    text.replace('demo:chat', 'demo:else'),
    '{}',
    '',
  ])
    assert.throws(() => verifyReceipt(changed), { code: 'ERASURE_RECEIPT_INVALID' })
  assert.throws(() => verifyReceipt(text, 'another'), { code: 'ERASURE_RECEIPT_INVALID' })
  assert.ok(filesWith(join(directory, 'erasures'), receipt.signature).length === 1, 'it is kept')
  await close()
})

test('an erasure that broke off anywhere is finished at the next start', async () => {
  for (const breaks of ['reports', 'log', 'archive', 'forget'] as const) {
    const { directory, steps, close } = await archived()
    const options = {
      directory: join(directory, 'erasures'),
      key: () => evidenceKey({ dataDirectory: directory, evidenceKey: null }),
      remains,
      log,
    }
    const broken = { ...steps, [breaks]: async () => Promise.reject(new Error('killed')) }
    await assert.rejects(new PersonErasures({ ...options, steps: broken }).erase(PERSON), /killed/)
    assert.ok(readdirSync(options.directory).some((name) => name.startsWith('pending-')))
    await new PersonErasures({ ...options, steps }).resume()
    assert.deepEqual(filesWith(directory, '사과나무', '홍길동', PERSON.authorId), [], breaks)
    const [name, ...more] = readdirSync(options.directory)
    assert.match(name!, /^receipt-/)
    assert.deepEqual(more, [])
    verifyReceipt(readFileSync(join(options.directory, name!), 'utf8'), PERSON.authorId)
    await close()
  }
})
