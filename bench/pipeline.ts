/**
 * The whole analysis as `npm start` runs it (every processor, the sentiment model in its thread, the archive in its):
 * how many messages a second get from the log into the archive, and where the analysis spends its time.
 *
 *     node bench/pipeline.ts [--messages 100000] [--channels 4] [--json]
 *
 * The log is filled before the clock starts; the clock stops when the last message is committed in the archive.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Analysis } from '#app/analysis.ts'
import { dataFiles, readConfig } from '#app/config.ts'
import { superviseWorker } from '#app/embedded/supervised-worker.ts'
import { createLog } from '#app/log.ts'
import { prepareTopics } from '#app/prepare-topics.ts'
import { recordsOf } from '#app/produce.ts'
import { isWritten } from '#processors/is-written.ts'
import { topics } from '#schemas/topics.ts'
import { openArchiveReader } from '#sinks/sqlite-archive.ts'
import { openSqliteBroker } from '#topology'
import { demoMessages } from './demo-messages.ts'
import { report } from './report.ts'

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' },
    channels: { type: 'string', default: '4' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
})
const directory = mkdtempSync(join(tmpdir(), 'javas-bench-'))
const config = { ...readConfig({}), dataDirectory: directory }
const log = createLog('bench', 'warn')
const broker = await openSqliteBroker({ directory })
await prepareTopics(broker)

const messages = demoMessages(Number(values.messages), Number(values.channels), 500)
/** What the archive counts: text and paid messages. */
const written = messages.filter(({ kind }) => isWritten(kind)).length
const producer = broker.producer()
const toRecord = recordsOf(broker, topics.chatMessages)
for (let first = 0; first < messages.length; first += 1_000)
  await producer.send(
    messages.slice(first, first + 1_000).map((message) => toRecord(message.channelId, message, message.timestamp)),
  )
await producer.close()

const analysis = await Analysis.open({ broker, config, log, measureNodes: true })
const archiving = superviseWorker({
  name: 'export',
  file: new URL('../app/embedded/export-worker.ts', import.meta.url),
  data: { config },
  log,
})
await archiving.ready
const archive = openArchiveReader(dataFiles(directory).archive)

const began = performance.now()
const cpuBefore = process.cpuUsage()
await analysis.start()
let analyzedMs = 0
for (let done = false; !done; ) {
  await sleep(50)
  if (!analyzedMs) {
    const metrics = await analysis.metrics()
    const processed = metrics?.tasks.reduce((sum, task) => sum + task.nodes['analyzed-messages']!.processed, 0) ?? 0
    if (processed >= messages.length) analyzedMs = performance.now() - began
  }
  const stored = (await archive.broadcasts()).reduce((sum, broadcast) => sum + broadcast.messages, 0)
  done = stored >= written
}
const totalMs = performance.now() - began
const cpu = process.cpuUsage(cpuBefore)
const metrics = await analysis.metrics()
const nodes: { [name: string]: number } = {}
for (const task of metrics?.tasks ?? [])
  for (const [name, { selfMs }] of Object.entries(task.nodes)) nodes[name] = (nodes[name] ?? 0) + selfMs

await analysis.close()
await archiving.stop()
await archive.close()
await broker.close()
rmSync(directory, { recursive: true, force: true })

report({
  name: 'pipeline',
  figures: {
    messages: messages.length,
    messages_per_s: messages.length / (totalMs / 1000),
    // Of every thread, collections and compiling too: what is left to say on a machine that does other work.
    cpu_us_per_message: (cpu.user + cpu.system) / messages.length,
    analysis_messages_per_s: messages.length / ((analyzedMs || totalMs) / 1000),
    ...Object.fromEntries(
      Object.entries(nodes)
        .filter(([, ms]) => ms > 0)
        .sort(([, a], [, b]) => b - a)
        .map(([name, ms]) => [`node_${name.replaceAll('-', '_')}_us`, (ms * 1000) / messages.length]),
    ),
  },
})
