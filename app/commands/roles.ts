/**
 * One role alone in this process. With JAVAS_KAFKA it shares the work with others on the cluster; without, it works on
 * the data folder, which belongs to one process at a time.
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
import {
  produceActions,
  produceAlertAction,
  produceRequest,
  produceRules,
  produceSettings,
} from '../collect/requests.ts'
import { openReplays } from '../compare/open-replays.ts'
import { type Config, dataFiles, readConfig } from '../config.ts'
import { dashboardCommands } from '../dashboard-commands.ts'
import { JavasError } from '../errors.ts'
import { evidenceKey } from '../evidence/evidence-key.ts'
import { exportMessages } from '../export-messages.ts'
import { hasUnread } from '../has-unread.ts'
import { logOf } from '../log.ts'
import { modelsSource } from '../models/describe-models.ts'
import { modelsOnDemand } from '../models/models-on-demand.ts'
import { alarmsSource } from '../notify/alarms-source.ts'
import { dryRunInThread } from '../notify/dry-run-in-thread.ts'
import { startNotify } from '../notify/notify.ts'
import { openLog } from '../open-data.ts'
import { fetchPictures } from '../pictures/fetch-picture.ts'
import { openReports } from '../report/open-reports.ts'
import { requestOf } from '../request-of.ts'
import { keepRetention } from '../retention/retention-job.ts'
import { secondFactorKey } from '../second-factor-key.ts'
import { describeSystem } from '../system/describe-system.ts'
import { Rates } from '../system/rates.ts'
import { untilStopped } from '../until-stopped.ts'
import { version } from '../version.ts'
import { clusterOf } from './cluster-of.ts'

export async function collect({ link = [] }: { readonly link?: readonly string[] }): Promise<void> {
  const config = readConfig()
  if (config.cluster) return (await import('../cluster/collect-role.ts')).collectOnCluster(config, { link })
  const log = aloneLog('collect', config)
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

export async function analyze({ untilCaughtUp = false }: UntilOptions): Promise<void> {
  const config = readConfig()
  if (config.cluster) return (await import('../cluster/analyze-role.ts')).analyzeOnCluster(config, { untilCaughtUp })
  const log = aloneLog('analyze', config)
  const { broker, close } = await openLog(config)
  const analysis = await Analysis.open({ broker, config, log })
  await analysis.start()
  await Promise.race([analysis.failed, untilCaughtUp ? analysis.caughtUp() : untilStopped(log)])
  await analysis.close()
  await close()
}

export async function exportRole({ untilCaughtUp = false }: UntilOptions): Promise<void> {
  const config = readConfig()
  if (config.cluster) return (await import('../cluster/export-role.ts')).exportOnCluster(config, { untilCaughtUp })
  const log = aloneLog('export', config)
  const { broker, close } = await openLog(config)
  const writer = await openArchiveWriter(dataFiles(config.dataDirectory).archive)
  const stop = new AbortController()
  const running = runArchiveSink({ broker, writer, signal: stop.signal, onProgress: archiveProgressLog(log) })
  const { retention } = config
  const retaining = keepRetention({ writer, store: 'archive', retention, log, signal: stop.signal })
  const caughtUp = async () => {
    while (await hasUnread(broker, archiveTopicsOf(topics), await writer.positions())) await sleep(100)
  }
  await Promise.race([running, untilCaughtUp ? caughtUp() : untilStopped(log)])
  stop.abort()
  await running
  await writer.close()
  await retaining
  await close()
}

export async function notify(): Promise<void> {
  const config = readConfig()
  if (config.cluster) return (await import('../cluster/notify-role.ts')).notifyOnCluster(config)
  const log = aloneLog('notify', config)
  const { broker, close } = await openLog(config)
  const producer = broker.producer()
  const notifying = await startNotify({ broker, producer, topics, config, log })
  await Promise.race([notifying.failed, untilStopped(log)])
  await notifying.close()
  await producer.close()
  await close()
}

export async function dashboard(options: { readonly port?: number; readonly host?: string }): Promise<void> {
  const config = readConfig()
  if (config.cluster) return (await import('../cluster/dashboard-role.ts')).dashboardOnCluster(config, options)
  const log = aloneLog('dashboard', config)
  const startedAt = Date.now()
  const { broker, close } = await openLog(config)
  const files = dataFiles(config.dataDirectory)
  await (await openArchiveWriter(files.archive)).close()
  const archive = openArchiveReader(files.archive, { searchesAside: true })
  const accounts = await openAccounts({ path: files.accounts, secretKey: () => secondFactorKey(config) })
  const producer = broker.producer()
  const statuses = { collect: null, analyze: null, export: null, notify: null }
  const onDemand = modelsOnDemand(config, log)
  const reports = openReports({
    config,
    archive,
    broker,
    log,
    act: (action) => produceActions(broker, producer, [action]),
    maskSeverity: (channelId) => server.hub.maskSeverity(channelId),
  })
  const replays = openReplays({ config, broker, log })
  const alarms = alarmsSource({
    ...{ broker, topics, log },
    config: config.notify,
    write: (action) => produceAlertAction(broker, producer, action),
    dryRun: (broadcastId, settings, signal) =>
      dryRunInThread({ place: { file: files.archive }, broadcastId, settings }, signal),
  })
  const server = await createDashboardServer({
    alarms,
    broker,
    archive,
    accounts,
    host: options.host ?? config.host,
    port: options.port ?? config.port,
    hostNames: config.allowedHosts,
    trustedProxies: config.trustedProxies,
    secure: config.notify.publicUrl.startsWith('https:'),
    outside: config.outside,
    fetchPicture: config.pictures ? fetchPictures() : undefined,
    exportMessages: exportMessages(archive),
    evidence: { key: () => evidenceKey(config), program: version },
    commands: dashboardCommands(
      {
        request: (request) => produceRequest(broker, producer, request),
        settings: (settings) => produceSettings(broker, producer, settings),
        rules: (rules) => produceRules(broker, producer, rules),
        actions: (actions) => produceActions(broker, producer, actions),
        deleteBroadcast: cannotChangeArchive,
        erasePerson: cannotChangeArchive,
      },
      {
        watched: () => [],
        settings: (channelId) => server.hub.settings(channelId),
        rules: (channelId) => server.hub.rules(channelId),
        archive,
      },
    ),
    models: modelsSource({
      directory: config.modelDirectory,
      status: () => null,
      feedback: () => null,
      trySentence: (text) => onDemand.try(text),
    }),
    reports: reports.desk,
    replays,
    describe: () =>
      describeSystem({ broker, statuses, workers: {}, rates: new Rates(), startedAt, modelDirectory: null }),
  })
  process.stdout.write(`open ${server.url}\n`)
  await untilStopped(log)
  await reports.close()
  await replays.close()
  await server.close()
  await alarms.close()
  await onDemand.close()
  await producer.close()
  await accounts.close()
  await archive.close()
  await close()
}

/** Every role at once, on a cluster. @throws JavasError CLUSTER_NEEDED */
export async function all({ only = null }: { readonly only?: readonly string[] | null }): Promise<void> {
  const config = readConfig()
  clusterOf(config, 'all')
  await (await import('../cluster/all-roles.ts')).allOnCluster(config, only)
}

function aloneLog(role: string, config: Config) {
  const log = logOf(role, config)
  log.info(`alone on ${config.dataDirectory}; set JAVAS_KAFKA=host:9092 to run the roles side by side (docs/deploy.md)`)
  return log
}

async function cannotChangeArchive(): Promise<never> {
  throw new JavasError('ROLE_ALONE', 'the dashboard runs alone and cannot change the archive: run "javas start"')
}
