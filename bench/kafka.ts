/**
 * Ours beside Kafka Streams: the same real broker, the same machine, the same records, run by run in turn. A windowed count
 * (one minute, tumbling) of 200-byte records with 1,000 keys in 4 partitions, commits every 100 ms, exactly once.
 *
 *     node bench/kafka.ts [--records 1000000] [--rounds 2] [--only eos,alo] [--at-least 1] [--json] [--save]
 *
 * Starts a broker of its own (deploy/dev-services/) unless JAVAS_KAFKA names one. Every count is checked. Ratios are ours by
 * Java's; above 1 ours is faster. `--at-least` fails when a ratio is below.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { KafkaCluster } from '../deploy/dev-services/kafka/kafka-cluster.ts'
import type { Side } from './kafka/counter-process.ts'
import { fillInput, openBenchBroker } from './kafka/input.ts'
import { type CountRun, measureCount } from './kafka/measure-count.ts'
import { measureLatency } from './kafka/measure-latency.ts'
import { percentiles } from './percentiles.ts'
import { report } from './report.ts'

const { values: flags } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string' },
    'at-least': { type: 'string', default: '0' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
})
const RECORDS = Number(flags.records)
const ROUNDS = Number(flags.rounds)
const CACHE_BYTES = 10 * 1024 * 1024
const MEBIBYTE = 1024 * 1024

interface Setting {
  readonly name: string
  readonly guarantee: 'exactly_once_v2' | 'at_least_once'
  readonly threads: number
  readonly cacheBytes: number
  readonly sides: readonly Side[]
}

const both = ['java', 'ours'] as const
const exactly = { guarantee: 'exactly_once_v2', threads: 1, cacheBytes: CACHE_BYTES, sides: both } as const
const settings: readonly Setting[] = [
  { name: 'eos', ...exactly },
  { name: 'eos_no_cache', ...exactly, cacheBytes: 0 },
  { name: 'eos_2_threads', ...exactly, threads: 2 },
  // Ours has no weaker guarantee to offer: this is the price of exactly once, and Java's without it.
  { name: 'alo', ...exactly, guarantee: 'at_least_once', sides: ['java'] },
]

const median = (values: readonly number[]) => percentiles(values)(50)
const middle = (runs: readonly CountRun[], of: (run: CountRun) => number) => median(runs.map(of))

const own = process.env.JAVAS_KAFKA ? undefined : await KafkaCluster.start({ name: 'bench', heapMb: 1024 })
const bootstrap = process.env.JAVAS_KAFKA ?? own!.bootstrap
const folder = mkdtempSync(join(tmpdir(), 'bench-kafka-'))
const broker = await openBenchBroker(bootstrap, folder)
const id = `bench-${process.pid}`
const input = `${id}-input`
const figures: { [name: string]: number } = {}
let serial = 0

async function compare(setting: Setting): Promise<void> {
  const runs: { [side in Side]: CountRun[] } = { java: [], ours: [] }
  for (let round = 0; round < ROUNDS; round++)
    for (const side of round % 2 === 0 ? setting.sides : [...setting.sides].reverse()) {
      const restores = setting.name === 'eos_no_cache' && round === 0
      const name = `${id}-${side}-${++serial}`
      const run = await measureCount({ ...setting, bootstrap, broker, input, records: RECORDS, side, name, restores })
      runs[side].push(run)
      process.stderr.write(
        `${setting.name} ${side}: ${Math.round(run.recordsPerSecond)} records/s, ${run.startToEndSeconds.toFixed(1)} s from start to end, ${run.updates} updates, ${run.cpuSeconds.toFixed(1)} CPU s, ${Math.round(run.peakBytes / MEBIBYTE)} MiB${run.restoredPerSecond ? `, restores ${Math.round(run.restoredPerSecond)}/s` : ''}\n`,
      )
    }
  for (const side of setting.sides) {
    const of = runs[side]
    figures[`${setting.name}_${side}_records_per_s`] = Math.round(middle(of, (run) => run.recordsPerSecond))
    figures[`${setting.name}_${side}_start_to_end_s`] = middle(of, (run) => run.startToEndSeconds)
    figures[`${setting.name}_${side}_records_per_cpu_s`] = Math.round(middle(of, (run) => run.recordsPerCpuSecond))
    figures[`${setting.name}_${side}_updates`] = middle(of, (run) => run.updates)
    figures[`${setting.name}_${side}_cpu_s`] = middle(of, (run) => run.cpuSeconds)
    figures[`${setting.name}_${side}_peak_mib`] = Math.round(middle(of, (run) => run.peakBytes) / MEBIBYTE)
    const restored = of.find(({ restoredPerSecond }) => restoredPerSecond !== undefined)?.restoredPerSecond
    if (restored !== undefined) figures[`${side}_restore_records_per_s`] = Math.round(restored)
  }
  if (setting.sides.length === 2)
    figures[`${setting.name.replace(/^eos/, 'eos_ratio')}`] =
      figures[`${setting.name}_ours_records_per_s`]! / figures[`${setting.name}_java_records_per_s`]!
}

async function compareLatency(): Promise<void> {
  const speeds = both.map((side) => figures[`eos_no_cache_${side}_records_per_s`]!)
  const rate = Math.round(Math.min(...speeds) / 2)
  figures.latency_at_records_per_s = rate
  for (const side of both) {
    const { p50Ms, p99Ms } = await measureLatency(side, { bootstrap, broker, rate, name: `${id}-latency-${side}` })
    figures[`latency_${side}_p50_ms`] = p50Ms
    figures[`latency_${side}_p99_ms`] = p99Ms
    process.stderr.write(`latency ${side} at ${rate}/s: p50 ${p50Ms} ms, p99 ${p99Ms} ms\n`)
  }
}

try {
  await fillInput(broker, input, RECORDS)
  process.stderr.write(`${RECORDS} records are there\n`)
  for (const setting of settings)
    if (flags.only === undefined || flags.only.split(',').includes(setting.name)) await compare(setting)
  if (figures.eos_ratio_no_cache !== undefined) await compareLatency()
  const eos = figures.eos_ours_records_per_s
  // Ours exactly once beside Java's at least once.
  if (eos !== undefined && figures.alo_java_records_per_s !== undefined)
    figures.eos_ours_to_alo_java = eos / figures.alo_java_records_per_s
  report({ name: 'kafka', figures })
  const slow = Object.entries(figures).filter(
    ([name, value]) => /ratio/.test(name) && value < Number(flags['at-least']),
  )
  for (const [name, value] of slow) process.stderr.write(`${name} is ${value.toFixed(2)}, below ${flags['at-least']}\n`)
  if (slow.length > 0) process.exitCode = 1
} finally {
  await broker.deleteTopics([input]).catch(() => {})
  await broker.close()
  await own?.stop()
  rmSync(folder, { recursive: true, force: true })
}
