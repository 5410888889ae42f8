import { topics } from '#schemas/topics.ts'
import type { ErasedPerson } from '#sinks/archive.ts'
import { openArchiveReader } from '#sinks/sqlite-archive.ts'
import { metricNames, openSqliteBroker } from '#topology'
import { openAccounts } from '../../dashboard/accounts/account-store.ts'
import type { TriedSentence } from '../../dashboard/models-description.ts'
import { createDashboardServer } from '../../dashboard/server.ts'
import { openReplays } from '../compare/open-replays.ts'
import { type Config, dataFiles } from '../config.ts'
import { serveControl } from '../control/control-server.ts'
import { dashboardCommands } from '../dashboard-commands.ts'
import { eraseFromReports } from '../erasure/erase-from-reports.ts'
import { PersonErasures } from '../erasure/person-erasures.ts'
import { REMAINS } from '../erasure/remains.ts'
import { codeOf, messageOf } from '../errors.ts'
import { evidenceKey } from '../evidence/evidence-key.ts'
import { exportMessages } from '../export-messages.ts'
import type { Log } from '../log.ts'
import { dashboardMeasures } from '../measures/dashboard-measures.ts'
import { logMeasures } from '../measures/log-measures.ts'
import { processMeasures } from '../measures/process-measures.ts'
import { roleMeasures } from '../measures/role-measures.ts'
import { modelsSource } from '../models/describe-models.ts'
import { followFeedback } from '../models/feedback-board.ts'
import { alarmsSource } from '../notify/alarms-source.ts'
import { dryRunInThread } from '../notify/dry-run-in-thread.ts'
import { takeDataFolder } from '../open-data.ts'
import { actBy } from '../operations/operation.ts'
import { runOperation } from '../operations/operations.ts'
import { fetchPictures } from '../pictures/fetch-picture.ts'
import { openReports } from '../report/open-reports.ts'
import { ReportFiles } from '../report/report-files.ts'
import { requestOf } from '../request-of.ts'
import type { RetentionRow } from '../retention/run-retention.ts'
import { serveRole } from '../role-server.ts'
import { secondFactorKey } from '../second-factor-key.ts'
import { describeSystem } from '../system/describe-system.ts'
import { healthOf, roleHealthOf } from '../system/health.ts'
import { Rates } from '../system/rates.ts'
import { openMetrics } from '../telemetry.ts'
import { traceFrames, tracesOf } from '../traces.ts'
import { version } from '../version.ts'
import { deleteEverywhere } from './delete-everywhere.ts'
import { heapPaceOf } from './heap-pace.ts'
import { pausing } from './paused-analysis.ts'
import type { WorkerStatuses } from './status.ts'
import { superviseWorker } from './supervised-worker.ts'
import { watchWorkers } from './watch-workers.ts'

export interface Embedded {
  readonly url: string
  /** Asks for a broadcast to be watched, as its owner. */
  watch(link: string, options?: { readonly [name: string]: string }): Promise<string>
  /** Everything committed, every thread ended, the folder free again. */
  close(): Promise<void>
}

const TELL_OTHERS_MS = 2_000

/** Runs every role in this process on the data folder. @throws errors with a code and a sentence that says what to do */
export async function startEmbedded(config: Config, log: Log): Promise<Embedded> {
  const startedAt = Date.now()
  const undo: (() => unknown)[] = []
  const closeAll = async () => {
    for (let step = undo.pop(); step; step = undo.pop())
      await (async () => step())().catch((cause: unknown) => log.warn(`while closing: ${messageOf(cause)}`))
  }
  try {
    const lock = takeDataFolder(config.dataDirectory)
    undo.push(() => lock.release())

    const statuses: WorkerStatuses = { collect: null, analyze: null, export: null, notify: null }
    const workerWatch = watchWorkers(config, ['collect', 'analyze', 'export', 'notify'], log)
    undo.push(() => workerWatch.close())
    const start = (name: keyof WorkerStatuses) => {
      const worker = superviseWorker({
        name,
        file: new URL(`./${name}-worker.ts`, import.meta.url),
        data: { config },
        log,
        onNotice: (notice, value) => {
          if (notice !== 'status') return
          statuses[name] = value as never
          workerWatch.heard(name)
        },
        onDeath: () => {
          statuses[name] = null
        },
      })
      undo.push(() => worker.stop())
      return worker
    }
    // The first to come makes the log and its topics; the others find them.
    const collect = start('collect')
    await collect.ready
    const archiving = start('export')
    const analyze = start('analyze')
    const notifying = start('notify')
    await Promise.all([archiving.ready, analyze.ready, notifying.ready])

    // For its alarms about the system: threads see nothing of each other.
    const telling = setInterval(() => void notifying.call('others', statuses).catch(() => {}), TELL_OTHERS_MS).unref()
    undo.push(() => clearInterval(telling))

    const files = dataFiles(config.dataDirectory)
    const broker = await openSqliteBroker({ directory: config.dataDirectory, readOnly: true })
    undo.push(() => broker.close())
    const archive = openArchiveReader(files.archive, { searchesAside: true })
    undo.push(() => archive.close())
    const accounts = await openAccounts({ path: files.accounts, secretKey: () => secondFactorKey(config) })
    undo.push(() => accounts.close())

    const workers = { collect, analyze, export: archiving, notify: notifying }
    const whilePaused = pausing(analyze)
    const rates = new Rates()
    const heapPace = heapPaceOf(process.execArgv)
    const sample = setInterval(() => {
      const { counters = {}, gauges = {} } = statuses.analyze ?? {}
      rates.sample(Date.now(), counters)
      const load = { taken: counters[metricNames.processTotal] ?? 0, lag: gauges[metricNames.recordsLag] ?? 0 }
      heapPace?.sample(performance.now(), load)
    }, 2_000).unref()
    undo.push(() => clearInterval(sample))
    const ofProcess = processMeasures()
    undo.push(() => ofProcess.close())
    const ofLog = logMeasures(broker, archive)
    const metrics = openMetrics({
      role: 'start',
      otlp: config.otlp.metrics,
      measures: () => [
        ...ofProcess.measures,
        ...roleMeasures(
          () => statuses,
          () => healthOf(statuses, workers).ok,
        ),
        ...dashboardMeasures(() => server.figures),
        ...ofLog,
      ],
    })
    undo.push(() => metrics.close())

    const feedback = followFeedback(broker, topics.operatorActions, log)
    undo.push(() => feedback.close())

    const request = (wanted: unknown) => collect.call('request', wanted)
    const writeActions = (actions: unknown) => collect.call('actions', actions)
    const reports = openReports({
      config,
      archive,
      broker,
      log,
      act: (action) => writeActions([action]),
      maskSeverity: (channelId) => server.hub.maskSeverity(channelId),
    })
    undo.push(() => reports.close())

    const replays = openReplays({ config, broker, log })
    undo.push(() => replays.close())

    const erasures = new PersonErasures({
      directory: files.erasures,
      key: () => evidenceKey(config),
      remains: REMAINS,
      log,
      steps: {
        reports: (person) => eraseFromReports(new ReportFiles(files.reports), archive, person),
        log: ({ channelId, authorId }) =>
          whilePaused(() => collect.call('erasePerson', channelId, authorId)) as Promise<number>,
        archive: async ({ channelId, authorId }) => [
          { store: 'archive', ...((await archiving.call('erasePerson', channelId, authorId)) as ErasedPerson) },
        ],
        forget: ({ channelId }) => {
          const current = server.hub.state(channelId)
          if (current) server.hub.forget(channelId, current.broadcastId)
          replays.forget(channelId)
        },
      },
    })

    const traces = await tracesOf('dashboard', config)
    undo.push(() => traces?.close())
    const alarms = alarmsSource({
      ...{ broker, topics, log },
      config: config.notify,
      write: (action) => collect.call('alertAction', action),
      dryRun: (broadcastId, settings, signal) =>
        dryRunInThread({ place: { file: files.archive }, broadcastId, settings }, signal),
    })
    undo.push(() => alarms.close())
    const server = await createDashboardServer({
      alarms,
      broker,
      onFrame: traceFrames(traces),
      archive,
      accounts,
      host: config.host,
      port: config.port,
      hostNames: config.allowedHosts,
      trustedProxies: config.trustedProxies,
      secure: config.notify.publicUrl.startsWith('https:'),
      outside: config.outside,
      fetchPicture: config.pictures ? fetchPictures() : undefined,
      exportMessages: exportMessages(archive),
      evidence: { key: () => evidenceKey(config), program: version },
      metrics: () => metrics.text(),
      commands: dashboardCommands(
        {
          request,
          settings: (settings) => collect.call('settings', settings),
          rules: (rules) => collect.call('rules', rules),
          actions: writeActions,
          erasePerson: (person) => erasures.erase(person),
          deleteBroadcast: async (channelId, broadcastId) => {
            const messages = await deleteEverywhere({
              channelId,
              broadcastId,
              collect,
              exporting: archiving,
              whilePaused,
            })
            server.hub.forget(channelId, broadcastId)
            await reports.desk.forget(channelId, broadcastId)
            replays.forget(channelId, broadcastId)
            return messages
          },
        },
        {
          watched: () => statuses.collect?.channels ?? [],
          settings: (channelId) => server.hub.settings(channelId),
          rules: (channelId) => server.hub.rules(channelId),
          archive,
        },
      ),
      models: modelsSource({
        directory: config.modelDirectory,
        status: () => statuses.analyze?.models ?? null,
        feedback: () => feedback.board,
        trySentence: (text) => analyze.call('try', text) as Promise<TriedSentence>,
      }),
      reports: reports.desk,
      replays,
      describe: () =>
        describeSystem({ broker, statuses, workers, rates, startedAt, modelDirectory: config.modelDirectory }),
      health: async () => healthOf(statuses, workers),
      onError: (error, id) => log.warn(`request ${id}: ${codeOf(error)} ${messageOf(error)}`),
    })
    undo.push(() => server.close())
    if (config.metrics) {
      const health = () => roleHealthOf(healthOf(statuses, workers))
      const metricsServer = await serveRole({ ...config.metrics, health, metrics })
      undo.push(() => metricsServer.close())
      log.info(`health checks and metrics at ${metricsServer.url}`)
    }

    const watch = async (link: string, options: { readonly [name: string]: string } = {}) => {
      const wanted = requestOf(link, { by: 'owner', isOwner: true, at: Date.now(), options })
      await request(wanted)
      return wanted.channelId
    }
    const reset = async (applicationId: string) => {
      await whilePaused(() => collect.call('reset', applicationId))
    }
    const retain = async (isDry: boolean) => [
      ...((await archiving.call('retention', isDry)) as readonly RetentionRow[]),
      ...(await reports.expire({ isDry })),
    ]
    const control = await serveControl(config.dataDirectory, (name, args, signal) =>
      runOperation(
        { broker, archive, watch, reset, act: actBy(writeActions), erasures, ...(config.retention && { retain }) },
        name,
        args,
        signal,
      ),
    )
    undo.push(() => control.close())
    await erasures.resume()
    return { url: server.url, watch, close: closeAll }
  } catch (cause) {
    await closeAll()
    throw cause
  }
}
