import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { openSqliteBroker, type SqliteBroker } from '../sqlite-broker.ts'

let directory: string
let broker: SqliteBroker
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tail-'))
  broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
  await broker.createTopics([{ name: 'in', partitions: 2, cleanupPolicy: 'delete', retentionMs: null }])
})
afterEach(async () => {
  await broker.close()
  rmSync(directory, { recursive: true })
})

/** A thread of this process that runs `source` with `broker` and `parentPort`. */
function thread(source: string): Worker {
  const module = new URL('../sqlite-broker.ts', import.meta.url).href
  const whole = `
    import { parentPort } from 'node:worker_threads'
    const { openSqliteBroker } = await import(${JSON.stringify(module)})
    const broker = openSqliteBroker({ directory: ${JSON.stringify(directory)}, maintenanceIntervalMs: null })
    const record = (value) => ({ topic: 'in', key: null, value: Buffer.from(String(value)), timestamp: 0, headers: [] })
    ${source}
    await broker.close()`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(whole)}`))
}
const ended = (worker: Worker) =>
  new Promise<number>((resolve, reject) => worker.once('exit', resolve).once('error', reject))

test('a reader that waits in one thread is woken by an append of another', async () => {
  const reader = broker.reader()
  reader.assign([0, 1].map((partition) => ({ topic: 'in', partition, offset: 0 })))
  const waiting = reader.poll({ maxRecords: 10, maxWaitMs: 60_000 })
  const worker = thread(`const producer = broker.producer(); await producer.send([record('hello')])`)
  const exit = ended(worker)
  assert.equal(Buffer.from((await waiting)[0]!.value!).toString(), 'hello')
  assert.equal(await exit, 0)
})

test('threads that append, commit and read at the same time lose and double nothing', async () => {
  const appends = 300
  const writers = ['a', 'b'].map((name) =>
    thread(`
      const producer = broker.producer()
      for (let i = 0; i < ${appends}; i++) await producer.send([record('${name}' + i)])`),
  )
  const committer = thread(`
    const session = await broker.session({ applicationId: 'app' })
    for (let i = 0; i < ${appends}; i++) {
      const outcome = await session.commit({
        records: [{ ...record('c' + i), partition: 0 }],
        offsets: [{ topic: 'in', partition: 0, offset: i + 1, metadata: '' }],
        changes: [{ store: 's', partition: 0, key: Buffer.from('k'), value: Buffer.from(String(i)) }],
      })
      if (outcome.kind !== 'committed') throw outcome.cause
    }`)
  const exits = Promise.all([...writers, committer].map(ended))
  const reader = broker.reader()
  reader.assign([0, 1].map((partition) => ({ topic: 'in', partition, offset: 0 })))
  const seen: string[] = []
  while (seen.length < appends * 3)
    for (const { value } of await reader.poll({ maxRecords: 100, maxWaitMs: 60_000 }))
      seen.push(Buffer.from(value!).toString())
  assert.deepEqual(await exits, [0, 0, 0])
  assert.deepEqual(await reader.poll({ maxRecords: 100, maxWaitMs: 0 }), [])
  assert.equal(new Set(seen).size, appends * 3)
  assert.deepEqual(
    seen.filter((value) => value.startsWith('c')),
    Array.from({ length: appends }, (_, i) => `c${i}`),
  )
  assert.equal((await broker.committed('app'))[0]?.offset, appends)
})

test('a write that waits too long for another thread says that the log is busy', async () => {
  const impatient = openSqliteBroker({ directory, busyTimeoutMs: 1, maintenanceIntervalMs: null })
  const { DatabaseSync } = await import('node:sqlite')
  const session = await impatient.session({ applicationId: 'app' })
  const other = new DatabaseSync(join(directory, 'log.db'))
  other.exec('BEGIN IMMEDIATE')
  const commit = {
    records: [{ topic: 'in', key: null, value: null, timestamp: 0, headers: [] }],
    offsets: [],
    changes: [{ store: 'fresh', partition: 0, key: Buffer.from('k'), value: Buffer.from('v') }],
  }
  const outcome = await session.commit(commit)
  assert.equal(outcome.kind, 'aborted')
  assert.equal(outcome.kind === 'aborted' && (outcome.cause as { code?: string }).code, 'LOG_BUSY')
  other.exec('ROLLBACK')
  other.close()
  assert.equal((await session.commit(commit)).kind, 'committed')
  assert.equal(Buffer.from(session.state.get('fresh', 0, Buffer.from('k'))!).toString(), 'v')
  await impatient.close()
})

test('one poll reads about a page, however much is asked for, and other work gets its turn between polls', async () => {
  const producer = broker.producer()
  for (let i = 0; i < 40; i++)
    await producer.send(
      [0, 1].map((partition) => ({
        topic: 'in',
        partition,
        key: null,
        value: Buffer.alloc(100_000),
        timestamp: 0,
        headers: [],
      })),
    )
  const reader = broker.reader()
  reader.assign([0, 1].map((partition) => ({ topic: 'in', partition, offset: 0 })))
  let turns = 0
  const count = () => {
    turns++
    immediate = setImmediate(count)
  }
  let immediate = setImmediate(count)
  let polls = 0
  let all = 0
  for (;;) {
    const records = await reader.poll({ maxRecords: 1_000_000, maxWaitMs: 0 })
    if (records.length === 0) break
    const bytes = records.reduce((sum, { value }) => sum + value!.length, 0)
    assert.ok(bytes <= 1.3 * 1024 * 1024, `${bytes}`)
    all += records.length
    polls++
  }
  clearImmediate(immediate)
  assert.equal(all, 80)
  assert.ok(turns >= polls)
})

test('the ids of two logs do not meet, so bytes of the one are unknown to the other', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'tail-'))
  const other = openSqliteBroker({ directory: elsewhere, maintenanceIntervalMs: null })
  const id = broker.schemas.register('in-value', '"string"')
  assert.equal(other.schemas.schema(id), undefined)
  assert.notEqual(other.schemas.register('in-value', '"string"'), id)
  await other.close()
  rmSync(elsewhere, { recursive: true })
})

test('erased text is nowhere in the files any more', async () => {
  const { readFileSync, readdirSync } = await import('node:fs')
  const secret = 'a-name-that-asked-to-be-forgotten'
  const producer = broker.producer()
  const record = (value: string) => ({
    topic: 'in',
    partition: 0,
    key: null,
    value: Buffer.from(value),
    timestamp: 0,
    headers: [],
  })
  for (let i = 0; i < 50; i++)
    await producer.send([record(`kept ${i}`), record(`${secret} ${i}`), record('x'.repeat(9_000))])
  assert.equal(await broker.erase('in', ({ value }) => Buffer.from(value!).includes(secret)), 50)
  await broker.close()
  for (const name of readdirSync(directory))
    assert.equal(readFileSync(join(directory, name)).includes(secret), false, name)
})

test('a deleted topic leaves no batch behind, also when the process died in the middle', async () => {
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(join(directory, 'log.db'))
  const left = () => database.prepare('SELECT count(*) AS n FROM batches').get()?.n
  const producer = broker.producer()
  for (let i = 0; i < 50; i++)
    await producer.send([{ topic: 'in', partition: 0, key: null, value: null, timestamp: 0, headers: [] }])
  assert.equal(left(), 50)
  // The first step of a deletion alone, as a killed process leaves it.
  const deleting = broker.deleteTopics(['in'])
  assert.ok(Number(left()) > 0)
  await broker.close()
  await deleting
  assert.ok(Number(left()) > 0)
  broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
  assert.deepEqual(await broker.topics(), [])
  await broker.maintain()
  assert.equal(left(), 0)
  database.close()
})
