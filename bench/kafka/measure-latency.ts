import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Broker } from '#topology'
import { command } from '../../deploy/dev-services/commands.ts'
import { javaPeerClassPath } from '../../test/java-peer/java-peer.ts'
import { CounterProcess, type Side } from './counter-process.ts'
import { deleteRun, KEYS, topicOf } from './input.ts'

export interface Latency {
  readonly p50Ms: number
  readonly p99Ms: number
}

/** A JVM needs that long to compile what it runs; whoever fell behind meanwhile has to have caught up. */
const WARM_UP_S = 15
const SECONDS = 15

/**
 * From a record's `send` to its committed count in a consumer's hands, at a steady rate; one probe for both sides. Without a
 * cache, so that every record has a count of its own.
 */
export async function measureLatency(
  side: Side,
  options: { readonly bootstrap: string; readonly broker: Broker; readonly name: string; readonly rate: number },
): Promise<Latency> {
  const { bootstrap, broker, name, rate } = options
  const [input, output] = [`${name}-input`, `${name}-counts`]
  await broker.createTopics([topicOf(input), topicOf(output)])
  const folder = mkdtempSync(join(tmpdir(), 'bench-kafka-'))
  try {
    const process = await CounterProcess.start(side, {
      bootstrap,
      application: name,
      input,
      output,
      guarantee: 'exactly_once_v2',
      threads: 1,
      commitMs: 100,
      cacheBytes: 0,
      stateFolder: folder,
    })
    const probe = [bootstrap, input, output, rate, WARM_UP_S, SECONDS, KEYS].map((value) =>
      String(Math.round(Number(value)) || value),
    )
    const text = await command(
      'java',
      ['-Dlog4j2.level=ERROR', '-cp', javaPeerClassPath(), 'LatencyProbe', ...probe],
      120_000,
    )
    await process.stop()
    const [, outputs, p50, p99] = /latency (\d+) (-?\d+) (-?\d+)/.exec(text) ?? []
    const expected = Math.round(rate) * SECONDS
    // The first and the last ms of the counted seconds may fall to either side.
    if (Math.abs(Number(outputs) - expected) > expected * 0.02)
      throw new Error(`${side} gave ${outputs} counts for ${expected} records`)
    return { p50Ms: Number(p50), p99Ms: Number(p99) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await deleteRun(broker, name).catch(() => {})
  }
}
