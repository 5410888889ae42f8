import type { Topics } from '#schemas/topics.ts'
import type { Broker, Producer } from '#topology'
import type { Config } from '../config.ts'
import { messageOf } from '../errors.ts'
import { type Log, logOf } from '../log.ts'
import type { Measure } from '../measures/measure.ts'
import { processMeasures } from '../measures/process-measures.ts'
import { roleMeasures } from '../measures/role-measures.ts'
import { serveRole } from '../role-server.ts'
import { type Metrics, openMetrics } from '../telemetry.ts'
import { untilStopped } from '../until-stopped.ts'
import type { ClusterConfig } from './cluster-config.ts'
import { clusterTopics } from './cluster-topics.ts'
import { openCluster } from './open-cluster.ts'
import type { Role } from './role-status.ts'
import { takeStateFolder } from './state-folder.ts'
import { type StatusNow, tellStatus } from './tell-status.ts'

/** What a role works with. */
export interface RoleContext {
  readonly config: Config
  readonly cluster: ClusterConfig
  readonly topics: Topics
  readonly log: Log
  readonly broker: Broker
  readonly producer: Producer
  readonly instanceId: string
  /** Folder of local copies of state. */
  readonly tasksDirectory: string
  /** What is measured of this process, for whoever serves it on a page of its own. */
  readonly metricsText: Metrics['text']
}

export interface RunningRole {
  readonly status: () => StatusNow
  /** What it measures besides. */
  readonly measures?: () => readonly Measure[]
  /** Resolves when it has done all it was to do, rejects when it failed for good. */
  readonly ended: Promise<unknown>
  close(): Promise<void>
}

/** From SIGTERM to the end; a container's own patience is usually 10 s. */
const STOP_MS = 4_500

/**
 * Runs a role of the cluster until it ends or the process is asked to stop: its state folder, its place in the cluster, health
 * checks and metrics, the status that it tells the others, and a stop in order.
 */
export async function runRole(
  role: Role,
  config: Config,
  start: (context: RoleContext) => Promise<RunningRole>,
): Promise<void> {
  const cluster = config.cluster!
  const log = logOf(role, config)
  // Listened for from here on: a stop may come while the cluster does not answer.
  const stopped = untilStopped(log, STOP_MS).then(() => 'stopped' as const)
  const undo: (() => unknown)[] = []
  const closeAll = async () => {
    for (let step = undo.pop(); step; step = undo.pop())
      await (async () => step())().catch((cause: unknown) => log.warn(`while closing: ${messageOf(cause)}`))
  }
  let now: () => StatusNow = () => ({ state: 'CREATED', problem: '' })
  let more: () => readonly Measure[] = () => []

  const open = async (): Promise<RunningRole> => {
    const folder = takeStateFolder(`${cluster.stateDirectory}/${role}`, cluster.instanceId)
    undo.push(() => folder.release())
    const ofProcess = processMeasures()
    undo.push(() => ofProcess.close())
    const metrics = openMetrics({
      role,
      otlp: config.otlp.metrics,
      measures: () => [...ofProcess.measures, ...measuresOf(role, now()), ...more()],
    })
    undo.push(() => metrics.close())
    if (config.metrics) {
      const server = await serveRole({ ...config.metrics, health: () => healthOf(role, now()), metrics })
      undo.push(() => server.close())
      log.info(`health checks and metrics at ${server.url}`)
    }
    const { instanceId, tasks: tasksDirectory } = folder
    const broker = await openCluster(cluster, {
      clientId: `javas-${role}-${instanceId}`,
      instanceId,
      // A name that was given on purpose is one that comes back: then a restart moves nothing.
      isStatic: role === 'analyze' && cluster.instanceId !== null,
      stateDirectory: tasksDirectory,
      log,
    })
    undo.push(() => broker.close())
    const producer = broker.producer()
    undo.push(() => producer.close())
    const { topics } = clusterTopics(cluster)
    const running = await start({
      config,
      cluster,
      topics,
      log,
      broker,
      producer,
      instanceId,
      tasksDirectory,
      metricsText: metrics.text,
    })
    undo.push(() => running.close())
    now = running.status
    more = running.measures ?? more
    undo.push(tellStatus({ producer, role, instanceId, log, status: running.status }))
    return running
  }

  const opening = open()
  // What fails after the stop was asked for is no failure any more.
  opening.catch(() => {})
  try {
    const running = await Promise.race([opening, stopped])
    if (running === 'stopped') return
    log.info('running')
    await Promise.race([running.ended, stopped])
  } finally {
    await closeAll()
  }
}

function measuresOf(role: Role, status: StatusNow): readonly Measure[] {
  const { collect = null, analyze = null, export: exporting = null, notify = null } = status
  return roleMeasures(
    () => ({ collect, analyze, export: exporting, notify }),
    () => healthOf(role, status).ready,
  )
}

function healthOf(role: Role, { state, problem }: StatusNow) {
  const failed = state === 'ERROR' || state === 'PENDING_ERROR'
  return {
    live: !failed,
    ready: state === 'RUNNING' && problem === '',
    parts: { [role]: state, ...(problem && { problem }) },
  }
}
