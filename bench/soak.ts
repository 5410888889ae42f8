/**
 * Memory over time at a steady rate: `node bench/soak.ts [--minutes 10] [--rate 200] [--json]`.
 *
 * Resident memory of the whole process, with every thread and the pages of the node binary, is sampled every 5 s; the
 * slope is a least-squares line over the second half, after the caches are warm.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { report } from './report.ts'
import { startJavas } from './running-javas.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '200' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
})
const minutes = Number(values.minutes)
// The very first start of a checkout compiles everything, with a compiler in each thread; what runs for days is a later one.
await (await startJavas()).stop()
const javas = await startJavas()
const samples: { readonly hours: number; readonly megabytes: number }[] = []
try {
  await javas.watch('demo', { rate: values.rate })
  const began = Date.now()
  while (Date.now() - began < minutes * 60_000) {
    await sleep(5_000)
    samples.push({ hours: (Date.now() - began) / 3_600_000, megabytes: javas.residentBytes() / 1e6 })
    if (samples.length % 12 === 0)
      process.stderr.write(`${(samples.length / 12).toFixed(0)} min: ${samples.at(-1)!.megabytes.toFixed(0)} MB\n`)
  }
} finally {
  await javas.stop()
}

const warm = samples.slice(Math.floor(samples.length / 2))
report({
  name: 'soak',
  figures: {
    minutes,
    messages_per_s: Number(values.rate),
    rss_mb: samples.at(-1)!.megabytes,
    rss_max_mb: Math.max(...samples.map(({ megabytes }) => megabytes)),
    slope_mb_per_h: slope(warm),
  },
})

function slope(points: readonly { readonly hours: number; readonly megabytes: number }[]): number {
  const mean = (pick: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length
  const x = mean(({ hours }) => hours)
  const y = mean(({ megabytes }) => megabytes)
  const covariance = mean((point) => (point.hours - x) * (point.megabytes - y))
  return covariance / mean((point) => (point.hours - x) ** 2)
}
