/**
 * The long form of test/chaos/stores-chaos.stores.test.ts.
 *
 *     npm run test:stores-chaos -- --minutes 10 --rate 2000 [--seed 1]
 */
import { parseArgs } from 'node:util'
import { runStoresChaos } from './stores-chaos.ts'

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})

const { report, ...counts } = await runStoresChaos({
  seconds: Number(options.minutes) * 60,
  rate: Number(options.rate),
  seed: Number(options.seed),
  exporterLivesMs: 4_000,
  elasticsearchLivesMs: 60_000,
  patienceMs: 20 * 60_000,
  say: (line) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`),
})
process.stdout.write(`${JSON.stringify({ seed: Number(options.seed), ...counts, report }, null, 2)}\n`)
const of = (what: string) => report.differences.filter((one) => one.what.startsWith(what)).length
process.stdout.write(
  `${counts.produced} records, the exporter killed ${counts.exporterDeaths} times, Elasticsearch ${counts.elasticsearchDeaths}: ${of('missing')} missing, ${of('twice')} double, ${of('different')} different\n`,
)
process.exitCode = report.differingMinutes === 0 ? 0 : 1
