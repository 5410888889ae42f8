import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { FetchedRecord } from '../broker/broker.ts'
import { openSqliteBroker } from '../broker/sqlite-broker.ts'
import { outputTopic, RECORDS } from './kill-nine-topology.ts'

const KILLS = 200
const LANES = 3
/** Less than a child needs from ready to done: nearly all die on the way, each some commits further than the one before. */
const LONGEST_LIFE_MS = 40
const CHILD = join(import.meta.dirname, 'kill-nine.fixture.ts')

/**
 * Most of a child's life was reading its hundred modules and stripping their types. The first two, which end by
 * themselves, leave the compiled code in `CACHE`, and the others find it there.
 */
const ROOT = mkdtempSync(join(tmpdir(), 'kill-nine-'))
const CACHE = join(ROOT, 'compiled')

/** Runs the child; kills it `afterMs` after it said that it is ready. Returns whether it got to its end. */
async function run(directory: string, what: 'fill' | 'run', afterMs = Infinity): Promise<boolean> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, directory, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: CACHE },
  })
  let said = ''
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ready = new Promise<void>((resolve) => {
    child.stdout!.on('data', (text) => {
      said += text
      if (said.includes('ready')) resolve()
    })
  })
  if (Number.isFinite(afterMs)) {
    await Promise.race([ready, ended])
    await Promise.race([setTimeout(afterMs), ended])
    child.kill('SIGKILL')
  }
  const code = await ended
  if (!Number.isFinite(afterMs)) assert.equal(code, 0, said)
  return said.includes('done')
}

async function outputOf(directory: string): Promise<readonly string[]> {
  const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
  const reader = broker.reader()
  const partition = { topic: outputTopic.name, partition: 0 }
  const found: FetchedRecord[] = []
  try {
    const { latest } = await broker.offsets(partition)
    reader.assign([{ ...partition, offset: 0 }])
    while (reader.position(partition) < latest) found.push(...(await reader.poll({ maxRecords: 10_000, maxWaitMs: 0 })))
  } finally {
    await reader.close()
    await broker.close()
  }
  return found.map(({ key, value, timestamp }) => `${Buffer.from(key!)} ${Buffer.from(value!)} ${timestamp}`)
}

test('kill -9 at any moment, 200 times, leaves the output of an uninterrupted run, to the byte', async () => {
  try {
    const filled = join(ROOT, 'filled')
    const calm = join(ROOT, 'calm')
    await run(filled, 'fill')
    cpSync(filled, calm, { recursive: true })
    assert.equal(await run(calm, 'run'), true)
    const expected = await outputOf(calm)
    assert.ok(expected.length > RECORDS, `${expected.length} results`)

    let kills = 0
    let rounds = 0
    let seed = 99
    const nextMs = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return (seed % (10 * LONGEST_LIFE_MS)) / 10
    }
    // Lanes share nothing but the count; a round ends when a child got to its end in spite of everything.
    const lane = async (name: number) => {
      while (kills < KILLS) {
        const directory = join(ROOT, `lane-${name}`)
        cpSync(filled, directory, { recursive: true })
        for (let isDone = false; !isDone; ) {
          isDone = await run(directory, 'run', kills < KILLS ? nextMs() : Infinity)
          if (!isDone) kills += 1
        }
        rounds += 1
        assert.deepEqual(await outputOf(directory), expected, `lane ${name}, after ${kills} kills`)
        rmSync(directory, { recursive: true })
      }
    }
    await Promise.all(Array.from({ length: LANES }, (_, name) => lane(name)))
    assert.ok(kills >= KILLS && rounds >= LANES)
  } finally {
    rmSync(ROOT, { recursive: true, force: true })
  }
})
