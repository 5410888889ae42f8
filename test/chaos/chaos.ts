/**
 * A real cluster of three brokers, three workers and bad luck: kill -9, stalls, cut and silent networks, rolling restarts,
 * lost disks, brokers and coordinators killed. Afterwards every output has to equal a recomputation of the input: nothing
 * lost, nothing twice, in order; a second client has read the same; and Kafka's own tools find nothing to complain of.
 *
 *     node test/chaos/chaos.ts [--minutes 10] [--rate 5000] [--seed N] [--standby 0] [--json] [--save]
 *
 * Prints its seed; the troubles of a seed are the same, their timing is the machine's. `--save` keeps the result in
 * test/chaos/results/.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ChaosRun } from './chaos-run.ts'

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '5000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    standby: { type: 'string', default: '0' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
})

const began = performance.now()
const say = (line: string) => {
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  process.stdout.write(`${seconds.padStart(7)} s  ${line}\n`)
}

const run = new ChaosRun({
  seed: Number(flags.seed),
  forMs: Number(flags.minutes) * 60_000,
  rate: Number(flags.rate),
  standbyReplicas: Number(flags.standby),
  say,
})
say(`seed ${flags.seed}, ${flags.minutes} minutes, ${flags.rate} records/s`)
const result = await run.result()
const text = JSON.stringify(result, null, 2)
if (flags.save) {
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `chaos-${new Date().toISOString().slice(0, 10)}-seed-${flags.seed}.json`), `${text}\n`)
}
process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${text}\n`)
process.exitCode = result.isRight ? 0 : 1
