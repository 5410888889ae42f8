import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openArchiveReader, openArchiveWriter } from '../sqlite-archive.ts'
import {
  actionOf,
  alertOf,
  batchOf,
  keywordsOf,
  message,
  offenceOf,
  stateOf,
  T0,
  windowOf,
} from '../testing/archive-values.ts'
import { archiveCodecs, knownRegistry } from './codecs.ts'
import { encodeBatch } from './encoded-batch.ts'
import { ArchiveStore } from './store.ts'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'javas-archive-'))
  path = join(directory, 'archive.db')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const hangul = (index: number) => `${String.fromCharCode(0xac00 + (index % 11_000))}나${index}`

test('a writer that is killed at any point loses nothing and doubles nothing', async () => {
  const batches = 400
  const perBatch = 20
  let done = 0
  for (let round = 0; round < 60 && done < batches; round++) {
    const child = fork(
      join(import.meta.dirname, '..', 'testing', 'archive-writing-child.ts'),
      [path, String(batches), String(perBatch)],
      {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    )
    const exit = new Promise((resolve) => child.once('exit', resolve))
    // Killed after its first few batches, sooner or later in the writing of one.
    await Promise.race([new Promise((resolve) => child.once('message', resolve)), exit])
    if (round < 8) {
      await sleep(round * 7)
      child.kill('SIGKILL')
    }
    await exit
    const reader = openArchiveReader(path)
    done = ((await reader.positions())[0]?.offset ?? 0) / perBatch
    // Never more or less than the positions say.
    assert.equal((await reader.broadcast('demo:one', 'first'))?.messages ?? 0, done * perBatch)
    await reader.close()
  }
  assert.equal(done, batches)
  const reader = openArchiveReader(path)
  const ids = new Set<string>()
  let exported = 0
  for await (const { message: found } of reader.export({})) {
    ids.add(found.id)
    exported++
  }
  assert.deepEqual([exported, ids.size], [batches * perBatch, batches * perBatch])
  assert.equal((await reader.search({ text: '확인' })).total, batches * perBatch)
  assert.equal((await reader.windows('demo:one', 'first', 60_000))[0]?.messages, batches)
  await reader.close()
  const database = new DatabaseSync(path)
  assert.equal(database.prepare('PRAGMA integrity_check').get()?.integrity_check, 'ok')
  database.exec("INSERT INTO messages_index (messages_index) VALUES ('integrity-check')")
  database.close()
})

test('the text of a deleted broadcast is in no byte of the files', async () => {
  const writer = await openArchiveWriter(path)
  const texts = Array.from({ length: 1500 }, (_, index) => `뷁${hangul(index)}쀍 secretword`)
  for (let at = 0; at < texts.length; at += 100) {
    const part = texts.slice(at, at + 100)
    await writer.apply(
      batchOf({
        messages: part.flatMap((text, index) => [
          message(`gone${at + index}`, text, {
            broadcastId: 'gone',
            author: `gone${index}`,
            name: `쀏이름${index}`,
            severity: 2,
          }),
          message(`kept${at + index}`, `남는 글 ${index}`, { author: `kept${index}` }),
        ]),
        keywords: [keywordsOf(['뷁뷁', 'secretword'], { broadcastId: 'gone', revision: at + 1 })],
        offences: part.map((_, index) => offenceOf(`gone${index}`, { broadcastId: 'gone', revision: at + 1 })),
        states: [stateOf({ broadcastId: 'gone', title: 'secretword title', at: T0 + at })],
        windows: [windowOf(T0, { broadcastId: 'gone', revision: at + 1 })],
      }),
    )
  }
  const holds = (needle: string) =>
    readdirSync(directory).filter((file) => readFileSync(join(directory, file)).includes(needle))
  assert.ok(holds('secretword').length > 0)
  assert.equal(await writer.deleteBroadcast('demo:one', 'gone'), texts.length)
  // Also as pairs of the index: none of these syllables is anywhere else.
  for (const needle of ['secretword', 'se', '뷁', '쀍', '쀏', 'gone1']) {
    const files = holds(needle).filter((file) => needle !== 'se' || !file.endsWith('.db'))
    assert.deepEqual(files, [], needle)
  }
  const reader = openArchiveReader(path)
  assert.equal((await reader.search({ text: '남는' })).total, texts.length)
  await reader.close()
  await writer.close()
})

test('an erasure that was interrupted is finished when the archive is opened again', async () => {
  const first = await openArchiveWriter(path)
  const many = Array.from({ length: 5_000 }, (_, index) => message(`m${index}`, '지울 글', { author: `u${index}` }))
  await first.apply(batchOf({ messages: many }))
  const erasure = first.deleteBroadcast('demo:one', 'first')
  await first.close()
  await erasure.catch(() => {})
  const second = await openArchiveWriter(path)
  await second.deleteBroadcast('demo:one', 'none')
  const reader = openArchiveReader(path)
  assert.deepEqual(await reader.broadcasts(), [])
  assert.equal((await reader.search({})).total, 0)
  assert.equal(await reader.author('demo:one', 'u4999'), null)
  await reader.close()
  await second.close()
})

test('every question is answered through an index, none by sorting', async () => {
  const writer = await openArchiveWriter(path)
  await writer.apply(batchOf({ messages: [message('m1', '안녕하세요')] }))
  const statements = new Set<string>()
  const prepare = DatabaseSync.prototype.prepare
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, ...parameters) {
    statements.add(parameters[0])
    return prepare.apply(this, parameters)
  }
  try {
    const reader = openArchiveReader(path)
    const channelId = 'demo:one'
    const broadcastIds = ['first']
    await reader.search({})
    await reader.search({ text: '안녕', order: 'oldest' })
    await reader.search({ text: '안', channelId, from: T0, to: T0 + 1, minSeverity: 0 })
    await reader.search({ broadcastIds, includeDeleted: true })
    await reader.search({ broadcastIds: ['first', 'second'], authorId: 'u1' })
    await reader.search({ authorName: 'name', sentiments: ['negative'], questionsOnly: true, paidOnly: true })
    await reader.search({ from: T0, to: T0 + 1, order: 'oldest' })
    await reader.histogram({ text: '안녕' }, 5)
    await reader.author(channelId, 'u1')
    await reader.close()
  } finally {
    DatabaseSync.prototype.prepare = prepare
  }
  await writer.close()
  const database = new DatabaseSync(path, { readOnly: true })
  // Tables that hold a handful of rows, and what was asked with.
  const small = /^SCAN (positions|sqlite_master|schemas|erased_people|erasure_salt|json_each VIRTUAL TABLE INDEX 1:)$/
  const wrong: string[] = []
  for (const sql of statements) {
    if (!sql.startsWith('SELECT')) continue
    for (const { detail } of database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()) {
      const step = String(detail)
      const walksAll = /^SCAN/.test(step) && !/USING (COVERING )?INDEX|VIRTUAL TABLE INDEX \d+:.*M/.test(step)
      // Newest first along the primary key, cut off by a limit, is a walk in the right order.
      const isInOrder = /^SCAN m$/.test(step) && /ORDER BY m\.place/.test(sql)
      // Ten names of a person at most.
      if (sql.startsWith('SELECT name FROM author_names WHERE author = ?')) continue
      if ((walksAll && !small.test(step) && !isInOrder) || /TEMP B-TREE FOR ORDER BY/.test(step))
        wrong.push(`${step}: ${sql}`)
    }
  }
  database.close()
  assert.ok(statements.size > 20)
  assert.deepEqual(wrong, [])
})

test('a full disk stores nothing of the batch, says so, and goes on when there is room', () => {
  const store = new ArchiveStore(path)
  const codecs = archiveCodecs(knownRegistry(store.schemaIds))
  const pages = Number(store.database.prepare('PRAGMA page_count').get()!.page_count)
  const batch = encodeBatch(
    batchOf({ messages: Array.from({ length: 500 }, (_, index) => message(`m${index}`, hangul(index))) }),
    codecs,
  )
  store.database.exec(`PRAGMA max_page_count = ${pages + 5}`)
  assert.throws(() => store.apply(batch), { code: 'ARCHIVE_DISK_FULL', retriable: true })
  assert.deepEqual(store.positions(), [])
  assert.equal(store.database.prepare('SELECT count(*) AS n FROM messages').get()!.n, 0)
  store.database.exec('PRAGMA max_page_count = 1000000')
  store.apply(batch)
  assert.equal(store.database.prepare('SELECT count(*) AS n FROM messages').get()!.n, 500)
  store.close()
})

test('an archive that another process holds is tried again, not given up', () => {
  const store = new ArchiveStore(path)
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  store.database.exec('PRAGMA busy_timeout = 1')
  const batch = encodeBatch(
    batchOf({ messages: [message('m1', 'one')] }),
    archiveCodecs(knownRegistry(store.schemaIds)),
  )
  assert.throws(() => store.apply(batch), { code: 'ARCHIVE_LOCKED', retriable: true })
  other.exec('ROLLBACK')
  store.apply(batch)
  store.close()
  other.close()
})

test('two writers on one file never give two messages one place', () => {
  const stores = [new ArchiveStore(path), new ArchiveStore(path)]
  const codecs = archiveCodecs(knownRegistry(stores[0]!.schemaIds))
  for (let index = 0; index < 40; index++) {
    const messages = [message(`m${index}`, '글', { author: `u${index % 5}`, name: `n${index % 3}` })]
    stores[index % 2]!.apply(encodeBatch(batchOf({ messages }), codecs))
  }
  const { database } = stores[0]!
  assert.equal(database.prepare('SELECT count(*) AS n FROM messages').get()!.n, 40)
  assert.equal(database.prepare('SELECT count(*) AS n FROM authors').get()!.n, 5)
  for (const store of stores) store.close()
})

test('records that did not decode are kept up to a bound, the newest of them', () => {
  const store = new ArchiveStore(path)
  const codecs = archiveCodecs(knownRegistry(store.schemaIds))
  const value = new Uint8Array(100_000).fill(7)
  for (let offset = 0; offset < 300; offset++) {
    const record = {
      topic: 't',
      partition: 0,
      offset,
      timestamp: T0,
      key: null,
      value,
      code: 'AVRO_DATA',
      message: 'x'.repeat(9_000),
    }
    store.apply(encodeBatch(batchOf({ undecodable: [record] }), codecs))
  }
  const row = store.database
    .prepare('SELECT count(*) AS n, sum(bytes) AS bytes, max(offset) AS last FROM undecodable')
    .get()!
  const total = store.database.prepare('SELECT records, bytes FROM undecodable_total').get()!
  assert.ok(Number(row.bytes) <= 16 * 1024 * 1024 && Number(row.n) > 200)
  assert.deepEqual([row.last, total.records, total.bytes], [299, 300, row.bytes])
  store.close()
})

test('says what is wrong with a file that it cannot open, what to do, and leaves it as it is', async () => {
  assert.throws(() => openArchiveReader(path), { code: 'ARCHIVE_MISSING' })
  await assert.rejects(openArchiveWriter(join(directory, 'no', 'such', 'folder.db')), { code: 'ARCHIVE_READ_ONLY' })

  const whole = await (async () => {
    const writer = await openArchiveWriter(path)
    const messages = Array.from({ length: 500 }, (_, index) => message(`m${index}`, hangul(index)))
    await writer.apply(batchOf({ messages }))
    await writer.close()
    return readFileSync(path)
  })()
  const changed = (work: (database: DatabaseSync) => void, from: Uint8Array = whole) => {
    writeFileSync(path, from)
    const database = new DatabaseSync(path)
    database.exec('PRAGMA journal_mode = DELETE')
    work(database)
    database.close()
    return readFileSync(path)
  }
  const cases: readonly (readonly [string, Uint8Array, string, RegExp])[] = [
    ['a text', Buffer.from('this is no database'.repeat(100)), 'ARCHIVE_CORRUPT', /move it away/],
    ['a cut file', whole.subarray(0, Math.floor(whole.length / 2) + 1), 'ARCHIVE_CORRUPT', /move it away/],
    ['a cut header', whole.subarray(0, 60), 'ARCHIVE_CORRUPT', /move it away/],
    [
      'a foreign database',
      changed((database) => database.exec('CREATE TABLE somebody_elses (x)'), new Uint8Array()),
      'ARCHIVE_CORRUPT',
      /another program's.*move it away/,
    ],
    ['a newer version', changed((database) => database.exec('PRAGMA user_version = 999')), 'ARCHIVE_VERSION', /update/],
  ]
  for (const [what, bytes, code, advice] of cases) {
    for (const name of readdirSync(directory)) rmSync(join(directory, name))
    writeFileSync(path, bytes)
    const isTold = (error: Error & { readonly code?: string }) => {
      assert.equal(error.code, code, `${what}: ${error.message}`)
      assert.match(error.message, advice, what)
      assert.ok(error.message.includes(path), what)
      return true
    }
    assert.throws(() => openArchiveReader(path), isTold)
    await assert.rejects(openArchiveWriter(path), isTold)
    assert.deepEqual(readdirSync(directory), ['archive.db'], what)
    assert.ok(readFileSync(path).equals(bytes), `${what} stays to the byte`)
  }
})

test('an erased person is in no byte of the files, and nobody else is missing', async () => {
  const now = T0 + 1_000
  const writer = await openArchiveWriter(path, { now: () => now })
  const person = {
    messages: Array.from({ length: 1_200 }, (_, at) =>
      message(`비밀id${at}`, `비밀말 ${hangul(at)}`, {
        author: 'PERSON-7f3a',
        name: at % 2 ? '본명홍길동' : '별명길동이',
        timestamp: T0 + at,
        receivedAt: T0 + 500,
        severity: at % 3,
      }),
    ),
    offences: [offenceOf('PERSON-7f3a', { authorName: '본명홍길동', lastAt: T0 })],
    alerts: [alertOf('alert', { samples: ['비밀말 가나0'], words: ['비밀말', '모두말'], at: T0 })],
    keywords: [keywordsOf(['비밀말', '모두말'])],
    rules: [
      {
        ...{ channelId: 'demo:one', version: 1, rules: [], dictionary: [], updatedAt: T0, updatedBy: 'kim' },
        allowedAuthors: ['PERSON-7f3a', 'other'],
      },
    ],
    actions: [
      actionOf('about', { authorId: 'PERSON-7f3a', text: '홍길동은 늘 이렇다' }),
      actionOf('on-message', { messageId: '비밀id3', kind: 'feedback' }),
      actionOf('search', { kind: 'search', text: '{"authorId":"PERSON-7f3a"}' }),
      actionOf('else', { authorId: 'other' }),
    ],
  }
  await writer.apply(batchOf(person))
  await writer.apply(
    batchOf({
      states: [stateOf()],
      messages: [message('o1', '모두말 안녕', { author: 'other' }), message('o2', '모두말', { author: 'other' })],
      offences: [offenceOf('other')],
    }),
  )
  const secrets = ['PERSON-7f3a', '홍길동', '길동이', '비밀', `나${1_111}`].map((text) => Buffer.from(text))
  const where = () =>
    readdirSync(directory).flatMap((name) => {
      const bytes = readFileSync(join(directory, name))
      return secrets.filter((secret) => bytes.includes(secret)).map((secret) => `${name}: ${secret}`)
    })
  assert.ok(where().length >= secrets.length)

  const erased = await writer.erasePerson('demo:one', 'PERSON-7f3a')
  assert.deepEqual([erased.messages, erased.others > 5], [1_200, true])
  assert.deepEqual(where(), [])
  const reader = openArchiveReader(path)
  const [alert] = await reader.alerts('demo:one')
  assert.deepEqual([alert?.samples, alert?.words], [[], ['모두말']])
  // What the log still brings stays out.
  await writer.apply(batchOf({ ...person, rules: [], actions: [] }))
  assert.deepEqual(where(), [])
  const summary = await reader.broadcast('demo:one', 'first')
  assert.deepEqual([summary?.messages, summary?.authors, summary?.profane], [2, 1, 0])
  assert.equal(await reader.author('demo:one', 'PERSON-7f3a'), null)
  assert.equal((await reader.author('demo:one', 'other'))?.messages, 2)
  assert.deepEqual(
    (await reader.offences('demo:one', 10)).map(({ authorId }) => authorId),
    ['other'],
  )
  assert.deepEqual((await reader.rulesVersion('demo:one', 1))?.allowedAuthors, ['other'])
  assert.deepEqual(
    (await reader.actions({ channelId: 'demo:one' })).actions.map(({ id }) => id),
    ['else'],
  )
  // What they write from now on is new.
  await writer.apply(batchOf({ messages: [message('new', '다시', { author: 'PERSON-7f3a', receivedAt: now + 1 })] }))
  assert.equal((await reader.search({ text: '다시' })).total, 1)
  await reader.close()
  await writer.close()
})
