/**
 * One worker of the chaos run. Says `running` when it is; ends on SIGTERM as a worker should, or in an error with exit code
 * 1; everything else happens to it.
 *
 *     node chaos-worker.ts '{"run":...,"bootstrap":[...],"name":"worker-1","stateDirectory":...}'
 */
import { openKafkaBroker, Streams, stderrLogger } from '#topology'
import { MemorySchemas } from '../../topology/broker/memory/memory-schemas.ts'
import { chaosTopics, chaosTopology } from './chaos-topology.ts'

export interface WorkerOptions {
  /** Names the topics and the application. */
  readonly run: string
  readonly bootstrap: readonly string[]
  readonly name: string
  readonly stateDirectory: string
  readonly sessionTimeoutMs: number
  readonly transactionTimeoutMs: number
  readonly standbyReplicas: number
}

const options = JSON.parse(process.argv[2]!) as WorkerOptions
const { run, name, standbyReplicas, transactionTimeoutMs, ...cluster } = options
const logger = stderrLogger()
const broker = await openKafkaBroker({
  ...cluster,
  transactionTimeoutMs,
  instanceId: name,
  heartbeatIntervalMs: 500,
  requestTimeoutMs: 5_000,
  connectTimeoutMs: 2_000,
  schemas: new MemorySchemas(),
  logger,
  onSessionEvent: (event) => logger.info('session', { ...event }),
})
const streams = new Streams(chaosTopology(chaosTopics(run)), {
  applicationId: run,
  broker,
  transactionTimeoutMs,
  standbyReplicas,
  // Every update is an output, so that every record can be missed.
  cacheMaxBytes: 0,
  logger,
})
process.once('SIGTERM', () => void streams.close())
await streams.start()
process.stdout.write('running\n')
try {
  await streams.ended()
} catch (error) {
  process.stderr.write(`ended: ${error instanceof Error ? error.stack : error}\n`)
  process.exitCode = 1
}
await broker.close()
