import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import type { Broker } from '../broker.ts'
import { openSqliteBroker } from '../sqlite-broker.ts'

const ROUNDS = 20
const text = (value: Uint8Array | null | undefined) => (value ? Buffer.from(value).toString() : '')

async function values(broker: Broker, topic: string, partition: number, of: 'key' | 'value'): Promise<number[]> {
  const reader = broker.reader()
  reader.assign([{ topic, partition, offset: 0 }])
  const out: number[] = []
  for (;;) {
    const records = await reader.poll({ maxRecords: 10_000, maxWaitMs: 0 })
    if (records.length === 0) return out
    out.push(...records.map((record) => Number(text(record[of]))))
  }
}

/** Runs the writer until it wrote `lines` lines, kills it, and returns the last numbers that it acknowledged. */
function runAndKill(directory: string, lines: number): Promise<{ a: number; c: number }> {
  return new Promise((resolve, reject) => {
    const fixture = join(import.meta.dirname, 'kill-writer.fixture.ts')
    const child = spawn(process.execPath, [fixture, directory], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.stdout.on('data', (chunk) => {
      out += chunk
      if (out.split('\n').length > lines) child.kill('SIGKILL')
    })
    child.on('close', (_, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the writer ended by itself: ${errors}`))
      const last = (kind: string) =>
        Math.max(-1, ...out.split('\n').flatMap((line) => (line.startsWith(`${kind} `) ? [Number(line.slice(2))] : [])))
      resolve({ a: last('a'), c: last('c') })
    })
  })
}

test('a process killed at any moment, compacting or not, loses nothing that it acknowledged and leaves no half of a commit', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kill-'))
  try {
    let acknowledged = { a: -1, c: -1 }
    for (let round = 0; round < ROUNDS; round++) {
      // Every round ends elsewhere; the kill itself falls at no chosen point of an append or commit.
      const last = await runAndKill(directory, 1 + ((round * 37) % 90))
      acknowledged = { a: Math.max(acknowledged.a, last.a), c: Math.max(acknowledged.c, last.c) }
      const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
      const label = `round ${round}`
      const appended = await values(broker, 'in', 0, 'value')
      assert.ok(appended.length > acknowledged.a, label)
      assert.deepEqual(appended, [...appended.keys()], label)
      const [committed] = await broker.committed('app')
      const count = committed?.offset ?? 0
      assert.ok(count > acknowledged.c, label)
      assert.equal(committed?.metadata ?? 'm0', `m${count}`, label)
      for (const partition of [0, 1, 2])
        assert.deepEqual(await values(broker, 'out', partition, 'key'), [...Array(count).keys()], label)
      const own = await broker.session({ applicationId: 'app' })
      assert.equal(Number(text(own.state.get('s', 0, Buffer.from('count')))), count, label)
      const changelog = await values(broker, 'app-s-changelog', 0, 'value')
      assert.equal(changelog.at(-1) ?? 0, count, label)
      const { latest } = await broker.offsets({ topic: 'app-s-changelog', partition: 0 })
      assert.equal(own.state.changelogOffset('s', 0) ?? 0, latest, label)
      await broker.close()
    }
    assert.ok(acknowledged.a > 0 && acknowledged.c > 0)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
