/** What only the index has to keep to: names stay out of it, it can be made anew, compared, and be away. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import type { WindowCount } from '#schemas/types.ts'
import type { Position } from '#topology'
import type { ArchiveBatch } from '../../archive.ts'
import { openElasticsearchWriter, tracesInIndex } from '../../elasticsearch.ts'
import { idsOf } from '../../testing/archive-rule.ts'
import { alertOf, batchOf, keywordsOf, message, offenceOf, T0, windowOf } from '../../testing/archive-values.ts'
import { verifyArchive } from '../../verify/verify-archive.ts'
import { ElasticsearchStore } from '../elasticsearch-store.ts'
import { openIndexAudit } from '../index-audit.ts'
import { aliases } from '../index-names.ts'
import { rebuildFromRecord } from '../rebuild-from-record.ts'
import { rebuildFromTopics } from '../rebuild-from-topics.ts'
import { scan } from '../scan.ts'
import { composedArchive } from './composed-archive.ts'
import { filledLog } from './filled-log.ts'
import { HttpFaults } from './http-faults.ts'
import type { SharedNode } from './shared-node.ts'

/** @param about what the store says of the server and of its Korean */
export function indexRules(shared: SharedNode, about: RegExp): void {
  const everything = async () => {
    const { client, index } = shared
    await index.refresh()
    const found: string[] = []
    for await (const hits of scan({
      client,
      index: `${index.config.prefix}-*`,
      query: { match_all: {} },
      source: true,
    }))
      found.push(...hits.map((hit) => JSON.stringify(hit)))
    return found
  }

  test('applying the layout a second time does nothing, and a dry run nothing at all', async () => {
    const store = new ElasticsearchStore(shared.index.config)
    const other = new ElasticsearchStore({ ...shared.index.config, prefix: `${shared.index.config.prefix}x` })
    try {
      assert.deepEqual(await store.plan(), [])
      const planned = (await other.plan()).map(({ what }) => what)
      assert.ok(
        planned.some((what) => what.startsWith('index template')) && planned.some((what) => what.includes('-000001')),
      )
      assert.equal((await other.plan()).length, planned.length)
      assert.match(await store.describe(), about)
    } finally {
      await store.close()
      await other.close()
    }
  })

  test('a writer before the layout was applied makes no index by accident', async () => {
    const config = { ...shared.index.config, prefix: `${shared.index.config.prefix}none` }
    await assert.rejects(openElasticsearchWriter(config), { code: 'ARCHIVE_MISSING' })
    assert.deepEqual(Object.keys(await shared.client.indices.get({ index: `${config.prefix}-*` })), [])
  })

  test('neither ids nor names nor handles of authors are in the index; a search for an author finds all the same', async () => {
    const archive = await composedArchive(shared.index)
    try {
      const writer = await archive.openWriter()
      const messages = [
        message('m1', 'hello', { author: 'secret-author-id', name: 'Secret Name', severity: 2 }),
        message('m2', 'there', { author: 'secret-author-id', channelId: 'demo:two' }),
      ]
      await writer.apply(
        batchOf({ messages, offences: [offenceOf('secret-author-id', { authorName: 'Secret Name' })] }),
      )
      const texts = await everything()
      assert.ok(texts.some((text) => text.includes('hello')))
      assert.deepEqual(
        texts.filter((text) => /secret/i.test(text)),
        [],
      )
      const { messages: found } = await archive.reader.search({ authorId: 'secret-author-id', order: 'oldest' })
      assert.deepEqual(idsOf(found).sort(), ['m1', 'm2'])
      const { hits } = await shared.client.search<{ author: string }>({
        index: aliases(shared.index.config.prefix).messages,
      })
      assert.equal(new Set(hits.hits.map(({ _source }) => _source!.author)).size, 2, 'a pseudonym is of one channel')
    } finally {
      await archive.close()
    }
  })

  test('an erased person is in no document of the index, and nobody else is missing', async () => {
    const archive = await composedArchive(shared.index, { now: () => T0 + 1_000 })
    const { config } = shared.index
    const names = aliases(config.prefix)
    const other = await openElasticsearchWriter(config, { now: () => T0 + 1_000 })
    const person = {
      messages: [
        message('p1', '사과나무 모두말', { author: 'gone', severity: 2 }),
        message('p2', '사과나무', { author: 'gone', timestamp: T0 + 1 }),
        message('o1', '모두말', { author: 'other', timestamp: T0 + 2 }),
        message('d2', '', {
          kind: 'delete',
          timestamp: T0 + 3,
          target: { messageId: 'p2', authorId: null, seconds: null },
        }),
        message('ban', '', {
          kind: 'clear',
          timestamp: T0 + 4,
          target: { messageId: null, authorId: 'gone', seconds: 9 },
        }),
      ],
      keywords: [
        keywordsOf(['사과나무', '모두말'], { coined: ['사과나무'] }),
        keywordsOf(['다른'], { broadcastId: 'second' }),
      ],
      offences: [offenceOf('gone'), offenceOf('other')],
      alerts: [
        alertOf('surge', { at: T0, words: ['사과나무', '모두말'] }),
        alertOf('demo:one/offender-threshold/gone/1', { at: T0, subject: 'gone', subjectName: 'Gone' }),
      ],
    }
    try {
      const writer = await archive.openWriter()
      await writer.apply(batchOf(person))
      const author = (await everything()).map((text) => /"author":"([^"]+)"/.exec(text)?.[1]).find(Boolean)!
      assert.ok((await everything()).some((text) => text.includes('사과나무')))
      assert.ok(
        !(await everything()).some((text) => text.includes('gone')),
        'what is about a person stays in the record',
      )
      assert.equal((await tracesInIndex(config, { channelId: 'demo:one', authorId: 'gone' }, T0 + 1_000)).messages, 2)

      const { messages, others } = await other.writer.erasePerson('demo:one', 'gone')
      assert.deepEqual([messages, others >= 3], [2, true])
      const left = async () =>
        (await everything()).filter(
          (text) => text.includes('사과나무') || (text.includes(author) && !text.includes('erased-people')),
        )
      assert.deepEqual(await left(), [])
      // The running writer, which was not told, and the log read again from its start.
      await other.writer.resetPositions([{ topic: 'analyzed-messages', partition: 0, offset: 0 }])
      await writer.apply(batchOf(person)).catch(() => writer.apply(batchOf(person)))
      assert.deepEqual(await left(), [])
      assert.deepEqual(await tracesInIndex(config, { channelId: 'demo:one', authorId: 'gone' }, T0 + 1_000), {
        ...{ messages: 0, others: 0 },
      })
      const { hits } = await shared.client.search<{ words: { word: string }[] }>({
        index: names.keywords,
        sort: 'broadcastId',
      })
      assert.deepEqual(
        hits.hits.map(({ _source }) => _source!.words.map(({ word }) => word)),
        [['모두말'], ['다른']],
      )
      // The deletion upstream waits for its message, by whose id alone nobody is known.
      const said = { index: names.messages, query: { bool: { must_not: [{ term: { awaited: true } }] } } }
      assert.equal((await shared.client.count(said)).count, 1)
      assert.equal((await shared.client.count({ index: names.offences })).count, 1)
    } finally {
      await other.writer.close()
      await archive.close()
    }
  })

  test('one poisoned message in 500 is put aside with the reason, once, and the others are there', async () => {
    const archive = await composedArchive(shared.index)
    const { config } = shared.index
    const told: string[] = []
    const { writer } = await openElasticsearchWriter(config, { onRefused: ({ reason }) => told.push(reason) })
    try {
      const messages = Array.from({ length: 500 }, (_, at) =>
        message(`m${at}`, 'ok', { timestamp: at === 250 ? 1e300 : T0 + at }),
      )
      const batch = batchOf({ messages })
      await writer.apply(batch)
      await writer.resetPositions([{ ...batch.positions[0]!, offset: 0 }])
      await writer.apply(batch)
      await shared.index.refresh()
      const { messages: index, refused } = aliases(config.prefix)
      assert.equal((await shared.client.count({ index })).count, 499)
      const { hits } = await shared.client.search<{ reason: string; status: number }>({ index: refused })
      assert.equal(hits.hits.length, 1)
      assert.equal(hits.hits[0]!._source!.status, 400)
      assert.match(hits.hits[0]!._source!.reason, /timestamp/)
      assert.equal(told.length, 2)
    } finally {
      await writer.close()
      await archive.close()
    }
  })

  test('what an older process writes of an erased broadcast goes when the next writer opens', async () => {
    const archive = await composedArchive(shared.index)
    const { config } = shared.index
    const messages = aliases(config.prefix).messages
    const zombie = await openElasticsearchWriter(config)
    const owner = await openElasticsearchWriter(config, { now: () => T0 + 10_000 })
    try {
      const batch = batchOf({ messages: [message('m1', 'gone')] })
      // It has looked at the erasures before there was one.
      await zombie.writer.apply(batchOf({ positions: [{ topic: 't', partition: 0, offset: 1 }] }))
      await owner.writer.apply(batch)
      assert.equal(await owner.writer.deleteBroadcast('demo:one', 'first'), 1)
      await zombie.writer.apply({ ...batch, positions: [] })
      const next = await openElasticsearchWriter(config)
      await next.writer.apply(batchOf({}))
      await next.writer.close()
      await shared.index.refresh()
      assert.equal((await shared.client.count({ index: messages })).count, 0)
    } finally {
      await zombie.writer.close()
      await owner.writer.close()
      await archive.close()
    }
  })

  test('an erasure by another process is heard of by the writer in use, which takes away what it has just written', async () => {
    const archive = await composedArchive(shared.index)
    const { config } = shared.index
    const names = aliases(config.prefix)
    const { writer: live } = await openElasticsearchWriter(config)
    const { writer: eraser } = await openElasticsearchWriter(config, { now: () => T0 + 10_000 })
    try {
      await live.apply(batchOf({ messages: [message('m1', 'gone')] }))
      await eraser.deleteBroadcast('demo:one', 'first')
      await live.apply(batchOf({ messages: [message('m2', 'gone too')], windows: [windowOf(T0)] }))
      await shared.index.refresh()
      for (const index of [names.messages, names.windows]) assert.equal((await shared.client.count({ index })).count, 0)
      await live.apply(
        // Revisions grow; the server remembers that of what was deleted for a while.
        batchOf({
          messages: [message('m3', 'anew', { receivedAt: T0 + 20_000 })],
          windows: [windowOf(T0, { revision: 9 })],
        }),
      )
      await shared.index.refresh()
      for (const index of [names.messages, names.windows]) assert.equal((await shared.client.count({ index })).count, 1)
    } finally {
      await live.close()
      await eraser.close()
      await archive.close()
    }
  })

  test('while the index is away the record answers, and says that it had to', async () => {
    const faults = await HttpFaults.to(shared.url)
    const problems: string[] = []
    const index = { ...shared.index, config: { ...shared.index.config, urls: [faults.url] } }
    const archive = await composedArchive(index, { onProblem: ({ code }) => problems.push(code) })
    try {
      const writer = await archive.openWriter()
      await writer.apply(batchOf({ messages: [message('m1', '안녕'), message('m2', '안녕 둘')] }))
      const first = await archive.reader.search({ text: '안녕', limit: 1 })
      assert.equal(first.total, 2)
      faults.lose()
      assert.equal((await archive.reader.search({ text: '안녕' })).total, 2)
      assert.equal((await archive.reader.histogram({ text: '안녕' }, 4)).length > 0, true)
      assert.equal((await Array.fromAsync(archive.reader.export({ text: '안녕' }))).length, 2)
      assert.deepEqual(new Set(problems), new Set(['ARCHIVE_UNREACHABLE']))
      await assert.rejects(archive.reader.search({ text: '안녕', limit: 1, cursor: first.next! }), {
        code: 'ARCHIVE_UNREACHABLE',
      })
      faults.find()
      problems.length = 0
      const second = await archive.reader.search({ text: '안녕', limit: 1, cursor: first.next! })
      assert.deepEqual([second.messages.length, second.next], [1, null])
      assert.deepEqual(problems, [])
    } finally {
      await archive.close()
      await faults.close()
    }
  })

  const audit = () => {
    const { prefix, pseudonymKey } = shared.index.config
    return openIndexAudit(shared.client, aliases(prefix), pseudonymKey)
  }

  test('verify finds nothing where nothing is wrong, and names what is missing, different, and alone', async () => {
    const archive = await composedArchive(shared.index)
    const { broker, batch, until } = await filledLog()
    const { client } = shared
    const names = aliases(shared.index.config.prefix)
    const verify = async () => verifyArchive({ broker, topics, until, record: archive.record, index: await audit() })
    try {
      const writer = await archive.openWriter()
      await writer.apply(batch)
      const good = await verify()
      assert.deepEqual(good, {
        messages: { topics: 301, record: 300, index: 300 },
        windows: 1,
        repeated: 1,
        differences: [],
        differingMinutes: 0,
      })

      const { hits } = await client.search<Record<string, unknown>>({
        index: names.messages,
        size: 3,
        sort: ['timestamp'],
      })
      const [one, two, three] = hits.hits
      await client.delete({ index: names.messages, id: one!._id! })
      await client.index({ index: names.messages, id: two!._id!, document: { ...two!._source, text: 'changed' } })
      await client.index({ index: names.messages, id: 'x', document: { ...three!._source, messageId: 'alone' } })
      const [window] = (await client.search({ index: names.windows })).hits.hits
      await client.delete({ index: names.windows, id: window!._id! })
      const bad = await verify()
      assert.deepEqual(bad.differences.map(({ id, what }) => `${id} ${what}`).sort(), [
        'alone in the index alone',
        'm0 missing in the index',
        'm1 different in the index',
        'window 60000 ms missing in the index',
      ])

      await broker.close()
    } finally {
      await archive.close()
    }
  })

  test('verify names what the topics hold and the record lacks', async () => {
    const archive = await composedArchive(shared.index)
    const { broker, batch, until } = await filledLog()
    try {
      const writer = await archive.openWriter()
      const lacking: ArchiveBatch = {
        ...batch,
        messages: batch.messages.filter(({ message: { id } }) => id !== 'm9'),
        origins: batch.origins.slice(1),
        windows: [],
      }
      await writer.apply(lacking)
      const { differences } = await verifyArchive({ broker, topics, until, record: archive.record, index: null })
      assert.deepEqual(differences.map(({ id, what }) => `${id} ${what}`).sort(), [
        'm9 missing in the record',
        'window 60000 ms missing in the record',
      ])
    } finally {
      await broker.close()
      await archive.close()
    }
  })

  test('an index made anew from the record is the same, and the writer in use goes on from its positions', async () => {
    const archive = await composedArchive(shared.index)
    const { broker, batch, until } = await filledLog()
    const { client, index } = shared
    const { config } = index
    const { writer: live } = await openElasticsearchWriter(config)
    try {
      const writer = await archive.openWriter()
      await writer.apply(batch)
      // It reads further than the record has.
      const [end] = batch.positions
      await live.apply(
        batchOf({ positions: [{ ...end!, offset: end!.offset + 10 }], messages: [message('late', 'x')] }),
      )
      const before = Object.keys(await client.indices.get({ index: aliases(config.prefix).messages }))
      await rebuildFromRecord({ client, ...config, record: archive.record })
      const after = Object.keys(await client.indices.get({ index: aliases(config.prefix).messages }))
      assert.notDeepEqual(after, before)
      assert.deepEqual(Object.keys(await client.indices.get({ index: before, ignore_unavailable: true })), [])
      const report = await verifyArchive({ broker, topics, until, record: archive.record, index: await audit() })
      assert.deepEqual(report.differences, [])

      const next = batchOf({ positions: [{ ...end!, offset: end!.offset + 20 }], messages: [message('later', 'x')] })
      await assert.rejects(live.apply(next), { code: 'ARCHIVE_TAKEN_OVER' })
      assert.deepEqual(await live.positions(), batch.positions)
      await live.apply(next)
      assert.equal((await live.positions())[0]!.offset, end!.offset + 20)
    } finally {
      await live.close()
      await broker.close()
      await archive.close()
    }
  })

  test('an index made anew from the record holds every value of it, also of broadcasts whose messages are gone', async () => {
    const archive = await composedArchive(shared.index)
    const { client, index } = shared
    const numbers = Array.from({ length: 600 }, (_, number) => number)
    try {
      const writer = await archive.openWriter()
      await writer.apply(
        batchOf({
          windows: numbers.map((minute) => windowOf(T0 + minute * 60_000)),
          offences: numbers.map((number) => offenceOf(`u${number}`)),
          alerts: numbers.map((number) => alertOf(`a${number}`)),
        }),
      )
      await rebuildFromRecord({ client, ...index.config, record: archive.record })
      const names = aliases(index.config.prefix)
      for (const name of [names.windows, names.offences, names.alerts]) {
        await client.indices.refresh({ index: name })
        assert.equal((await client.count({ index: name })).count, 600, name)
      }
    } finally {
      await archive.close()
    }
  })

  test('an index made anew from the topics holds all that they hold', async () => {
    const archive = await composedArchive(shared.index)
    const { broker, batch, until } = await filledLog()
    const { client, index } = shared
    const isRead = (positions: readonly Position[]) =>
      until.every(
        (end) =>
          end.offset === 0 ||
          positions.some(
            ({ topic, partition, offset }) =>
              topic === end.topic && partition === end.partition && offset >= end.offset,
          ),
      )
    try {
      const writer = await archive.openWriter()
      await writer.apply(batch)
      await rebuildFromTopics({
        client,
        ...index.config,
        broker,
        topics,
        hasUnread: async (positions) => !isRead(positions),
      })
      const report = await verifyArchive({ broker, topics, until, record: archive.record, index: await audit() })
      assert.deepEqual([report.differences, report.messages.index], [[], 300])
    } finally {
      await broker.close()
      await archive.close()
    }
  })

  test('a copy that differs is taken away again, and the index in use stays', async () => {
    const archive = await composedArchive(shared.index)
    const { client, index } = shared
    const names = aliases(index.config.prefix)
    try {
      const writer = await archive.openWriter()
      await writer.apply(batchOf({ messages: [message('m1', 'one')] }))
      const before = Object.keys(await client.indices.get({ index: `${index.config.prefix}-*` }))
      let told = 0
      const record = {
        ...archive.record,
        positions: () => archive.record.positions(),
        async *values() {},
        // Says one message twice.
        async *export() {
          for await (const found of archive.record.export({})) {
            told += 2
            yield found
            yield found
          }
        },
      }
      await assert.rejects(rebuildFromRecord({ client, ...index.config, record: record as never }), {
        code: 'ARCHIVE_DIFFERS',
      })
      assert.equal(told, 2)
      assert.deepEqual(Object.keys(await client.indices.get({ index: `${index.config.prefix}-*` })), before)
      assert.equal((await client.count({ index: names.messages })).count, 1)
    } finally {
      await archive.close()
    }
  })

  test('what was acknowledged is there after kill -9 in the middle of a bulk, and the rest comes with the next attempt', async (t) => {
    const { node, index } = shared
    if (!node) return t.diagnostic('the node at JAVAS_ELASTICSEARCH is not ours to kill')
    const archive = await composedArchive(index)
    try {
      const writer = await archive.openWriter()
      const batchAt = (number: number): ArchiveBatch =>
        batchOf({
          messages: Array.from({ length: 2_000 }, (_, at) =>
            message(`k${number}-${at}`, '죽어도 남는다', { timestamp: T0 + at }),
          ),
          windows: [windowOf(T0 + 3_600_000, { messages: number, revision: number + 1 })],
        })
      await writer.apply(batchAt(0))
      const batch = batchAt(1)
      const applying = writer.apply(batch).then(
        () => null,
        (cause: unknown) => cause as { readonly retriable?: boolean },
      )
      await node.process.kill9()
      const outcome = await applying
      assert.ok(outcome === null || outcome.retriable, String(outcome))
      await node.startServer()
      await writer.apply(batch)
      await writer.apply(batchAt(2))
      await index.refresh()
      assert.equal((await shared.client.count({ index: aliases(index.config.prefix).messages })).count, 6_000)
      const [window] = (await shared.client.search<WindowCount>({ index: aliases(index.config.prefix).windows })).hits
        .hits
      assert.equal(window!._source!.messages, 2)
    } finally {
      await archive.close()
    }
  })
}
