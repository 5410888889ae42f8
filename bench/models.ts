/**
 * The sentiment model's back ends side by side, each in a process of its own, the model in a worker thread as in the product.
 *
 *     npm run bench:models -- [--seconds N] [--rounds N] [--backends wasm,native] [--directory FOLDER] [--json] [--save]
 *
 * For every batch size: messages a second with two batches in hand, the same by processor time (ratios are of these), and p50 and p99 of one batch at a time. Then what a message
 * waits that comes alone, 200 and 2,000 a second, behind the batching of the product. Memory is what the process grew by.
 */
import { fork } from 'node:child_process'
import { parseArgs } from 'node:util'
import { type BackendName, installedBackends } from '#models/tensorflow-backend.ts'
import { textTable } from '../app/text-table.ts'
import type { BackendFigures, MeasureBackend } from './models/measure-backend.ts'
import { medianOf } from './models/median-of.ts'
import { report } from './report.ts'

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    backends: { type: 'string', default: installedBackends().join(',') },
    directory: { type: 'string' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})

function measure(backend: BackendName): Promise<BackendFigures> {
  const child = fork(new URL('./models/measure-backend.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr!.on('data', (text) => {
    said = `${said}${text}`.slice(-4_000)
  })
  child.send({
    backend,
    seconds: Number(options.seconds),
    ...(options.directory !== undefined && { directory: options.directory }),
  } satisfies MeasureBackend)
  return new Promise((resolve, reject) => {
    child.once('message', (figures) => resolve(figures as BackendFigures))
    child.once('exit', (code) => code !== 0 && reject(new Error(`${backend} ended with ${code}:\n${said}`)))
  })
}

const names = options.backends.split(',') as BackendName[]
// Interleaved, so that what else the machine does hits all of them; each figure is the median of its rounds.
const rounds: BackendFigures[][] = []
for (let round = 0; round < Number(options.rounds); round++) {
  const figures: BackendFigures[] = []
  for (const name of names) figures.push(await measure(name))
  rounds.push(figures)
}
const all = names.map((_, i) => medianOf(rounds.map((figures) => figures[i]!)))

const base = all[0]!
const one = (value: number) => value.toFixed(value < 10 ? 2 : 0)
process.stdout.write(`${base.model}, chat lines of ${base.median} characters (median), one thread\n\n`)
for (const line of textTable(
  ['back end', 'batch', 'messages/s', 'a CPU-second', `of ${base.backend}`, 'p50 ms', 'p99 ms'],
  all.flatMap(({ backend, batches }) =>
    batches.map(({ batch, perSecond, perCpuSecond, p50, p99 }, i) => [
      backend,
      String(batch),
      String(Math.round(perSecond)),
      String(Math.round(perCpuSecond)),
      `${(perCpuSecond / base.batches[i]!.perCpuSecond).toFixed(2)} x`,
      one(p50),
      one(p99),
    ]),
  ),
))
  process.stdout.write(line)
process.stdout.write('\n')
for (const line of textTable(
  [
    'back end',
    'cold start ms',
    `of ${base.backend}`,
    'memory MB',
    `of ${base.backend}`,
    'alone 200/s p50, p99 ms',
    '2,000/s p50, p99 ms',
    'beside a candidate',
    'read by it',
  ],
  all.map(({ backend, coldStartMs, memoryMb, alone, besideCandidate }) => [
    backend,
    String(Math.round(coldStartMs)),
    `${(coldStartMs / base.coldStartMs).toFixed(2)} x`,
    String(Math.round(memoryMb)),
    `${(memoryMb / base.memoryMb).toFixed(2)} x`,
    ...alone.map(({ p50, p99 }) => `${one(p50)}, ${one(p99)}`),
    `${besideCandidate.share.toFixed(2)} x`,
    `${Math.round(besideCandidate.read * 100)} %`,
  ]),
))
  process.stdout.write(line)
process.stdout.write('\n')

const figures: Record<string, number> = {}
for (const { backend, batches, coldStartMs, memoryMb, alone, besideCandidate } of all) {
  for (const { batch, perSecond, perCpuSecond, p50, p99 } of batches) {
    figures[`${backend}_batch_${batch}_messages_per_cpu_s`] = Math.round(perCpuSecond)
    figures[`${backend}_batch_${batch}_messages_per_s`] = Math.round(perSecond)
    figures[`${backend}_batch_${batch}_p50_ms`] = p50
    figures[`${backend}_batch_${batch}_p99_ms`] = p99
  }
  for (const { rate, p50, p99, longestWaitMs } of alone) {
    figures[`${backend}_alone_${rate}_p50_ms`] = p50
    figures[`${backend}_alone_${rate}_p99_ms`] = p99
    figures[`${backend}_alone_${rate}_longest_wait_ms`] = longestWaitMs
  }
  figures[`${backend}_beside_candidate_share`] = besideCandidate.share
  figures[`${backend}_candidate_read_share`] = besideCandidate.read
  figures[`${backend}_cold_start_ms`] = Math.round(coldStartMs)
  figures[`${backend}_memory_mb`] = Math.round(memoryMb)
}
report({ name: 'bench:models', figures })
