import { setTimeout as sleep } from 'node:timers/promises'
import { openAccounts } from '../../dashboard/accounts/account-store.ts'
import { createDashboardServer } from '../../dashboard/server.ts'
import {
  produceActions,
  produceAlertAction,
  produceDeletion,
  produceRequest,
  produceRules,
  produceSettings,
} from '../collect/requests.ts'
import { openReplays } from '../compare/open-replays.ts'
import { type Config, dataFiles } from '../config.ts'
import { dashboardCommands } from '../dashboard-commands.ts'
import { clusterErasures } from '../erasure/cluster-erasures.ts'
import { codeOf, messageOf } from '../errors.ts'
import { evidenceKey } from '../evidence/evidence-key.ts'
import { exportMessages } from '../export-messages.ts'
import { dashboardMeasures } from '../measures/dashboard-measures.ts'
import { logMeasures } from '../measures/log-measures.ts'
import type { Measure } from '../measures/measure.ts'
import { modelsSource } from '../models/describe-models.ts'
import { followFeedback } from '../models/feedback-board.ts'
import { mergeModels } from '../models/merge-models.ts'
import { modelsOnDemand } from '../models/models-on-demand.ts'
import { alarmsSource } from '../notify/alarms-source.ts'
import { dryRunInThread } from '../notify/dry-run-in-thread.ts'
import { makeDataFolder } from '../open-data.ts'
import { fetchPictures } from '../pictures/fetch-picture.ts'
import { openReports } from '../report/open-reports.ts'
import { secondFactorKey } from '../second-factor-key.ts'
import { archiveEraser } from '../stores/archive-eraser.ts'
import { archivePlace } from '../stores/archive-place.ts'
import { openClusterArchive } from '../stores/cluster-stores.ts'
import { Rates } from '../system/rates.ts'
import { traceFrames, tracesOf } from '../traces.ts'
import { version } from '../version.ts'
import { describeCluster } from './describe-cluster.ts'
import { RoleBoard } from './role-board.ts'
import { type RoleContext, type RunningRole, runRole } from './run-role.ts'

interface DashboardRoleOptions {
  readonly port?: number
  readonly host?: string
}

const SAMPLE_MS = 2_000
/** How long a collector may take to end a watch that is deleted. */
const WATCH_ENDS_MS = 10_000
/** States of a broadcast that nobody watches any more. */
const OVER: readonly string[] = ['ended', 'refused']

/** The web server: pages over the archive and the cluster's topics; what people ask for is produced from here. */
export function dashboardOnCluster(config: Config, options: DashboardRoleOptions): Promise<void> {
  return runRole('dashboard', config, (context) => startDashboard(context, options))
}

async function startDashboard(context: RoleContext, options: DashboardRoleOptions): Promise<RunningRole> {
  const { config, broker, producer, log } = context
  const startedAt = Date.now()
  const archive = await openClusterArchive(config, log)
  const eraser = archiveEraser(config, log)
  makeDataFolder(config.dataDirectory)
  const accounts = await openAccounts({
    path: dataFiles(config.dataDirectory).accounts,
    secretKey: () => secondFactorKey(config),
  })
  const board = await new RoleBoard(broker).open()
  const rates = new Rates()
  const feedback = followFeedback(broker, context.topics.operatorActions, log)
  const onDemand = modelsOnDemand(config, log)
  const sample = setInterval(() => {
    const counters: { [name: string]: number } = {}
    for (const { analyze } of board.statuses)
      for (const [name, value] of Object.entries(analyze?.counters ?? {}))
        counters[name] = (counters[name] ?? 0) + value
    rates.sample(Date.now(), counters)
  }, SAMPLE_MS).unref()

  const deleteBroadcast = async (channelId: string, broadcastId: string) => {
    // Half a deletion is none.
    await eraser.ready()
    const isCurrent = () => server.hub.state(channelId)?.broadcastId === broadcastId
    if (isCurrent()) {
      await produceDeletion(broker, producer, channelId)
      // The collector takes the state away when its last message is in the log: what it still received must not come into
      // the archive behind the deletion. Where none runs nobody receives anything, and the next one takes the state away.
      for (const end = Date.now() + WATCH_ENDS_MS; isCurrent() && Date.now() < end; ) await sleep(50)
    }
    const removed = await eraser.erase(channelId, broadcastId)
    server.hub.forget(channelId, broadcastId)
    await reports.desk.forget(channelId, broadcastId)
    replays.forget(channelId, broadcastId)
    return removed
  }
  const traces = await tracesOf('dashboard', config)
  const reports = openReports({
    place: archivePlace(config),
    config,
    archive,
    broker,
    topics: context.topics,
    log,
    act: (action) => produceActions(broker, producer, [action]),
    maskSeverity: (channelId) => server.hub.maskSeverity(channelId),
  })
  const replays = openReplays({ config, place: archivePlace(config), broker, topics: context.topics, log })
  const alarms = alarmsSource({
    ...{ broker, topics: context.topics, log },
    config: config.notify,
    write: (action) => produceAlertAction(broker, producer, action),
    dryRun: (broadcastId, settings, signal) =>
      dryRunInThread({ place: archivePlace(config), broadcastId, settings }, signal),
  })
  const erasures = clusterErasures({
    ...{ config, broker, topics: context.topics, archive, eraser, log },
    producing: (write) => write(producer),
    forget: (channelId) => {
      const current = server.hub.state(channelId)
      if (current) server.hub.forget(channelId, current.broadcastId)
      replays.forget(channelId)
    },
  })
  const server = await createDashboardServer({
    alarms,
    broker,
    onFrame: traceFrames(traces),
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
    metrics: context.metricsText,
    commands: dashboardCommands(
      {
        request: (request) => produceRequest(broker, producer, request),
        settings: (settings) => produceSettings(broker, producer, settings),
        rules: (rules) => produceRules(broker, producer, rules),
        actions: (actions) => produceActions(broker, producer, actions),
        deleteBroadcast,
        erasePerson: (person) => erasures.erase(person),
      },
      {
        watched: () =>
          server.hub
            .states()
            .filter(({ state }) => !OVER.includes(state))
            .map(({ channelId }) => channelId),
        settings: (channelId) => server.hub.settings(channelId),
        rules: (channelId) => server.hub.rules(channelId),
        archive,
      },
    ),
    logKeepsDeleted: true,
    models: modelsSource({
      directory: config.modelDirectory,
      status: () => {
        const all = board.statuses.flatMap(({ analyze }) => analyze?.models ?? [])
        return all.length === 0 ? null : mergeModels(all)
      },
      feedback: () => feedback.board,
      trySentence: (text) => onDemand.try(text),
    }),
    reports: reports.desk,
    replays,
    describe: () => describeCluster({ context, board, rates, startedAt }),
    health: async () => ({
      ok: true,
      parts: Object.fromEntries(board.statuses.map(({ role, instanceId, state }) => [`${role} ${instanceId}`, state])),
    }),
    onError: (error, id) => log.warn(`request ${id}: ${codeOf(error)} ${messageOf(error)}`),
  })
  const ofLog = logMeasures(broker, archive)
  const measures = (): readonly Measure[] => [...dashboardMeasures(() => server.figures), ...ofLog]
  process.stdout.write(`open ${server.url}\n`)
  // The stores may be away for now: nobody waits for what was interrupted.
  void erasures.resume()
  return {
    ended: new Promise(() => {}),
    measures,
    status: () => ({ state: 'RUNNING', problem: server.hub.problem ? messageOf(server.hub.problem) : '' }),
    async close() {
      clearInterval(sample)
      await reports.close()
      await replays.close()
      await server.close()
      await alarms.close()
      await onDemand.close()
      await feedback.close()
      await board.close()
      await traces?.close()
      await accounts.close()
      await archive.close()
    },
  }
}
