import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Broker } from '#topology'
import { command } from '../../deploy/dev-services/commands.ts'
import { javaPeerClassPath } from '../../test/java-peer/java-peer.ts'
import { CounterProcess, type Side } from './counter-process.ts'
import { committedRecords, deleteRun, expectedCounts, topicOf } from './input.ts'

export interface CountOptions {
  readonly bootstrap: string
  readonly broker: Broker
  readonly input: string
  readonly records: number
  readonly side: Side
  readonly guarantee: 'exactly_once_v2' | 'at_least_once'
  readonly threads: number
  readonly cacheBytes: number
  /** Not used by any other run. */
  readonly name: string
  /** Afterwards the same application starts once more with no local state. */
  readonly restores: boolean
}

export interface CountRun {
  readonly recordsPerSecond: number
  /** From the start of the process to the commit of the last record: what a cold start costs is in it. */
  readonly startToEndSeconds: number
  /** Of the counting process, while it counted. */
  readonly cpuSeconds: number
  readonly recordsPerCpuSecond: number
  readonly peakBytes: number
  /** Updates it forwarded. */
  readonly updates: number
  readonly restoredPerSecond?: number
}

const POLL_MS = 25
const LIMIT_MS = 300_000
const COMMIT_MS = 100

/** Counts the whole input once. Timed from outside: from the first commit that is seen to the one of the last record. */
export async function measureCount(options: CountOptions): Promise<CountRun> {
  const { bootstrap, broker, input, records, side, guarantee, threads, cacheBytes, name } = options
  const output = `${name}-counts`
  await broker.createTopics([topicOf(output)])
  const folder = mkdtempSync(join(tmpdir(), 'bench-kafka-'))
  const counter = {
    bootstrap,
    application: name,
    input,
    output,
    guarantee,
    threads,
    cacheBytes,
    commitMs: COMMIT_MS,
    stateFolder: join(folder, 'first'),
  }
  try {
    const process = CounterProcess.spawn(side, counter)
    // Threads that are ready work while others still start.
    const counted = await timed(process, broker, name, input, records)
    await process.stop()
    const updates = await checkCounts(bootstrap, output, records, guarantee === 'exactly_once_v2')
    if (!options.restores) return { ...counted, updates }
    const again = await CounterProcess.start(side, { ...counter, stateFolder: join(folder, 'second') })
    const { restored } = again
    await again.stop()
    if (!restored) throw new Error(`${side} restored nothing`)
    return { ...counted, updates, restoredPerSecond: (restored.records * 1000) / restored.ms }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await deleteRun(broker, name).catch(() => {})
  }
}

async function timed(process: CounterProcess, broker: Broker, group: string, input: string, records: number) {
  const began = performance.now()
  let first: { readonly at: number; readonly records: number; readonly cpuSeconds: number } | undefined
  for (;;) {
    const done = await committedRecords(broker, group, input)
    const at = performance.now()
    if (done > 0) first ??= { at, records: done, cpuSeconds: process.cpuSeconds() }
    if (done >= records) {
      const cpuSeconds = process.cpuSeconds() - first!.cpuSeconds
      const counted = records - first!.records
      return {
        recordsPerSecond: (counted * 1000) / (at - first!.at),
        startToEndSeconds: (at - began) / 1000,
        cpuSeconds,
        recordsPerCpuSecond: counted / cpuSeconds,
        peakBytes: process.peakBytes(),
      }
    }
    if (!process.isAlive) throw new Error(`${group} ended after ${done} of ${records} records`)
    if (at - began > LIMIT_MS) throw new Error(`${group} committed ${done} of ${records} records in ${LIMIT_MS} ms`)
    await sleep(POLL_MS)
  }
}

/** A fast wrong answer is none. The same reader for both sides; returns how many updates there were. */
async function checkCounts(bootstrap: string, output: string, records: number, isExact: boolean): Promise<number> {
  const text = await command(
    'java',
    ['-Dlog4j2.level=ERROR', '-cp', javaPeerClassPath(), 'ReadCounts', bootstrap, output],
    120_000,
  )
  const expected = expectedCounts(records)
  let updates = 0
  let keys = 0
  for (const line of text.trim().split('\n')) {
    if (line.startsWith('back ')) {
      if (isExact) throw new Error(`${output}: the count of ${line.slice(5)} went back`)
    } else if (line.startsWith('records ')) updates = Number(line.slice(8))
    else {
      const [key, count] = line.split('\t')
      keys += 1
      if (Number(count) !== expected.get(key!))
        throw new Error(`${output}: ${key} is ${count}, not ${expected.get(key!)}`)
    }
  }
  if (keys !== expected.size) throw new Error(`${output} has ${keys} counts of ${expected.size}`)
  return updates
}
