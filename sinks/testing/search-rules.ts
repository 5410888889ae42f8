/** Searches, histograms and exports. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ArchiveQuery } from '../archive.ts'
import { find, idsOf, type OpenArchive, type Rule, store } from './archive-rule.ts'
import { actionOf, batchOf, message, offenceOf, T0, windowOf } from './archive-values.ts'

export function searchRules(rule: Rule): void {
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

  rule('an operator where a text belongs is never one: nothing is found, nothing goes', async (archive) => {
    await fill(archive)
    await archive.writer.apply(
      batchOf({ offences: [offenceOf('u1')], actions: [actionOf('a1', { authorId: 'u1' })], windows: [windowOf(T0)] }),
    )
    const { reader, writer } = archive
    const all = await find(archive, { includeDeleted: true })
    // As JSON or a query string would bring it, past what a compiler checks.
    for (const wrong of [{ $gt: '' }, { $ne: null }, { $regex: '.*' }, ['u1'], ['demo:one']] as unknown as string[]) {
      const asked: (() => Promise<unknown>)[] = [
        async () => (await reader.search({ authorId: wrong })).messages,
        async () => (await reader.search({ channelId: wrong })).messages,
        async () => (await reader.search({ broadcastIds: [wrong] })).messages,
        async () => (await reader.search({ channelId: 'demo:one', authorName: wrong })).messages,
        async () => (await reader.search({ sentiments: [wrong as never] })).messages,
        async () => await Array.fromAsync(reader.export({ authorId: wrong })),
        async () => (await reader.actions({ authorId: wrong })).actions,
        async () => (await reader.actions({ by: wrong })).actions,
        async () => (await reader.actions({ messageIds: [wrong] })).actions,
        () => reader.recentMessages('demo:one', wrong, { limit: 9 }),
        () => reader.windows('demo:one', wrong, 60_000),
        () => reader.offences(wrong, 9),
        () => reader.alerts(wrong),
        () => reader.platformSanctions('demo:one', wrong, 9),
        async () => [await reader.message('demo:one', wrong), await reader.author('demo:one', wrong)].filter(Boolean),
      ]
      for (const ask of asked) {
        const found = await ask().catch(() => [])
        assert.deepEqual(found, [], `${JSON.stringify(wrong)}: ${ask}`)
      }
      await assert.rejects(writer.erasePerson('demo:one', wrong), { code: 'ARCHIVE_QUERY' })
      await assert.rejects(writer.deleteBroadcast('demo:one', wrong), { code: 'ARCHIVE_QUERY' })
    }
    assert.deepEqual(await find(archive, { includeDeleted: true }), all)
    assert.equal((await reader.offences('demo:one', 9)).length, 1)
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
        amount: { value: 1, currency: 'KRW', raw: '₩1', micros: 1_000_000 },
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
      [{ channelIds: ['demo:two'] }, ['m5']],
      [{ channelIds: ['demo:three', 'demo:one'] }, ['m1', 'm2', 'm3', 'm4']],
      [{ channelIds: ['demo:one'], channelId: 'demo:two' }, []],
      [{ channelIds: ['demo:two'], broadcastIds: ['first', 'second'] }, ['m5']],
      [{ channelIds: ['demo:two'], authorId: 'u1' }, ['m5']],
      [{ channelIds: [] }, []],
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
}
