import assert from 'node:assert/strict'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import type { Broker } from '../broker.ts'
import { openSqliteBroker } from '../sqlite-broker.ts'

let directory: string
let file: string
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'corruption-'))
  file = join(directory, 'log.db')
  const broker = open()
  await broker.createTopics([{ name: 'in', partitions: 2, cleanupPolicy: 'delete', retentionMs: null }])
  const session = await broker.session({ applicationId: 'app' })
  for (let i = 0; i < 20; i++)
    await session.commit({
      records: Array.from({ length: 20 }, (_, j) => record(i * 20 + j)),
      offsets: [{ topic: 'in', partition: 0, offset: i, metadata: `m${i}` }],
      changes: [{ store: 's', partition: 0, key: Buffer.from(`k${i}`), value: Buffer.alloc(500, `${i}`) }],
    })
  await broker.close()
})
afterEach(() => rmSync(directory, { recursive: true }))

const open = () => openSqliteBroker({ directory, maintenanceIntervalMs: null })
const record = (i: number) => ({
  topic: 'in',
  partition: 0,
  key: Buffer.from(`key ${i}`),
  value: Buffer.alloc(400, `value ${i} `),
  timestamp: i,
  headers: [],
})
const corrupt = { code: 'LOG_CORRUPT' }

function tamper(sql: string, ...parameters: (string | number | Uint8Array)[]): void {
  const database = new DatabaseSync(file)
  database.prepare(sql).run(...parameters)
  database.close()
}

function batchAt(base: number): Uint8Array {
  const database = new DatabaseSync(file)
  const { data } = database.prepare('SELECT data FROM batches WHERE base_offset = ?').get(base) as { data: Uint8Array }
  database.close()
  return data
}

/** Reads everything; each record that comes must be the one that was written. */
async function readAll(broker: Broker): Promise<number> {
  const reader = broker.reader()
  reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
  let count = 0
  for (;;) {
    const records = await reader.poll({ maxRecords: 50, maxWaitMs: 0 })
    if (records.length === 0) return count
    for (const { offset, key, value, timestamp } of records) {
      const { key: expectedKey, value: expectedValue } = record(offset)
      assert.deepEqual([Buffer.from(key!), Buffer.from(value!), timestamp], [expectedKey, expectedValue, offset])
      assert.equal(offset, count++)
    }
  }
}

/** Every way into the log; true when something refused. What is answered must be true. */
async function isNoticed(): Promise<boolean> {
  let broker: Broker | undefined
  try {
    broker = open()
    assert.equal(await readAll(broker), 400)
    const [committed] = await broker.committed('app')
    assert.deepEqual([committed?.offset, committed?.metadata], [19, 'm19'])
    const { state } = await broker.session({ applicationId: 'app' })
    for (let i = 0; i < 20; i++)
      assert.deepEqual(Buffer.from(state.get('s', 0, Buffer.from(`k${i}`))!), Buffer.alloc(500, `${i}`))
    return false
  } catch (error) {
    if ((error as { code: string }).code === 'ERR_ASSERTION') throw error
    assert.match((error as { code: string }).code, /^LOG_|^TOPIC_UNKNOWN$|^OFFSET_OUT_OF_RANGE$/)
    return true
  } finally {
    await broker?.close()
  }
}

test('a flipped bit anywhere in a batch is told, with its place, and nothing of it is handed out', async () => {
  const data = batchAt(40)
  for (const at of [0, 5, 9, 13, 20, 28, 36, 44, 48, 60, 3_000, data.length - 1]) {
    const flipped = Uint8Array.from(data)
    flipped[at]! ^= 1 << (at % 8)
    tamper('UPDATE batches SET data = ? WHERE base_offset = 40', flipped)
    const broker = open()
    await assert.rejects(readAll(broker), { ...corrupt, message: /in-0: the batch of offsets 40\.\.59 is damaged/ })
    await broker.close()
  }
})

test('a batch cut short is told', async () => {
  const data = batchAt(40)
  for (const length of [0, 10, 48, 1_000]) {
    tamper('UPDATE batches SET data = ? WHERE base_offset = 40', data.subarray(0, length))
    const broker = open()
    await assert.rejects(readAll(broker), corrupt)
    await broker.close()
  }
})

test('a lost batch is told as a hole, in the middle and at the end', async () => {
  for (const base of [380, 100, 0]) {
    tamper('DELETE FROM batches WHERE base_offset = ?', base)
    const broker = open()
    const message = new RegExp(`in-0: the batch of offset ${base} is missing`)
    await assert.rejects(readAll(broker), { ...corrupt, message })
    await broker.close()
  }
})

test('a batch in the place of another is told', async () => {
  tamper('UPDATE batches SET data = (SELECT data FROM batches WHERE base_offset = 60) WHERE base_offset = 40')
  const broker = open()
  await assert.rejects(readAll(broker), corrupt)
  await broker.close()
})

test('a damaged state row or committed offset is told and not used', async () => {
  tamper(`UPDATE state SET value = zeroblob(500) WHERE key = CAST('k3' AS BLOB)`)
  tamper(`UPDATE offsets SET offset = 7`)
  const broker = open()
  const { state } = await broker.session({ applicationId: 'app' })
  assert.throws(() => state.get('s', 0, Buffer.from('k3')), corrupt)
  assert.throws(() => [...state.range('s', 0, undefined, undefined)], corrupt)
  assert.equal(state.get('s', 0, Buffer.from('k4'))?.length, 500)
  await assert.rejects(broker.committed('app'), corrupt)
  await broker.close()
})

test('a file that is no log is refused', () => {
  writeFileSync(file, 'This is not a database, it is a letter. '.repeat(300))
  assert.throws(open, corrupt)
  rmSync(file)
  tamper('CREATE TABLE theirs (a)')
  tamper('PRAGMA user_version = 1')
  assert.throws(open, corrupt)
  tamper('PRAGMA user_version = 99')
  assert.throws(open, { code: 'LOG_VERSION_UNSUPPORTED' })
})

test('a truncated file is told or answers the truth, at any length', async () => {
  const whole = readFileSync(file)
  for (let cut = 0; cut < 12; cut++) {
    writeFileSync(file, whole)
    truncateSync(file, Math.floor((statSync(file).size * cut) / 12) + (cut % 3) * 100)
    // An empty file is a new log: it has no topic of that name.
    assert.equal(await isNoticed(), true, `cut ${cut}`)
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true })
  }
})

test('a page overwritten with noise is told or is not used: what is answered is true', async () => {
  const whole = readFileSync(file)
  const pages = whole.length / 8192
  let noticed = 0
  for (let page = 0; page < pages; page++) {
    writeFileSync(file, whole)
    const handle = openSync(file, 'r+')
    const noise = Uint8Array.from({ length: 512 }, (_, i) => (i * 31 + page * 7) % 256)
    writeSync(handle, noise, 0, noise.length, page * 8192 + 4_000)
    closeSync(handle)
    if (await isNoticed()) noticed++
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true })
  }
  assert.ok(noticed > pages / 2, `${noticed} of ${pages}`)
})
