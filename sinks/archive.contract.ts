/** What every archive keeps to. An implementation's test calls `archiveContract` in one line. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { AnalyzedMessage } from '#schemas/types.ts'
import type { ArchivedMessage, ArchiveQuery, ArchiveReader, ArchiveWriter } from './archive.ts'
import { alertOf, batchOf, keywordsOf, message, offenceOf, stateOf, T0, windowOf } from './testing/archive-values.ts'

/** Without the prototypes that decoders give their values. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

export interface OpenArchive {
  readonly writer: ArchiveWriter
  readonly reader: ArchiveReader
  close(): Promise<void>
}

/** @param open an empty archive whose clock stands at `now()` */
export function archiveContract(name: string, open: (now: () => number) => Promise<OpenArchive>): void {
  const rule = (title: string, check: (archive: OpenArchive, clock: { now: number }) => Promise<void>) =>
    test(title, async () => {
      const clock = { now: T0 }
      const archive = await open(() => clock.now)
      try {
        await check(archive, clock)
      } finally {
        await archive.close()
      }
    })
  const store = (archive: OpenArchive, ...messages: AnalyzedMessage[]) => archive.writer.apply(batchOf({ messages }))
  const idsOf = (messages: readonly ArchivedMessage[]) => messages.map(({ message }) => message.id)
  const find = async ({ reader }: OpenArchive, query: ArchiveQuery) =>
    idsOf((await reader.search({ order: 'oldest', ...query })).messages)

  describe(`${name}: exactly once`, () => {
    rule('keeps a message whole', async (archive) => {
      const one = message('m1', '안녕하세요 👋🏽 "c++"', { severity: 2, sentiment: 'negative', question: true })
      await store(archive, one)
      assert.deepEqual(plain(await archive.reader.message('demo:one', 'm1')), { ...one, deletedAt: null })
      assert.equal(await archive.reader.message('demo:one', 'm2'), null)
    })

    rule('a batch that is replayed changes nothing', async ({ writer, reader }) => {
      const batch = batchOf({ messages: [message('m1', 'one')], windows: [windowOf(T0)] })
      await writer.apply(batch)
      await writer.apply(batch)
      await writer.apply({ ...batch, messages: [message('m2', 'two')] })
      assert.equal((await reader.search({})).total, 1)
      assert.equal((await reader.broadcast('demo:one', 'first'))?.messages, 1)
      assert.deepEqual(await writer.positions(), batch.positions)
      assert.deepEqual(await reader.positions(), batch.positions)
    })

    rule('a message that comes again in a later batch is there once, as it was first', async (archive) => {
      await store(archive, message('m1', 'one'), message('m1', 'one again'))
      await store(archive, message('m1', 'changed'), message('m2', 'two'))
      assert.deepEqual(await find(archive, {}), ['m1', 'm2'])
      assert.equal((await archive.reader.message('demo:one', 'm1'))?.message.text, 'one')
      const summary = await archive.reader.broadcast('demo:one', 'first')
      assert.deepEqual([summary?.messages, summary?.authors], [2, 1])
    })

    rule('the same id on two channels is two messages', async (archive) => {
      await store(archive, message('m1', 'one'), message('m1', 'two', { channelId: 'demo:two' }))
      assert.equal((await archive.reader.search({})).total, 2)
      assert.equal((await archive.reader.message('demo:two', 'm1'))?.message.text, 'two')
    })

    rule('positions only go forward, but for a log that begins anew', async ({ writer }) => {
      const at = (offset: number) => [{ topic: 't', partition: 1, offset }]
      await writer.apply(batchOf({ positions: at(10) }))
      await writer.apply(batchOf({ positions: at(4) }))
      assert.deepEqual(await writer.positions(), at(10))
      await writer.resetPositions(at(0))
      assert.deepEqual(await writer.positions(), at(0))
      await writer.apply(batchOf({ positions: at(4), messages: [message('m1', 'one')] }))
      assert.deepEqual(await writer.positions(), at(4))
    })

    rule('an older revision never replaces a newer one', async ({ writer, reader }) => {
      for (const revision of [2, 1])
        await writer.apply(
          batchOf({
            windows: [windowOf(T0, { revision, messages: revision })],
            keywords: [keywordsOf([`word${revision}`], { revision })],
            offences: [offenceOf('u1', { revision, strikes: revision })],
            alerts: [alertOf('a1', { revision, value: revision })],
          }),
        )
      assert.equal((await reader.windows('demo:one', 'first', 60_000))[0]?.messages, 2)
      assert.equal((await reader.keywords('demo:one', 'first'))?.words[0]?.word, 'word2')
      assert.equal((await reader.offences('demo:one', 10))[0]?.strikes, 2)
      assert.equal((await reader.alerts('demo:one'))[0]?.value, 2)
    })
  })

  describe(`${name}: what moderators take away`, () => {
    const taken = (id: string, timestamp: number, messageId: string | null, authorId: string | null) =>
      message(id, '', { kind: messageId ? 'delete' : 'clear', timestamp, target: { messageId, authorId } })

    rule('a deleted message is marked, hidden from searches, and still there', async (archive) => {
      await store(archive, message('m1', 'one'), message('m2', 'two'), taken('d1', T0 + 5, 'm1', null))
      assert.deepEqual(await find(archive, {}), ['m2'])
      assert.deepEqual(await find(archive, { includeDeleted: true }), ['m1', 'm2'])
      assert.equal((await archive.reader.message('demo:one', 'm1'))?.deletedAt, T0 + 5)
    })

    rule('a delete that arrives before its message is remembered', async (archive) => {
      await store(archive, taken('d1', T0 + 5, 'm1', null))
      await store(archive, message('m1', 'one'), message('m2', 'two'))
      assert.equal((await archive.reader.message('demo:one', 'm1'))?.deletedAt, T0 + 5)
      assert.deepEqual(await find(archive, {}), ['m2'])
    })

    rule('clearing an author takes what the author wrote until then, in this broadcast', async (archive) => {
      await store(
        archive,
        message('m1', 'one', { author: 'bad' }),
        message('m2', 'two', { author: 'good' }),
        message('m3', 'three', { author: 'bad', broadcastId: 'second' }),
      )
      await store(archive, taken('c1', T0 + 5, null, 'bad'))
      await store(
        archive,
        message('m4', 'late', { author: 'bad', timestamp: T0 + 1 }),
        message('m5', 'after', { author: 'bad', timestamp: T0 + 6 }),
      )
      assert.deepEqual((await find(archive, {})).sort(), ['m2', 'm3', 'm5'])
    })

    rule('clearing the chat takes all until then', async (archive) => {
      await store(archive, message('m1', 'one'), message('m2', 'two', { author: 'u2' }))
      await store(archive, taken('c1', T0 + 5, null, null))
      await store(archive, message('m3', 'late', { timestamp: T0 + 4 }), message('m4', 'after', { timestamp: T0 + 6 }))
      assert.deepEqual(await find(archive, {}), ['m4'])
    })
  })

  describe(`${name}: search`, () => {
    const texts: readonly (readonly [string, string])[] = [
      ['m1', '안녕하세요 세상'],
      ['m2', '반갑습니다 여러분 안녕'],
      ['m3', 'C++ is GREAT'],
      ['m4', '100% _정말_ "인용" <b>\\'],
      ['m5', 'ㅋㅋㅋㅋ 하하'],
      ['m6', '👨‍👩‍👧 가족 é'],
      ['m7', ''],
    ]
    const fill = (archive: OpenArchive) =>
      store(archive, ...texts.map(([id, text], index) => message(id, text, { timestamp: T0 + index })))

    rule('finds any substring of a word, of two syllables and of one', async (archive) => {
      await fill(archive)
      const expected: readonly (readonly [string, readonly string[]])[] = [
        ['안녕', ['m1', 'm2']],
        ['녕하', ['m1']],
        ['하세요', ['m1']],
        ['녕', ['m1', 'm2']],
        ['ㅋㅋㅋ', ['m5']],
        ['ㅋㅋㅋㅋㅋ', []],
        ['하', ['m1', 'm5']],
        ['great', ['m3']],
        ['c++', ['m3']],
        ['+', ['m3']],
        ['100%', ['m4']],
        ['_정', ['m4']],
        ['"인용"', ['m4']],
        ['\\', ['m4']],
        ['👩', ['m6']],
        ['e\u0301', ['m6']],
      ]
      for (const [text, ids] of expected) assert.deepEqual(await find(archive, { text }), ids, text)
    })

    rule('every word must occur, in any order; nothing is found across two words', async (archive) => {
      await fill(archive)
      assert.deepEqual(await find(archive, { text: '안녕 여러' }), ['m2'])
      assert.deepEqual(await find(archive, { text: '안녕 great' }), [])
      assert.deepEqual(await find(archive, { text: '요세' }), [])
      assert.equal((await find(archive, { text: '  ' })).length, texts.length)
    })

    rule('what is typed is never syntax', async (archive) => {
      await fill(archive)
      const hostile = [
        '" OR "안녕',
        '안녕*',
        'grams:안녕',
        'NOT 안녕',
        'NEAR(안녕 세상)',
        '(안녕',
        '^안녕',
        "' OR 1=1 --",
        '%',
        '%안녕%',
        '{"$gt":""}',
        '안\0녕',
        '\ud800',
        '🏽',
        '"'.repeat(10_000),
        '안녕'.repeat(5_000),
        '안녕 '.repeat(5_000),
        Array.from({ length: 4_000 }, (_, index) => index.toString(36)).join(' '),
      ]
      for (const text of hostile) {
        const query = { text, authorName: text.slice(0, 200), channelId: 'demo:one' }
        const { total } = await archive.reader.search(query)
        assert.equal(total, 0, text.slice(0, 40))
        await archive.reader.histogram({ text }, 10)
      }
      assert.deepEqual(await find(archive, { text: '%' }), ['m4'])
      for (const id of hostile) {
        assert.equal(await archive.reader.message(id, id), null)
        assert.equal(await archive.reader.author(id, id), null)
        assert.deepEqual(await find(archive, { channelId: id }), [])
        assert.deepEqual(await find(archive, { broadcastIds: [id], authorId: id }), [])
      }
    })

    rule('agrees with a plain look through all texts', async (archive) => {
      const alphabet = fc.constantFrom('가', '나', 'ㅋ', 'a', 'B', '+', ' ', '"', '👍', '\u0301', '\ud83d')
      const text = fc.array(alphabet, { maxLength: 8 }).map((characters) => characters.join(''))
      const fold = (value: string) => value.toWellFormed().normalize('NFC').toLowerCase()
      const all = fc.sample(text, { numRuns: 300, seed: 1 })
      await store(archive, ...all.map((value, index) => message(`m${index}`, value, { timestamp: T0 + index })))
      for (const needle of fc.sample(text, { numRuns: 200, seed: 2 })) {
        const words = fold(needle).split(/\s+/).filter(Boolean)
        const expected = all.flatMap((value, index) =>
          words.every((word) =>
            fold(value)
              .split(/\s+/)
              .some((part) => part.includes(word)),
          )
            ? [`m${index}`]
            : [],
        )
        assert.deepEqual(await find(archive, { text: needle, limit: 500 }), expected, JSON.stringify(needle))
      }
    })

    rule('filters by author, time, severity, sentiment, broadcast, channel, questions and paid', async (archive) => {
      await store(
        archive,
        message('m1', '하나 둘', { author: 'u1', name: '홍길동', severity: 1, sentiment: 'positive' }),
        message('m2', '하나 셋', { author: 'u2', name: '길벗', timestamp: T0 + 1, severity: 3, sentiment: 'negative' }),
        message('m3', '하나 넷', {
          author: 'u3',
          name: 'Alice',
          timestamp: T0 + 2,
          sentiment: 'neutral',
          question: true,
        }),
        message('m4', '하나', {
          timestamp: T0 + 3,
          broadcastId: 'second',
          amount: { value: 1, currency: 'KRW', raw: '₩1' },
        }),
        message('m5', '하나', { timestamp: T0 + 4, channelId: 'demo:two', kind: 'paid', author: 'u1' }),
      )
      const expected: readonly (readonly [ArchiveQuery, readonly string[]])[] = [
        [{ authorId: 'u2' }, ['m2']],
        [{ authorId: 'u1' }, ['m1', 'm4', 'm5']],
        [{ authorId: 'u1', channelId: 'demo:two' }, ['m5']],
        [{ authorName: '길' }, ['m1', 'm2', 'm4']],
        // u1 goes by another name later: either name finds the person.
        [{ authorName: '길동' }, ['m1', 'm4']],
        [{ authorName: 'ALI' }, ['m3']],
        [{ authorName: 'nobody' }, []],
        [{ from: T0 + 1, to: T0 + 3 }, ['m2', 'm3']],
        [{ minSeverity: 1 }, ['m1', 'm2']],
        [{ minSeverity: 2 }, ['m2']],
        [{ sentiments: ['positive', 'negative'] }, ['m1', 'm2']],
        [{ broadcastIds: ['second'] }, ['m4']],
        [{ broadcastIds: ['first', 'second'], channelId: 'demo:one' }, ['m1', 'm2', 'm3', 'm4']],
        [{ broadcastIds: [] }, []],
        [{ channelId: 'demo:two' }, ['m5']],
        [{ channelId: 'demo:three' }, []],
        [{ questionsOnly: true }, ['m3']],
        [{ paidOnly: true }, ['m4', 'm5']],
        [{ text: '하나 셋', minSeverity: 3, authorName: '길', sentiments: ['negative'], from: T0 }, ['m2']],
        [{ text: '하나', authorId: 'u3', minSeverity: 1 }, []],
      ]
      for (const [query, ids] of expected) assert.deepEqual(await find(archive, query), ids, JSON.stringify(query))
    })

    rule('pages join without gap or repeat, in both orders, also within one millisecond', async (archive) => {
      const all = Array.from({ length: 95 }, (_, index) =>
        message(`m${index}`, `같은 글 ${index}`, { timestamp: T0 + Math.floor(index / 40), author: `u${index % 7}` }),
      )
      await store(archive, ...all)
      const idsInOrder = all.map(({ message: { id } }) => id)
      for (const order of ['oldest', 'newest'] as const) {
        const ids: string[] = []
        for (let cursor: string | undefined, page = 0; ; page++) {
          const found = await archive.reader.search({ text: '같은', order, limit: 10, cursor })
          ids.push(...idsOf(found.messages))
          assert.deepEqual([found.total, found.broadcasts, found.authors], [95, 1, 7])
          // What arrives meanwhile at the newest end disturbs no page.
          if (page === 3 && order === 'newest') await store(archive, message('new', '같은 글', { timestamp: T0 + 9 }))
          if (found.next === null) break
          cursor = found.next
        }
        assert.deepEqual(ids, order === 'oldest' ? idsInOrder : idsInOrder.toReversed())
      }
    })

    rule('a cursor that is none is refused', async ({ reader }) => {
      for (const cursor of ['', 'x', '1-2-3', '1-2-3-4-5', '../../etc', '-1-1-1-1', 'a'.repeat(1000)])
        await assert.rejects(reader.search({ cursor }), { code: 'ARCHIVE_QUERY' })
      await assert.rejects(reader.search({ from: Number.NaN }), { code: 'ARCHIVE_QUERY' })
    })

    rule('totals are exact up to 10,000 and stop there', async (archive) => {
      const many = Array.from({ length: 10_005 }, (_, index) =>
        message(`m${index}`, index % 2 ? '짝' : '홀수', { timestamp: T0 + index, author: `u${index % 100}` }),
      )
      await store(archive, ...many)
      assert.equal((await archive.reader.search({ text: '홀수' })).total, 5_003)
      const all = await archive.reader.search({})
      assert.deepEqual([all.total, all.broadcasts, all.authors], [10_000, 1, 100])
    })

    rule('more messages than a millisecond can tell apart stay in order and are all found', async (archive) => {
      const many = Array.from({ length: 3_000 }, (_, index) => message(`m${index}`, `글 ${index}`))
      await store(archive, ...many.slice(0, 2_000))
      await store(archive, ...many.slice(2_000), message('next', '글', { timestamp: T0 + 1 }))
      const exported: string[] = []
      for await (const { message: found } of archive.reader.export({ text: '글', to: T0 + 1 })) exported.push(found.id)
      assert.deepEqual(
        exported,
        many.map(({ message: { id } }) => id),
      )
      assert.deepEqual(await find(archive, { from: T0 + 1 }), ['next'])
    })

    rule('the histogram of a search adds up to the search', async (archive) => {
      const many = Array.from({ length: 100 }, (_, index) =>
        message(`m${index}`, index % 2 ? '짝' : '홀', {
          timestamp: T0 + index * 1000,
          sentiment: index < 50 ? 'negative' : 'positive',
        }),
      )
      await store(archive, ...many)
      const bars = await archive.reader.histogram({ text: '홀' }, 10)
      assert.equal(bars.length, 10)
      assert.equal(
        bars.reduce((sum, { messages }) => sum + messages, 0),
        50,
      )
      assert.equal(
        bars.reduce((sum, { negative }) => sum + negative, 0),
        25,
      )
      assert.ok(bars.every(({ start, end }, index) => start < end && (index === 0 || bars[index - 1]!.end === start)))
      const ranged = await archive.reader.histogram({ from: T0, to: T0 + 60_000 }, 6)
      assert.deepEqual(
        ranged.map(({ start, messages }) => [start, messages]),
        [0, 1, 2, 3, 4, 5].map((index) => [T0 + index * 10_000, 10]),
      )
      assert.deepEqual(await archive.reader.histogram({ text: '없음' }, 10), [])
    })

    rule('an export streams everything that matches, oldest first', async (archive) => {
      const many = Array.from({ length: 1_203 }, (_, index) => message(`m${index}`, '글', { timestamp: T0 + index }))
      await store(archive, ...many)
      const exported: string[] = []
      for await (const { message: found } of archive.reader.export({ text: '글' })) exported.push(found.id)
      assert.deepEqual(
        exported,
        many.map(({ message: { id } }) => id),
      )
    })
  })

  describe(`${name}: broadcasts, people, counts`, () => {
    rule('lists broadcasts newest first with what is counted of them', async ({ writer, reader }) => {
      await writer.apply(
        batchOf({
          messages: [
            message('m1', 'one', { severity: 2, author: 'u1' }),
            message('m2', 'two', { severity: 1, author: 'u2', timestamp: T0 + 7 }),
            message('m3', 'joined', { kind: 'system', author: '' }),
            message('m4', 'other', { broadcastId: 'second', timestamp: T0 + 60_000 }),
          ],
          alerts: [
            alertOf('a1', { state: 'pending' }),
            alertOf('a2', { state: 'firing' }),
            alertOf('a2', { state: 'resolved', revision: 2 }),
          ],
          states: [stateOf()],
        }),
      )
      const [second, first] = await reader.broadcasts()
      assert.deepEqual([second?.broadcastId, second?.state.state, second?.source], ['second', 'ended', 'demo'])
      assert.deepEqual(
        [
          first?.title,
          first?.startedAt,
          first?.lastMessageAt,
          first?.messages,
          first?.authors,
          first?.profane,
          first?.alerts,
        ],
        ['A title', T0 - 1000, T0 + 7, 2, 2, 1, 1],
      )
      assert.deepEqual(plain(first?.state), stateOf())
      assert.equal((await reader.broadcasts({ limit: 1 })).length, 1)
      assert.equal(await reader.broadcast('demo:one', 'third'), null)
    })

    rule(
      'a later state replaces an earlier one, and a resolved broadcast the unresolved one',
      async ({ writer, reader }) => {
        await writer.apply(batchOf({ states: [stateOf({ broadcastId: '', state: 'resolving' })] }))
        assert.deepEqual(
          (await reader.broadcasts()).map(({ state }) => state.state),
          ['resolving'],
        )
        await writer.apply(batchOf({ states: [stateOf({ state: 'live', at: T0 + 1 })] }))
        await writer.apply(
          batchOf({ states: [stateOf({ state: 'ended', at: T0 + 3 }), stateOf({ state: 'quiet', at: T0 + 2 })] }),
        )
        assert.deepEqual(
          (await reader.broadcasts()).map(({ state }) => state.state),
          ['ended'],
        )
      },
    )

    rule('the newest messages of a broadcast come oldest first, and what is before them', async (archive) => {
      await store(
        archive,
        ...Array.from({ length: 10 }, (_, index) =>
          message(`m${index}`, 'x', { timestamp: T0 + Math.floor(index / 2) }),
        ),
        message('other', 'x', { broadcastId: 'second', timestamp: T0 + 3 }),
      )
      const { reader } = archive
      assert.deepEqual(idsOf(await reader.recentMessages('demo:one', 'first', { limit: 3 })), ['m7', 'm8', 'm9'])
      const before = { timestamp: T0 + 3, id: 'm7' }
      assert.deepEqual(idsOf(await reader.recentMessages('demo:one', 'first', { limit: 3, before })), [
        'm4',
        'm5',
        'm6',
      ])
      const gone = { timestamp: T0 + 3, id: 'unknown' }
      assert.deepEqual(idsOf(await reader.recentMessages('demo:one', 'first', { limit: 2, before: gone })), [
        'm4',
        'm5',
      ])
      assert.deepEqual(await reader.recentMessages('demo:one', 'third', { limit: 3 }), [])
    })

    rule('tells the history of a person on a channel', async (archive) => {
      await store(
        archive,
        message('m1', 'one', { name: 'Old', severity: 2, sentiment: 'negative' }),
        message('m2', 'two', { name: 'New', timestamp: T0 + 9, broadcastId: 'second' }),
        message('m3', 'three', { author: 'u2' }),
        message('m4', 'four', { channelId: 'demo:two' }),
      )
      await archive.writer.apply(batchOf({ offences: [offenceOf('u1')] }))
      const { recent, ...history } = (await archive.reader.author('demo:one', 'u1'))!
      assert.deepEqual(idsOf(recent), ['m2', 'm1'])
      assert.deepEqual(plain(history), {
        channelId: 'demo:one',
        authorId: 'u1',
        names: ['New', 'Old'],
        firstAt: T0,
        lastAt: T0 + 9,
        messages: 2,
        negative: 1,
        profane: 1,
        broadcasts: 2,
        offence: offenceOf('u1'),
      })
      assert.equal(await archive.reader.author('demo:one', 'u3'), null)
    })

    rule('remembers the ten latest names of a person and finds no others', async (archive) => {
      for (let index = 0; index < 30; index++)
        await store(archive, message(`m${index}`, 'x', { name: `이름${index}번`, timestamp: T0 + index }))
      assert.equal((await archive.reader.author('demo:one', 'u1'))?.names.length, 10)
      assert.equal((await find(archive, { authorName: '이름29' })).length, 30)
      assert.deepEqual(await find(archive, { authorName: '이름3번' }), [])
    })

    rule(
      'windows come by size, oldest first, offences by what their strikes are worth now, alerts newest first',
      async ({ writer, reader }) => {
        const week = 7 * 24 * 3_600_000
        await writer.apply(
          batchOf({
            windows: [windowOf(T0 + 60_000), windowOf(T0), windowOf(T0, { windowEnd: T0 + 10_000 })],
            offences: [
              offenceOf('old', { strikes: 6, lastAt: T0 - 2 * week }),
              offenceOf('new', { strikes: 2, lastAt: T0 }),
              offenceOf('none', { strikes: 0 }),
              offenceOf('elsewhere', { channelId: 'demo:two' }),
            ],
            alerts: [
              alertOf('a1'),
              alertOf('a2', { since: T0 + 1 }),
              alertOf('a3', { broadcastId: 'second', since: T0 + 2 }),
            ],
          }),
        )
        assert.deepEqual(
          (await reader.windows('demo:one', 'first', 60_000)).map(({ windowStart }) => windowStart),
          [T0, T0 + 60_000],
        )
        assert.equal((await reader.windows('demo:one', 'first', 10_000)).length, 1)
        assert.deepEqual(
          (await reader.offences('demo:one', 10)).map(({ authorId }) => authorId),
          ['new', 'old', 'none'],
        )
        assert.deepEqual(
          (await reader.alerts('demo:one')).map(({ id }) => id),
          ['a3', 'a2', 'a1'],
        )
        assert.deepEqual(
          (await reader.alerts('demo:one', { broadcastId: 'first', limit: 1 })).map(({ id }) => id),
          ['a2'],
        )
      },
    )
  })

  describe(`${name}: erasure and retention`, () => {
    const everything = (broadcastId: string) => ({
      messages: [
        message(`${broadcastId}-1`, '비밀스러운 말', { broadcastId, author: 'both', severity: 2 }),
        message(`${broadcastId}-2`, '비밀 아님', { broadcastId, author: `only-${broadcastId}`, severity: 3 }),
      ],
      windows: [windowOf(T0, { broadcastId })],
      keywords: [keywordsOf(['비밀'], { broadcastId })],
      offences: [
        offenceOf('both', { broadcastId, strikes: 4, strong: 2, lastMessageId: `${broadcastId}-1` }),
        offenceOf(`only-${broadcastId}`, { broadcastId, severe: 1 }),
      ],
      alerts: [alertOf(`alert-${broadcastId}`, { broadcastId })],
      states: [stateOf({ broadcastId })],
    })

    rule('deleting a broadcast removes everything stored of it and nothing else', async (archive, clock) => {
      const { writer, reader } = archive
      await writer.apply(batchOf(everything('first')))
      await writer.apply(batchOf(everything('second')))
      clock.now = T0 + 500
      assert.equal(await writer.deleteBroadcast('demo:one', 'second'), 2)
      assert.deepEqual(
        (await reader.broadcasts()).map(({ broadcastId }) => broadcastId),
        ['first'],
      )
      assert.deepEqual((await find(archive, { text: '비밀' })).sort(), ['first-1', 'first-2'])
      assert.equal(await reader.message('demo:one', 'second-1'), null)
      assert.deepEqual(await reader.windows('demo:one', 'second', 60_000), [])
      assert.equal(await reader.keywords('demo:one', 'second'), null)
      assert.deepEqual(
        (await reader.alerts('demo:one')).map(({ id }) => id),
        ['alert-first'],
      )
      assert.equal(await reader.author('demo:one', 'only-second'), null)
      assert.deepEqual(await find(archive, { authorName: 'only-second' }), [])
      const both = await reader.author('demo:one', 'both')
      assert.deepEqual([both?.messages, both?.broadcasts], [1, 1])
      // Strikes are counted again over what is left.
      const offences = await reader.offences('demo:one', 10)
      assert.deepEqual(offences.map(({ authorId }) => authorId).sort(), ['both', 'only-first'])
      assert.deepEqual(
        offences
          .filter(({ authorId }) => authorId === 'both')
          .map((one) => [one.strikes, one.strong, one.broadcastId, one.lastMessageId]),
        [[2, 1, 'first', 'first-1']],
      )
      assert.equal(await writer.deleteBroadcast('demo:one', 'second'), 0)
      assert.equal(await writer.deleteBroadcast('nobody', 'nothing'), 0)
    })

    rule(
      'what the log still brings of a deleted broadcast stays out; watched anew it comes in',
      async (archive, clock) => {
        const { writer, reader } = archive
        await writer.apply(batchOf(everything('first')))
        clock.now = T0 + 500
        await writer.deleteBroadcast('demo:one', 'first')
        await writer.apply(batchOf(everything('first')))
        assert.deepEqual(await reader.broadcasts(), [])
        assert.equal(await reader.keywords('demo:one', 'first'), null)
        assert.equal((await reader.alerts('demo:one')).length, 0)
        await store(archive, message('again', '새로', { receivedAt: T0 + 1000 }))
        assert.deepEqual(await find(archive, {}), ['again'])
      },
    )

    rule('retention removes what is older and counts what is left', async (archive) => {
      const { writer, reader } = archive
      await writer.apply(
        batchOf({
          messages: [
            message('m1', '옛날 말', { severity: 2, author: 'gone' }),
            message('m2', '옛날 말', { timestamp: T0 + 10 }),
            message('m3', '요즘 말', { timestamp: T0 + 100_000 }),
            message('m4', '옛날 말', { broadcastId: 'past' }),
          ],
          windows: [windowOf(T0 - 60_000), windowOf(T0 + 60_000)],
          alerts: [alertOf('a1', { at: T0 }), alertOf('a2', { at: T0 + 100_000 })],
          offences: [offenceOf('gone')],
        }),
      )
      assert.equal(await writer.purgeOlderThan(T0 + 50), 3)
      assert.deepEqual(await find(archive, {}), ['m3'])
      assert.deepEqual(await find(archive, { text: '옛날' }), [])
      assert.deepEqual(
        (await reader.broadcasts()).map((one) => [one.broadcastId, one.messages, one.authors, one.profane]),
        [['first', 1, 1, 0]],
      )
      assert.equal(await reader.author('demo:one', 'gone'), null)
      assert.equal((await reader.windows('demo:one', 'first', 60_000)).length, 1)
      assert.deepEqual(
        (await reader.alerts('demo:one')).map(({ id }) => id),
        ['a2'],
      )
      assert.deepEqual(await reader.offences('demo:one', 10), [])
      assert.equal(await writer.purgeOlderThan(T0 + 50), 0)
    })
  })

  describe(`${name}: life`, () => {
    rule('refuses work after it was closed', async ({ writer, reader }) => {
      await writer.close()
      await writer.close()
      await reader.close()
      await assert.rejects(writer.apply(batchOf({})), { code: 'ARCHIVE_CLOSED' })
      await assert.rejects(writer.positions(), { code: 'ARCHIVE_CLOSED' })
      await assert.rejects(reader.broadcasts(), { code: 'ARCHIVE_CLOSED' })
    })
  })
}
