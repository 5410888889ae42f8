/**
 * One role alone on the data folder, in this process. The folder belongs to one process at a time, so roles run one
 * after another here; side by side they run on Kafka.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { topics } from '#schemas/topics.ts'
import { archiveTopicsOf, runArchiveSink } from '#sinks/archive-sink.ts'
import { openArchiveReader, openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { openAccounts } from '../../dashboard/accounts/account-store.ts'
import { createDashboardServer } from '../../dashboard/server.ts'
import { Analysis } from '../analysis.ts'
import { archiveProgressLog } from '../archive-progress-log.ts'
import { createCollector } from '../collect/create-collector.ts'
import { produceRequest, produceSettings } from '../collect/requests.ts'
import { dataFiles, readConfig } from '../config.ts'
import { dashboardCommands } from '../dashboard-commands.ts'
import { JavasError } from '../errors.ts'
import { exportMessages } from '../export-messages.ts'
import { hasUnread } from '../has-unread.ts'
import { createLog } from '../log.ts'
import { openLog } from '../open-data.ts'
import { requestOf } from '../request-of.ts'
import { describeSystem } from '../system/describe-system.ts'
import { Rates } from '../system/rates.ts'
import { untilStopped } from '../until-stopped.ts'

export async function collect({ link = [] }: { readonly link?: readonly string[] }): Promise<void> {
  const config = readConfig()
  const log = createLog('collect', config.logLevel)
  const { broker, close } = await openLog(config)
  const producer = broker.producer()
  const { collector } = createCollector(broker, producer, log, config.sources)
  for (const one of link)
    await produceRequest(broker, producer, requestOf(one, { by: 'cli', isOwner: true, at: Date.now() }))
  const running = collector.run()
  await Promise.race([running, untilStopped(log)])
  await collector.stop()
  await producer.close()
  await close()
}

interface UntilOptions {
  readonly untilCaughtUp?: boolean
}

export async function analyze({ untilCaughtUp }: UntilOptions): Promise<void> {
  const config = readConfig()
  const log = createLog('analyze', config.logLevel)
  const { broker, close } = await openLog(config)
  const analysis = await Analysis.open({ broker, config, log })
  await analysis.start()
  await Promise.race([analysis.failed, untilCaughtUp ? analysis.caughtUp() : untilStopped(log)])
  await analysis.close()
  await close()
}

export async function exportRole({ untilCaughtUp }: UntilOptions): Promise<void> {
  const config = readConfig()
  const log = createLog('export', config.logLevel)
  const { broker, close } = await openLog(config)
  const writer = await openArchiveWriter(dataFiles(config.dataDirectory).archive)
  const stop = new AbortController()
  const running = runArchiveSink({ broker, writer, signal: stop.signal, onProgress: archiveProgressLog(log) })
  const caughtUp = async () => {
    while (await hasUnread(broker, archiveTopicsOf(topics), await writer.positions())) await sleep(100)
  }
  await Promise.race([running, untilCaughtUp ? caughtUp() : untilStopped(log)])
  stop.abort()
  await running
  await writer.close()
  await close()
}

export async function dashboard(options: { readonly port?: number; readonly host?: string }): Promise<void> {
  const config = readConfig()
  const log = createLog('dashboard', config.logLevel)
  const startedAt = Date.now()
  const { broker, close } = await openLog(config)
  const files = dataFiles(config.dataDirectory)
  await (await openArchiveWriter(files.archive)).close()
  const archive = openArchiveReader(files.archive)
  const accounts = await openAccounts({ path: files.accounts })
  const producer = broker.producer()
  const statuses = { collect: null, analyze: null, export: null }
  const server = await createDashboardServer({
    broker,
    archive,
    accounts,
    host: options.host ?? config.host,
    port: options.port ?? config.port,
    hostNames: config.allowedHosts,
    exportMessages: exportMessages(archive),
    commands: dashboardCommands(
      {
        request: (request) => produceRequest(broker, producer, request),
        settings: (settings) => produceSettings(broker, producer, settings),
        deleteBroadcast: async () => {
          throw new JavasError(
            'ROLE_ALONE',
            'the dashboard runs alone and cannot change the archive: run "javas start"',
          )
        },
      },
      { watched: () => [], settings: (channelId) => server.hub.settings(channelId) },
    ),
    describe: () => describeSystem({ broker, statuses, workers: {}, rates: new Rates(), startedAt }),
  })
  process.stdout.write(`open ${server.url}\n`)
  await untilStopped(log)
  await server.close()
  await producer.close()
  await accounts.close()
  await archive.close()
  await close()
}
