/**
 * The long form of test/chaos/stores-chaos.stores.test.ts.
 *
 *     npm run test:stores-chaos -- --minutes 10 --rate 2000 [--record mongodb] [--lives 4] [--seed 1]
 *
 * `--lives` is the mean time between two deaths of the exporter, in seconds; it has to be longer than its start takes.
 */
import { parseArgs } from 'node:util'
import { runStoresChaos } from './stores-chaos.ts'

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    record: { type: 'string', default: 'sqlite' },
    rate: { type: 'string', default: '2000' },
    lives: { type: 'string', default: '4' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})

const { record } = options
if (record !== 'sqlite' && record !== 'mongodb') throw new Error(`--record ${record}: sqlite or mongodb`)

const { report, ...counts } = await runStoresChaos({
  record,
  seconds: Number(options.minutes) * 60,
  rate: Number(options.rate),
  seed: Number(options.seed),
  exporterLivesMs: Number(options.lives) * 1_000,
  elasticsearchLivesMs: 60_000,
  mongoTroubleMs: 5_000,
  patienceMs: 20 * 60_000,
  say: (line) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`),
})
process.stdout.write(`${JSON.stringify({ seed: Number(options.seed), ...counts, report }, null, 2)}\n`)
const of = (what: string) => report.differences.filter((one) => one.what.startsWith(what)).length
const troubles = Object.entries(counts.mongoTroubles).map(([what, times]) => `${what} ${times} times`)
process.stdout.write(
  [
    `${counts.produced} records (${Math.round(counts.produced / (Number(options.minutes) * 60))}/s), the exporter killed ${counts.exporterDeaths} times, Elasticsearch ${counts.elasticsearchDeaths}`,
    ...(troubles.length > 0 ? [`; the way to MongoDB ${troubles.join(', ')}`] : []),
    `: ${of('missing')} missing, ${of('twice')} double, ${of('different')} different; ${counts.counted} counted of ${report.messages.record} in the record\n`,
  ].join(''),
)
process.exitCode = report.differingMinutes === 0 && counts.counted === report.messages.record ? 0 : 1
