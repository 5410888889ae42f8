/**
 * What every store keeps to when something goes wrong: the failures that research/engine.md C3 names. The contract of the
 * archive says what it answers; these say that the answers stay the same through crashes, replays, zombies and refusals.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AnalyzedMessage } from '#schemas/types.ts'
import type { ArchiveBatch, ArchiveReader, ArchiveWriter } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { plain } from './archive-rule.ts'
import { actionOf, alertOf, batchOf, keywordsOf, message, offenceOf, stateOf, T0, windowOf } from './archive-values.ts'

export interface StoreUnderTest {
  readonly reader: ArchiveReader
  /** A writer as another process opens one. It is closed with the store. */
  openWriter(): Promise<ArchiveWriter>
  close(): Promise<void>
}

/** A writer whose process dies at one of its requests. */
export interface DyingWriter {
  readonly writer: ArchiveWriter
  /** Whether it got so far. */
  readonly isDead: () => boolean
}

export interface StoreTraits {
  open(): Promise<StoreUnderTest>
  /**
   * On the store's data, a writer whose `request`th request (from 1) never arrives, or is carried out and never answered;
   * nothing gets through after it. Null where writing is one transaction, and the store's own tests kill it.
   */
  readonly openDying:
    | ((store: StoreUnderTest, request: number, when: 'before' | 'after') => Promise<DyingWriter>)
    | null
  /** Takes the store away from a writer opened by this, and gives it back. Null where it cannot be away. */
  readonly openLosing:
    | ((store: StoreUnderTest) => Promise<{ readonly writer: ArchiveWriter; lose(): void; find(): void }>)
    | null
  /** A message that the store will never take, as an analysis may bring one. Null where it takes everything. */
  readonly poison: ((id: string) => AnalyzedMessage) | null
}

const CHANNELS = 3

/** Some of everything, about channels of its own; `from` is where its records begin in the log. */
function someOfEverything(name: string, from: number): ArchiveBatch {
  const channelId = `demo:${name}`
  const of = { channelId, broadcastId: 'first' }
  const taken = (
    id: string,
    kind: 'delete' | 'restore',
    messageId: string | null,
    authorId: string | null,
    at: number,
  ) => message(id, '', { ...of, kind, timestamp: at, target: { messageId, authorId, seconds: null } })
  const messages = [
    ...Array.from({ length: 20 }, (_, at) =>
      message(`m${at}`, `안녕 ${at}`, { ...of, author: `u${at % 7}`, timestamp: T0 + at, severity: at % 4 }),
    ),
    message('m3', 'said twice', { ...of, timestamp: T0 + 50 }),
    message('elsewhere', 'other', { channelId, broadcastId: 'second', timestamp: T0 + 60 }),
    taken('d1', 'delete', 'm1', null, T0 + 70),
    taken('d2', 'delete', 'm2', null, T0 + 71),
    taken('r2', 'restore', 'm2', null, T0 + 72),
    taken('d9', 'delete', 'not-yet', null, T0 + 73),
    taken('c5', 'delete', null, 'u5', T0 + 74),
  ]
  const end = from + messages.length
  const topic = 'analyzed-messages'
  return batchOf({
    messages,
    origins: messages.map((_, index) => ({ topic, partition: 0, offset: from + index })),
    windows: [windowOf(T0, { ...of, messages: 20, revision: 5 })],
    keywords: [keywordsOf(['안녕'], { ...of, revision: 5 })],
    offences: [offenceOf('u3', { ...of, revision: 5 })],
    alerts: [alertOf('a1', { ...of }), alertOf('a1', { ...of, state: 'resolved', revision: 2 })],
    states: [stateOf({ ...of })],
    actions: [actionOf(`note-${name}`, { ...of, authorId: 'u3' })],
    positions: [{ topic, partition: 0, offset: end }],
  })
}

/** As the export role does: again and again while the store says that it may work later. */
async function untilTaken(apply: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await apply()
    } catch (cause) {
      if (!(cause instanceof ArchiveError && cause.retriable) || attempt === 100) throw cause
      await sleep(50)
    }
  }
}

/** All that a channel shows. */
async function shownOf(reader: ArchiveReader, channelId: string) {
  const { messages, total, authors } = await reader.search({
    channelId,
    includeDeleted: true,
    order: 'oldest',
    limit: 500,
  })
  return plain({
    broadcasts: (await reader.broadcasts({ limit: 500 })).filter((one) => one.channelId === channelId),
    messages: messages.map(({ message: { id, text }, deletedAt }) => [id, text, deletedAt]),
    found: [total, authors, (await reader.search({ channelId, text: '안녕' })).total],
    windows: await reader.windows(channelId, 'first', 60_000),
    keywords: await reader.keywords(channelId, 'first'),
    offences: await reader.offences(channelId, 50),
    alerts: await reader.alerts(channelId),
    actions: (await reader.actions({ channelId })).actions,
    author: await reader.author(channelId, 'u3'),
    sanctions: await reader.platformSanctions(channelId, 'u5', 10),
  })
}

/** The same with the channel's own name taken out, so that two channels can be compared. */
const withoutName = (shown: unknown, name: string): unknown =>
  JSON.parse(JSON.stringify(shown).replaceAll(name, 'NAME'))

export function storeRules(store: string, traits: StoreTraits): void {
  const rule = (title: string, check: (under: StoreUnderTest, writer: ArchiveWriter) => Promise<void>) =>
    test(`${store}: ${title}`, async () => {
      const under = await traits.open()
      try {
        await check(under, await under.openWriter())
      } finally {
        await under.close()
      }
    })

  const { openDying, openLosing, poison } = traits
  if (openDying)
    for (const when of ['before', 'after'] as const)
      rule(
        `a batch whose writer dies ${when} any of its requests is stored by the next writer, once`,
        async (under, writer) => {
          await writer.apply(someOfEverything('whole', 0))
          const expected = withoutName(await shownOf(under.reader, 'demo:whole'), 'whole')
          for (let request = 1, from = 1_000; ; request++, from += 1_000) {
            const name = `died-${request}`
            const batch = someOfEverything(name, from)
            const dying = await openDying(under, request, when)
            const outcome = await dying.writer.apply(batch).then(
              () => null,
              (cause: unknown) => cause,
            )
            await dying.writer.close().catch(() => {})
            if (!dying.isDead()) {
              assert.equal(outcome, null)
              assert.ok(request > 5, 'it was tried at many requests')
              return
            }
            if (outcome) assert.ok(outcome instanceof ArchiveError && outcome.retriable, String(outcome))
            await (await under.openWriter()).apply(batch)
            assert.deepEqual(withoutName(await shownOf(under.reader, `demo:${name}`), name), expected, name)
          }
        },
      )

  if (openLosing)
    rule('a store that is away refuses for now, and takes the same batch when it is back', async (under) => {
      const { writer, lose, find } = await openLosing(under)
      await writer.apply(someOfEverything('before', 0))
      lose()
      const batch = someOfEverything('during', 1_000)
      for (let attempt = 0; attempt < 2; attempt++)
        await assert.rejects(writer.apply(batch), (cause) => cause instanceof ArchiveError && cause.retriable)
      find()
      await untilTaken(() => writer.apply(batch))
      assert.deepEqual(
        withoutName(await shownOf(under.reader, 'demo:during'), 'during'),
        withoutName(await shownOf(under.reader, 'demo:before'), 'before'),
      )
    })

  rule('a person erased while another process writes is gone, wherever in its batch it is', async (under, writer) => {
    const eraser = await under.openWriter()
    for (let round = 0; round < 6; round++) {
      const channelId = `demo:erased-${round}`
      const at = Date.now() - 10_000
      const of = { channelId, broadcastId: 'first', timestamp: at, receivedAt: at }
      const writing = writer.apply(
        batchOf({
          messages: [
            ...Array.from({ length: 30 }, (_, index) =>
              message(`m${index}`, index % 2 ? '비밀말' : '안녕', {
                ...of,
                author: index % 2 ? 'gone' : 'stays',
                severity: 2,
              }),
            ),
            message('ban', '', { ...of, kind: 'clear', target: { messageId: null, authorId: 'gone', seconds: 0 } }),
          ],
          keywords: [keywordsOf(['비밀말', '안녕'], { ...of, at })],
          offences: [offenceOf('gone', { ...of, lastAt: at }), offenceOf('stays', { ...of, lastAt: at })],
          alerts: [alertOf(`a${round}`, { ...of, at, words: ['비밀말'], samples: ['비밀말'] })],
          actions: [actionOf(`on-${round}`, { channelId, at, messageId: 'm1', authorId: 'gone' })],
        }),
      )
      await sleep(round * 20)
      await eraser.erasePerson(channelId, 'gone')
      await writing
      // The log goes on.
      await writer.apply(batchOf({ messages: [message(`later-${round}`, '안녕', { ...of, author: 'stays' })] }))
      const { reader } = under
      const shown = JSON.stringify([
        await reader.search({ channelId, includeDeleted: true, limit: 500 }),
        await reader.keywords(channelId, 'first'),
        await reader.alerts(channelId),
        await reader.offences(channelId, 10),
        (await reader.actions({ channelId })).actions,
        await reader.platformSanctions(channelId, 'gone', 10),
        await reader.author(channelId, 'gone'),
      ])
      assert.ok(!/gone|비밀말/.test(shown), `round ${round}: ${shown}`)
      const { total } = await reader.search({ channelId, includeDeleted: true })
      const summary = await reader.broadcast(channelId, 'first')
      assert.deepEqual([total, summary?.messages, summary?.authors, summary?.profane], [16, 16, 1, 15])
    }
  })

  rule('the whole log read again changes nothing, whether its positions were lost or not', async (under, writer) => {
    const batches = Array.from({ length: CHANNELS }, (_, at) => someOfEverything(`channel-${at}`, at * 1_000))
    for (const batch of batches) await writer.apply(batch)
    const shown = () => Promise.all(batches.map((_, at) => shownOf(under.reader, `demo:channel-${at}`)))
    const before = await shown()
    for (const batch of batches) await writer.apply(batch)
    assert.deepEqual(await shown(), before)
    await writer.resetPositions([{ topic: 'analyzed-messages', partition: 0, offset: 0 }])
    for (const batch of batches) await writer.apply(batch)
    assert.deepEqual(await shown(), before)
  })

  rule('what a bulk had done of a batch when it broke off is not done again', async (under, writer) => {
    await writer.apply(someOfEverything('whole', 0))
    const batch = someOfEverything('half', 1_000)
    const half = { ...batch, messages: batch.messages.slice(0, 11), origins: batch.origins.slice(0, 11), positions: [] }
    await writer.apply({ ...half, windows: [], offences: [], alerts: [] })
    await writer.apply(batch)
    assert.deepEqual(
      withoutName(await shownOf(under.reader, 'demo:half'), 'half'),
      withoutName(await shownOf(under.reader, 'demo:whole'), 'whole'),
    )
  })

  rule(
    'a writer that was taken for dead comes back with its old batch, and nothing older returns',
    async (under, writer) => {
      const zombie = await under.openWriter()
      const old = someOfEverything('zombie', 0)
      await writer.apply(old)
      const of = { channelId: 'demo:zombie' }
      await writer.apply(
        batchOf({
          messages: [
            message('m30', 'later', { ...of, timestamp: T0 + 900 }),
            message('d30', '', {
              ...of,
              kind: 'delete',
              timestamp: T0 + 901,
              target: { messageId: 'm2', authorId: null, seconds: null },
            }),
          ],
          windows: [windowOf(T0, { ...of, messages: 21, revision: 9, closed: true })],
          keywords: [keywordsOf(['나중'], { ...of, revision: 9 })],
          offences: [offenceOf('u3', { ...of, strikes: 7, revision: 9 })],
          alerts: [alertOf('a1', { ...of, state: 'firing', revision: 9 })],
          states: [stateOf({ ...of, state: 'ended', at: T0 + 90_000 })],
          positions: [{ topic: 'analyzed-messages', partition: 0, offset: 2_000 }],
          origins: [1_998, 1_999].map((offset) => ({ topic: 'analyzed-messages', partition: 0, offset })),
        }),
      )
      const before = await shownOf(under.reader, 'demo:zombie')
      await zombie.apply(old)
      // It had looked at the positions before it fell asleep, and goes on behind that.
      await zombie.apply({
        ...old,
        messages: old.messages.slice(0, 22),
        origins: old.origins.slice(0, 22),
        positions: [],
      })
      assert.deepEqual(await shownOf(under.reader, 'demo:zombie'), before)
      assert.deepEqual(await under.reader.positions(), [{ topic: 'analyzed-messages', partition: 0, offset: 2_000 }])
    },
  )

  rule(
    'a window that is taken back stays so, whatever older version of it arrives afterwards',
    async (under, writer) => {
      const of = { messages: 5, authors: 3 }
      await writer.apply(batchOf({ windows: [windowOf(T0, { ...of, revision: 3 })] }))
      await writer.apply(batchOf({ windows: [windowOf(T0, { messages: 0, authors: 0, revision: 4 })] }))
      for (const revision of [1, 3])
        await writer.apply(batchOf({ windows: [windowOf(T0, { ...of, revision }), windowOf(T0 + 60_000)] }))
      assert.deepEqual(
        (await under.reader.windows('demo:one', 'first', 60_000)).map(({ messages }) => messages),
        [0, 1],
      )
    },
  )

  rule(
    'an analysis that begins anew on an old store replaces what it counts and doubles no message',
    async (under, writer) => {
      const epoch = (number: number, counter: number) => number * 2 ** 32 + counter
      const run = (number: number, messages: number, from: number) => {
        const batch = someOfEverything('reset', from)
        return {
          ...batch,
          windows: batch.windows.map((window) => ({ ...window, messages, revision: epoch(number, messages) })),
          keywords: batch.keywords.map((one) => ({ ...one, revision: epoch(number, messages) })),
          offences: batch.offences.map((one) => ({ ...one, revision: epoch(number, messages) })),
          alerts: batch.alerts.map((one) => ({ ...one, revision: epoch(number, one.revision) })),
          actions: [],
        }
      }
      await writer.apply(run(0, 900, 0))
      const before = await shownOf(under.reader, 'demo:reset')
      // The outputs are appended to the topics once more, with a higher epoch, beginning with small counts.
      await writer.apply(run(1, 2, 1_000))
      await writer.apply(run(1, 20, 2_000))
      const after = await shownOf(under.reader, 'demo:reset')
      assert.deepEqual(after.messages, before.messages)
      assert.deepEqual(after.broadcasts, before.broadcasts)
      assert.deepEqual(
        after.windows.map(({ messages }) => messages),
        [20],
      )
    },
  )

  rule('ten thousand updates of one window in one batch leave the latest', async (under, writer) => {
    const order = Array.from({ length: 10_000 }, (_, index) => ((index * 7_919) % 10_000) + 1)
    await writer.apply(batchOf({ windows: order.map((revision) => windowOf(T0, { messages: revision, revision })) }))
    const windows = await under.reader.windows('demo:one', 'first', 60_000)
    assert.deepEqual(
      windows.map(({ messages }) => messages),
      [10_000],
    )
  })

  if (poison)
    rule(
      'one message in five hundred that the store will never take stops none of the others',
      async (under, writer) => {
        const messages = Array.from({ length: 500 }, (_, at) =>
          at === 250 ? poison('poison') : message(`m${at}`, 'ok', { timestamp: T0 + at }),
        )
        const batch = batchOf({ messages, windows: [windowOf(T0, { messages: 500 })] })
        await writer.apply(batch)
        await writer.apply(batch)
        assert.equal((await under.reader.search({ text: 'ok' })).total, 499)
        assert.equal((await under.reader.broadcast('demo:one', 'first'))?.messages, 499)
        assert.equal(await under.reader.message('demo:one', 'poison'), null)
        assert.equal((await under.reader.windows('demo:one', 'first', 60_000)).length, 1)
        assert.deepEqual(await under.reader.positions(), batch.positions)
      },
    )
}
