/**
 * What telemetry costs: the analysis of the same messages without any of it, and with metrics scraped every second, time per
 * node, and one message in a hundred traced to a collector. Asked: less than 3 % of the throughput.
 *
 *     node bench/telemetry.ts [--messages 40000] [--rounds 4] [--json]
 *
 * Rounds alternate, and the first pair is thrown away; compared is processor time, which neighbours on the machine disturb
 * less than the rate.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Analysis } from '#app/analysis.ts'
import { type Config, readConfig } from '#app/config.ts'
import type { WorkerStatuses } from '#app/embedded/status.ts'
import { createLog } from '#app/log.ts'
import { processMeasures } from '#app/measures/process-measures.ts'
import { roleMeasures } from '#app/measures/role-measures.ts'
import { prepareTopics } from '#app/prepare-topics.ts'
import { recordsOf } from '#app/produce.ts'
import { openMetrics } from '#app/telemetry.ts'
import { tracesOf } from '#app/traces.ts'
import { topics } from '#schemas/topics.ts'
import { openSqliteBroker } from '#topology'
import { demoMessages } from './demo-messages.ts'
import { report } from './report.ts'

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '40000' },
    rounds: { type: 'string', default: '4' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
})
const log = createLog('bench', 'warn')
const messages = demoMessages(Number(values.messages), 4, 500)

/** Takes everything, in a process of its own: its work is not ours. */
const collector = spawn(process.execPath, [
  '-e',
  `const s = require('node:http').createServer((q, a) => { q.resume(); q.on('end', () => a.end('{}')) })
   s.listen(0, '127.0.0.1', () => console.log(s.address().port))`,
])
const port = Number(String((await once(collector.stdout, 'data'))[0]))

interface Cost {
  readonly cpuUs: number
  readonly perSecond: number
}

async function measure(isOn: boolean): Promise<Cost> {
  const directory = mkdtempSync(join(tmpdir(), 'javas-bench-'))
  const config: Config = {
    ...readConfig({}),
    dataDirectory: directory,
    ...(isOn && {
      metrics: { host: '127.0.0.1', port: 0 },
      traces: { otlp: `http://127.0.0.1:${port}`, sampled: 0.01 },
    }),
  }
  const broker = await openSqliteBroker({ directory })
  await prepareTopics(broker)
  const producer = broker.producer()
  const toRecord = recordsOf(broker, topics.chatMessages)
  const source = await tracesOf('collect', config)
  for (let first = 0; first < messages.length; first += 1_000)
    await producer.send(
      messages.slice(first, first + 1_000).map((message) => {
        const record = toRecord(message.channelId, message, message.timestamp)
        const trace = source?.begin('collect', {})
        trace?.end()
        return trace ? { ...record, headers: [trace.header] } : record
      }),
    )
  await producer.close()
  await source?.close()

  const analysis = await Analysis.open({ broker, config, log })
  const scraping = isOn ? scrape(analysis) : null
  const [began, used] = [performance.now(), process.cpuUsage()]
  await analysis.start()
  await analysis.caughtUp()
  const [tookMs, { user, system }] = [performance.now() - began, process.cpuUsage(used)]
  await scraping?.end()
  await analysis.close()
  await broker.close()
  rmSync(directory, { recursive: true, force: true })
  return { cpuUs: (user + system) / messages.length, perSecond: messages.length / (tookMs / 1000) }
}

/** As Prometheus does, fifteen times as often. */
function scrape(analysis: Analysis) {
  const ofProcess = processMeasures()
  const statuses: WorkerStatuses = { collect: null, analyze: null, export: null }
  const metrics = openMetrics({
    role: 'analyze',
    measures: () => [
      ...ofProcess.measures,
      ...roleMeasures(
        () => statuses,
        () => true,
      ),
    ],
  })
  const timer = setInterval(async () => {
    statuses.analyze = await analysis.status()
    await metrics.text()
  }, 1_000)
  return {
    async end() {
      clearInterval(timer)
      ofProcess.close()
      await metrics.close()
    },
  }
}

const costs: { readonly off: Cost[]; readonly on: Cost[] } = { off: [], on: [] }
for (let round = 0; round <= Number(values.rounds); round++)
  // Off, on; on, off: whatever grows slowly falls on both.
  for (const isOn of round % 2 === 0 ? [false, true] : [true, false]) {
    const cost = await measure(isOn)
    if (round > 0) costs[isOn ? 'on' : 'off'].push(cost)
  }
collector.kill()

const median = (of: readonly Cost[], pick: (cost: Cost) => number) =>
  of.map(pick).sort((a, b) => a - b)[Math.floor(of.length / 2)]!
const cpu = ({ cpuUs }: Cost) => cpuUs
const rate = ({ perSecond }: Cost) => perSecond
report({
  name: 'telemetry',
  figures: {
    messages: messages.length,
    off_cpu_us: median(costs.off, cpu),
    on_cpu_us: median(costs.on, cpu),
    cpu_ratio: median(costs.on, cpu) / median(costs.off, cpu),
    off_messages_per_s: median(costs.off, rate),
    on_messages_per_s: median(costs.on, rate),
    rate_ratio: median(costs.on, rate) / median(costs.off, rate),
  },
})
