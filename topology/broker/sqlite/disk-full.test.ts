import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Broker, Session } from '../broker.ts'
import { openSqliteBroker } from '../sqlite-broker.ts'

const bytes = (text: string) => Buffer.from(text)
const commitOf = (session: Session, i: number) =>
  session.commit({
    records: [{ topic: 'out', key: bytes(`${i}`), value: Buffer.alloc(100_000, 'x'), timestamp: i, headers: [] }],
    offsets: [{ topic: 'out', partition: 0, offset: i + 1, metadata: '' }],
    changes: [{ store: 's', partition: 0, key: bytes('count'), value: bytes(`${i + 1}`) }],
  })

async function keys(broker: Broker): Promise<number[]> {
  const reader = broker.reader()
  reader.assign([{ topic: 'out', partition: 0, offset: 0 }])
  const out: number[] = []
  for (;;) {
    const records = await reader.poll({ maxRecords: 100, maxWaitMs: 0 })
    if (records.length === 0) return out
    for (const { key } of records) out.push(Number(Buffer.from(key!).toString()))
  }
}

/** Fills the disk, checks that nothing but the refused commits is missing, frees it, and goes on. */
async function fillAndFree(broker: Broker, free: () => Promise<void> | void, keep: () => boolean): Promise<void> {
  await broker.createTopics([{ name: 'out', partitions: 1, cleanupPolicy: 'delete', retentionMs: null }])
  const session = await broker.session({ applicationId: 'app' })
  const consistent = async (count: number) => {
    assert.equal((await broker.committed('app'))[0]?.offset, count)
    assert.equal(Buffer.from(session.state.get('s', 0, bytes('count'))!).toString(), `${count}`)
    if (keep()) assert.deepEqual(await keys(broker), [...Array(count).keys()])
  }
  let i = 0
  let outcome = await commitOf(session, i)
  for (; outcome.kind === 'committed'; outcome = await commitOf(session, i)) {
    i++
    assert.ok(i < 1_000, 'the disk gets full')
  }
  assert.ok(i > 3)
  for (let again = 0; again < 3; again++) {
    assert.equal(outcome.kind, 'aborted')
    assert.equal(outcome.kind === 'aborted' && (outcome.cause as { code?: string }).code, 'LOG_DISK_FULL')
    await consistent(i)
    outcome = await commitOf(session, i)
  }
  const record = { topic: 'out', key: null, value: Buffer.alloc(500_000), timestamp: 0, headers: [] }
  const producer = broker.producer()
  await assert.rejects(producer.send([record]), { code: 'LOG_DISK_FULL', retriable: true })
  await consistent(i)
  await free()
  assert.deepEqual(await commitOf(session, i), { kind: 'committed' })
  await consistent(i + 1)
  await broker.close()
}

test('a log at its quota aborts commits with LOG_DISK_FULL, loses nothing, and goes on when retention made room', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'quota-'))
  try {
    const broker = openSqliteBroker({ directory, maxBytes: 2_000_000, maintenanceIntervalMs: null })
    let whole = true
    const free = async () => {
      const spec = { name: 'out', partitions: 1, cleanupPolicy: 'delete', retentionMs: null, retentionBytes: 500_000 }
      await broker.createTopics([spec as never])
      await broker.maintain()
      whole = false
    }
    await fillAndFree(broker, free, () => whole)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

/** Needs the right to mount; the quota above makes SQLite report the same where there is none. */
test('a full disk aborts commits with LOG_DISK_FULL, loses nothing, and goes on when there is room again', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'disk-full-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', directory]).status === 0
  try {
    const ballast = join(directory, 'ballast')
    if (mounted) writeFileSync(ballast, Buffer.alloc(1_500_000))
    const broker = openSqliteBroker({
      directory,
      maintenanceIntervalMs: null,
      ...(mounted ? {} : { maxBytes: 3_000_000 }),
    })
    const free = async () => {
      if (mounted) return rmSync(ballast)
      const spec = { name: 'out', partitions: 1, cleanupPolicy: 'delete', retentionMs: null, retentionBytes: 500_000 }
      await broker.createTopics([spec as never])
      await broker.maintain()
    }
    await fillAndFree(broker, free, () => mounted)
  } finally {
    if (mounted) spawnSync('umount', [directory])
    rmSync(directory, { recursive: true })
  }
})
