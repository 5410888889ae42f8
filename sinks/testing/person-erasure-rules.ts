/** Erasure of a person: nothing names them any more, nobody else is missing, and the log does not bring them back. */
import assert from 'node:assert/strict'
import type { ArchiveBatch } from '../archive.ts'
import { find, type OpenArchive, plain, type Rule, store } from './archive-rule.ts'
import { actionOf, alertOf, batchOf, keywordsOf, message, offenceOf, stateOf, T0, windowOf } from './archive-values.ts'

const PERSON = 'person-7f3a'
const NAME = '홍길동본명'
const DAY_MS = 24 * 60 * 60 * 1000
const ERASED_AT = T0 + 1_000

const rulesOf = (version: number, allowedAuthors: readonly string[], updatedAt = T0) => ({
  ...{ channelId: 'demo:one', version, rules: [], dictionary: [], updatedBy: 'kim' },
  allowedAuthors,
  updatedAt,
})

/** Everything that can name a person or hold their words, beside the like of others. */
const everything = (): Partial<ArchiveBatch> => ({
  states: [stateOf()],
  messages: [
    message('p1', '사과나무 모두말', { author: PERSON, name: NAME, severity: 2 }),
    message('p2', '사과나무', { author: PERSON, name: '길동이별명', timestamp: T0 + 1 }),
    message('p3', '다른 방송', { author: PERSON, name: NAME, broadcastId: 'second', timestamp: T0 + 2 }),
    message('p4', '옆 채널', { author: PERSON, name: NAME, channelId: 'demo:two' }),
    message('o1', '모두말 안녕', { author: 'other', severity: 2, timestamp: T0 + 3 }),
    message('o2', '모두말', { author: 'other', timestamp: T0 + 4 }),
    message('d2', '', {
      kind: 'delete',
      author: '',
      timestamp: T0 + 5,
      target: { messageId: 'p2', authorId: null, seconds: null },
    }),
    message('ban', '', {
      kind: 'clear',
      author: '',
      timestamp: T0 + 6,
      target: { messageId: null, authorId: PERSON, seconds: 60 },
    }),
  ],
  windows: [windowOf(T0, { messages: 4 })],
  keywords: [keywordsOf(['사과나무', '모두말'], { coined: ['사과나무'] })],
  offences: [offenceOf(PERSON, { authorName: NAME }), offenceOf('other')],
  alerts: [
    alertOf('surge', { at: T0, samples: ['사과나무 모두말'], words: ['사과나무', '모두말'] }),
    alertOf(`offender/${PERSON}`, { at: T0, kind: 'offender-threshold', subject: PERSON, subjectName: NAME }),
  ],
  rules: [rulesOf(1, [PERSON, 'other'])],
  actions: [
    actionOf('about', { authorId: PERSON, text: '늘 이렇다' }),
    actionOf('sanction', { kind: 'sanction', authorId: PERSON, details: { sanction: 'ban' } }),
    actionOf('verdict', { kind: 'feedback', messageId: 'p1' }),
    actionOf('search', { kind: 'search', channelId: '', text: `{"authorId":"${PERSON}"}` }),
    actionOf('evidence', { kind: 'evidence', details: { whose: PERSON } }),
    actionOf('else', { authorId: 'other' }),
    actionOf('elsewhere', { authorId: PERSON, channelId: 'demo:two' }),
  ],
})

/** All that the archive shows, as one text. */
async function shownOf({ reader }: OpenArchive): Promise<string> {
  const { messages } = await reader.search({ channelId: 'demo:one', includeDeleted: true, order: 'oldest', limit: 500 })
  const shown = [
    messages,
    await reader.broadcasts(),
    await reader.author('demo:one', 'other'),
    await reader.windows('demo:one', 'first', 60_000),
    await reader.keywords('demo:one', 'first'),
    await reader.offences('demo:one', 50),
    await reader.alerts('demo:one'),
    await reader.rulesVersion('demo:one', 1),
    (await reader.actions({ channelId: 'demo:one' })).actions,
    (await reader.actions({ channelId: '' })).actions,
  ]
  return JSON.stringify(plain(shown))
}

async function assertIsGone(archive: OpenArchive): Promise<void> {
  const { reader } = archive
  const shown = await shownOf(archive)
  for (const trace of [PERSON, '사과나무', '길동', '늘 이렇다']) assert.ok(!shown.includes(trace), `${trace}: ${shown}`)
  assert.deepEqual(await find(archive, { channelId: 'demo:one', authorId: PERSON, includeDeleted: true }), [])
  assert.deepEqual(await find(archive, { channelId: 'demo:one', text: '사과', includeDeleted: true }), [])
  assert.deepEqual(await find(archive, { channelId: 'demo:one', authorName: '길동', includeDeleted: true }), [])
  for (const id of ['p1', 'p2', 'p3']) assert.equal(await reader.message('demo:one', id), null)
  assert.equal(await reader.author('demo:one', PERSON), null)
  assert.deepEqual(await reader.platformSanctions('demo:one', PERSON, 10), [])
  assert.deepEqual((await reader.actions({ authorId: PERSON, channelId: 'demo:one' })).actions, [])
  assert.deepEqual((await reader.actions({ messageIds: ['p1'] })).actions, [])
}

async function assertOthersAreThere(archive: OpenArchive): Promise<void> {
  const { reader } = archive
  assert.deepEqual(await find(archive, { channelId: 'demo:one' }), ['o1', 'o2'])
  const summary = await reader.broadcast('demo:one', 'first')
  assert.deepEqual([summary?.messages, summary?.authors, summary?.profane], [2, 1, 1])
  assert.equal((await reader.broadcast('demo:one', 'second'))?.messages, 0)
  assert.equal((await reader.author('demo:one', 'other'))?.messages, 2)
  assert.deepEqual(
    (await reader.offences('demo:one', 10)).map(({ authorId }) => authorId),
    ['other'],
  )
  assert.deepEqual(
    (await reader.keywords('demo:one', 'first'))?.words.map(({ word }) => word),
    ['모두말'],
  )
  assert.deepEqual((await reader.rulesVersion('demo:one', 1))?.allowedAuthors, ['other'])
  assert.deepEqual(
    (await reader.actions({ channelId: 'demo:one' })).actions.map(({ id }) => id),
    ['else'],
  )
  // The same id on another channel is another person.
  assert.equal((await reader.message('demo:two', 'p4'))?.message.author.name, NAME)
  assert.equal((await reader.actions({ channelId: 'demo:two' })).actions.length, 1)
}

export function personErasureRules(rule: Rule): void {
  rule(
    'an erased person is nowhere, operators’ actions included, and nobody else is missing',
    async (archive, clock) => {
      await archive.writer.apply(batchOf(everything()))
      clock.now = ERASED_AT
      const erased = await archive.writer.erasePerson('demo:one', PERSON)
      assert.equal(erased.messages, 3)
      assert.ok(erased.others >= 9, `${erased.others} others`)
      await assertIsGone(archive)
      await assertOthersAreThere(archive)
      assert.deepEqual(
        (await archive.reader.alerts('demo:one')).map(({ samples, words }) => [samples, words]),
        [[[], ['모두말']]],
      )
      assert.equal((await archive.writer.erasePerson('demo:one', PERSON)).messages, 0, 'a second time')
      await assertOthersAreThere(archive)
    },
  )

  rule('what the log brings again of an erased person stays out', async (archive, clock) => {
    const { writer } = archive
    await writer.apply(batchOf(everything()))
    clock.now = ERASED_AT
    await writer.erasePerson('demo:one', PERSON)
    const undecodable = {
      ...{ topic: 'analyzed-messages', partition: 0, offset: 1, timestamp: T0, code: 'AVRO_DATA', message: 'x' },
      key: Buffer.from('demo:one'),
      value: Buffer.from(`${PERSON} 사과나무`),
    }
    await writer.apply(batchOf({ ...everything(), undecodable: [undecodable] }))
    await assertIsGone(archive)
    await assertOthersAreThere(archive)
    await writer.resetPositions([{ topic: 'analyzed-messages', partition: 0, offset: 0 }])
    await writer.apply(batchOf(everything()))
    await assertIsGone(archive)
    await assertOthersAreThere(archive)
    // Also when all of that time was taken away since.
    clock.now = ERASED_AT + 300 * DAY_MS
    await writer.expire([{ kind: 'messages', sources: { except: [] }, before: clock.now }])
    await writer.apply(batchOf(everything()))
    await assertIsGone(archive)
  })

  rule(
    'what the log brings for the first time after the erasure, of the time before, stays out',
    async (archive, clock) => {
      clock.now = ERASED_AT
      await archive.writer.apply(batchOf({ messages: [message('o0', '사람', { author: 'other' })] }))
      await archive.writer.erasePerson('demo:one', PERSON)
      const { actions, ...rest } = everything()
      // By a text or a message's id alone nobody can know an action again that was never seen.
      await archive.writer.apply(batchOf({ ...rest, actions: actions!.filter(({ authorId }) => authorId !== '') }))
      await assertIsGone(archive)
    },
  )

  rule('what an erased person writes afterwards comes in as somebody new', async (archive, clock) => {
    const { writer, reader } = archive
    await writer.apply(batchOf(everything()))
    clock.now = ERASED_AT
    await writer.erasePerson('demo:one', PERSON)
    const later = { timestamp: T0 + 2_000, receivedAt: T0 + 2_100 }
    await store(archive, message('new', '다시 왔어요', { author: PERSON, name: '새이름', ...later }))
    await writer.apply(
      batchOf({
        ...everything(),
        offences: [offenceOf(PERSON, { lastAt: T0 + 2_000, authorName: '새이름', revision: 9 })],
        rules: [rulesOf(2, [PERSON], T0 + 2_000)],
        actions: [actionOf('new-note', { authorId: PERSON, at: T0 + 2_000 })],
      }),
    )
    assert.deepEqual(await find(archive, { channelId: 'demo:one', authorId: PERSON, includeDeleted: true }), ['new'])
    const author = await reader.author('demo:one', PERSON)
    assert.deepEqual([author?.names, author?.messages, author?.broadcasts], [['새이름'], 1, 1])
    assert.deepEqual(await find(archive, { channelId: 'demo:one', authorName: '길동' }), [])
    const summary = await reader.broadcast('demo:one', 'first')
    assert.deepEqual([summary?.messages, summary?.authors], [3, 2])
    assert.equal((await reader.offences('demo:one', 10)).length, 2)
    assert.deepEqual((await reader.rulesVersion('demo:one', 2))?.allowedAuthors, [PERSON])
    assert.equal((await reader.actions({ channelId: 'demo:one', authorId: PERSON })).actions.length, 1)
  })

  rule(
    'what the log still has of an erased person or broadcast is told from what is missing',
    async (archive, clock) => {
      const { writer, reader } = archive
      await writer.apply(batchOf(everything()))
      await store(archive, message('b1', '세 번째', { author: 'other', broadcastId: 'third' }))
      const later = { author: PERSON, timestamp: T0 + 2_000, receivedAt: T0 + 2_100 }
      const inLog = [
        ...everything().messages!,
        message('b1', '세 번째', { author: 'other', broadcastId: 'third' }),
        message('new', '다시', later),
      ].map((analyzed) => analyzed.message)
      assert.equal((await reader.erasedAmong(inLog)).size, 0)
      clock.now = ERASED_AT
      await writer.erasePerson('demo:one', PERSON)
      await writer.deleteBroadcast('demo:one', 'third')
      const erased = await reader.erasedAmong(inLog)
      assert.deepEqual(
        [...erased].map(({ id }) => id),
        ['p1', 'p2', 'p3', 'b1'],
      )
      assert.equal((await reader.erasedAmong([])).size, 0)
    },
  )

  rule('nobody and an unknown person are no error and take nothing away', async (archive, clock) => {
    await archive.writer.apply(batchOf(everything()))
    clock.now = ERASED_AT
    const before = await find(archive, { includeDeleted: true })
    assert.equal((await archive.writer.erasePerson('demo:one', '')).messages, 0)
    assert.equal((await archive.writer.erasePerson('demo:one', 'nobody')).messages, 0)
    assert.equal((await archive.writer.erasePerson('no:channel', PERSON)).messages, 0)
    assert.deepEqual(await find(archive, { includeDeleted: true }), before)
  })
}
