import { type Broker, type KafkaBrokerOptions, openKafkaAdmin, openKafkaBroker, type SchemaRegistry } from '#topology'
import { engineLog } from '../engine-log.ts'
import { JavasError, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { topicChanges } from './apply-topics.ts'
import type { ClusterConfig } from './cluster-config.ts'
import { openSchemas } from './cluster-schemas.ts'
import { kafkaConnection } from './kafka-connection.ts'

export interface OpenClusterOptions {
  /** How the brokers' logs and `javas status` call us. */
  readonly clientId: string
  /** Names this process in its groups; null: it joins none that must know it again. */
  readonly instanceId: string | null
  /** It keeps its place in a group while it restarts. Default: it leaves when it ends, and its share goes to others at once. */
  readonly isStatic?: boolean
  readonly stateDirectory: string
  readonly log: Log
  /** Stop when topics are missing or have other partitions. Default true. */
  readonly needsTopics?: boolean
}

/** How long a start waits for brokers that do not answer, ms; whoever keeps us running starts us again. */
const UNREACHABLE_AFTER_MS = 15_000

/**
 * A broker on the configured cluster, which is the right one, has every topic and knows every schema.
 * @throws BrokerError KAFKA_UNREACHABLE, KAFKA_AUTHENTICATION, KAFKA_TLS, KAFKA_WRONG_CLUSTER and others; JavasError
 * TOPICS_MISSING; SchemaRegistryError
 */
export async function openCluster(cluster: ClusterConfig, options: OpenClusterOptions): Promise<Broker> {
  const schemas = await openSchemas(cluster)
  const broker = await openKafkaBroker(brokerOptions(cluster, schemas, options))
  try {
    if (options.needsTopics ?? true) await requireTopics(cluster)
    return broker
  } catch (cause) {
    await broker.close()
    throw cause
  }
}

/** What a broker of ours is opened with, in the main thread and in worker threads. */
export function brokerOptions(
  cluster: ClusterConfig,
  schemas: SchemaRegistry,
  { clientId, instanceId, isStatic = false, stateDirectory, log }: OpenClusterOptions,
): KafkaBrokerOptions {
  return {
    ...kafkaConnection(cluster),
    clientId,
    schemas,
    stateDirectory,
    ...(instanceId !== null && { instanceId }),
    staticMembership: isStatic,
    ...(cluster.clusterId !== null && { expectedClusterId: cluster.clusterId }),
    replicationFactor: cluster.replication,
    sessionTimeoutMs: cluster.sessionTimeoutMs,
    unreachableAfterMs: UNREACHABLE_AFTER_MS,
    logger: engineLog(log),
    onSessionEvent: tellMembership(log),
  }
}

/** What a person has to know of a membership; the steps of every rebalance are for whoever looks for a fault. */
const tellMembership =
  (log: Log): NonNullable<KafkaBrokerOptions['onSessionEvent']> =>
  (event) => {
    switch (event.kind) {
      case 'failed':
        return log.error(`the membership of the group ended: ${messageOf(event.error)}`)
      case 'lost':
        return log.warn(
          `lost ${event.partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(' ')}: the group took them for free`,
        )
      case 'membership':
        return event.state === 'fenced' || event.state === 'stalled'
          ? log.warn(`the membership of the group is ${event.state}: ${event.reason}`)
          : log.debug(`membership ${event.state}: ${event.reason}`)
      default:
        return log.debug(`membership ${JSON.stringify(event)}`)
    }
  }

async function requireTopics(cluster: ClusterConfig): Promise<void> {
  const admin = await openKafkaAdmin(kafkaConnection(cluster))
  try {
    const changes = await topicChanges(admin, cluster)
    const missing = changes.flatMap((change) => (change.kind === 'create' ? [change.topic.name] : []))
    if (missing.length > 0)
      throw new JavasError(
        'TOPICS_MISSING',
        `the cluster lacks ${missing.length} of our topics (${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', ...' : ''}): run "javas topics apply".`,
      )
    const refused = changes.find((change) => change.kind === 'refused')
    if (refused?.kind === 'refused') throw new JavasError('TOPICS_REFUSED', `${refused.name} ${refused.why}.`)
  } finally {
    await admin.close()
  }
}
