/** One stream thread of the analysis in a worker, with a connection, a producer and a sentiment model of its own. */
import { openKafkaBroker, type StreamThreadParts, type StreamThreadSeat } from '#topology'
import { analysisParts } from '../analysis-parts.ts'
import type { Config } from '../config.ts'
import { engineLog } from '../engine-log.ts'
import { logOf } from '../log.ts'
import { openModels } from '../models/open-models.ts'
import { traceEngine } from '../trace-engine.ts'
import { openSchemas } from './cluster-schemas.ts'
import { clusterTopics } from './cluster-topics.ts'
import { tellModel } from './model-reports.ts'
import { brokerOptions } from './open-cluster.ts'

export interface AnalysisThreadData {
  readonly config: Config
  readonly instanceId: string
  readonly stateDirectory: string
}

export default async function analysisThread({ thread, data }: StreamThreadSeat): Promise<StreamThreadParts> {
  const { config, instanceId, stateDirectory } = data as AnalysisThreadData
  const cluster = config.cluster!
  const log = logOf(`analyze/${thread}`, config)
  const schemas = await openSchemas(cluster)
  const broker = await openKafkaBroker(
    brokerOptions(cluster, schemas, {
      clientId: `javas-analyze-${instanceId}/${thread}`,
      instanceId,
      // A name that was given on purpose is one that comes back: then a restart moves nothing.
      isStatic: cluster.instanceId !== null,
      stateDirectory,
      log,
    }),
  )
  // Loaded before the first message: a start that would score nothing of a backlog helps nobody.
  const scorer = await openModels(config, log)
  const endTraces = await traceEngine(config)
  const stopTelling = tellModel(thread, scorer)
  const { topology, options } = analysisParts(clusterTopics(cluster).topics, { broker, config, log, scorer })
  return {
    topology,
    options: {
      ...options,
      logger: engineLog(log),
      measureNodes: config.metrics !== null,
      standbyReplicas: cluster.standbyReplicas,
    },
    async close() {
      stopTelling()
      await scorer.close()
      await endTraces()
    },
  }
}
