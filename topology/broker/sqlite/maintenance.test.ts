import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { openSqliteBroker } from '../sqlite-broker.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'maintenance-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const DAY = 86_400_000

test('the log applies retention by itself', async () => {
  let now = 1_700_000_000_000
  const broker = openSqliteBroker({ directory, clock: () => now, maintenanceIntervalMs: 5 })
  await broker.createTopics([{ name: 'in', partitions: 1, cleanupPolicy: 'delete', retentionMs: DAY }])
  const producer = broker.producer()
  const record = { topic: 'in', key: null, value: null, timestamp: 0, headers: [] }
  await producer.send([record])
  await producer.send([record])
  now += 2 * DAY
  while ((await broker.offsets({ topic: 'in', partition: 0 })).earliest === 0)
    await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(await broker.offsets({ topic: 'in', partition: 0 }), { earliest: 1, latest: 2, end: 2 })
  await broker.close()
})

test('maintenance that fails is told and does not end the process', async () => {
  const told: unknown[] = []
  let heard = () => {}
  const hearing = new Promise<void>((resolve) => {
    heard = resolve
  })
  const broker = openSqliteBroker({
    directory,
    clock: () => {
      throw new Error('the clock stopped')
    },
    synchronous: 'full',
    maintenanceIntervalMs: 5,
    onMaintenanceError: (error) => {
      told.push(error)
      heard()
    },
  })
  await broker.createTopics([{ name: 'in', partitions: 1, cleanupPolicy: 'delete', retentionMs: DAY }])
  const keepAlive = setInterval(() => {}, 1_000)
  await hearing
  clearInterval(keepAlive)
  assert.match(String(told[0]), /the clock stopped/)
  await broker.close()
})

test('an open log does not keep a process from ending', () => {
  const module = new URL('../sqlite-broker.ts', import.meta.url).href
  const program = `
    const { openSqliteBroker } = await import(${JSON.stringify(module)})
    const broker = openSqliteBroker({ directory: ${JSON.stringify(directory)} })
    broker.reader(); broker.producer(); await broker.session({ applicationId: 'app' })`
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 60_000 })
  assert.equal(status, 0)
})

test('many small appends compact to few rows, each record at its offset', async () => {
  const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
  await broker.createTopics([{ name: 'table', partitions: 1, cleanupPolicy: 'compact', retentionMs: null }])
  const producer = broker.producer()
  for (let i = 0; i < 400; i++)
    await producer.send([
      { topic: 'table', key: Buffer.from(`k${i}`), value: Buffer.from(`${i}`), timestamp: i, headers: [] },
    ])
  await broker.maintain()
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(join(directory, 'log.db'))
  assert.ok(Number(database.prepare('SELECT count(*) AS n FROM batches').get()?.n) <= 3)
  database.close()
  const reader = broker.reader()
  reader.assign([{ topic: 'table', partition: 0, offset: 123 }])
  const records = await reader.poll({ maxRecords: 1_000, maxWaitMs: 0 })
  assert.deepEqual(
    records.map(({ offset }) => offset),
    Array.from({ length: 277 }, (_, i) => 123 + i),
  )
  await broker.close()
})
