import type { Broker, Producer } from '#topology'
import { produceActions, produceRequest } from '../collect/requests.ts'
import type { Config } from '../config.ts'
import { clusterErasures } from '../erasure/cluster-erasures.ts'
import { logOf } from '../log.ts'
import { actBy, type OperationContext } from '../operations/operation.ts'
import { type OperationName, runOperation } from '../operations/operations.ts'
import { requestOf } from '../request-of.ts'
import { retainOnCluster } from '../retention/cluster-retention.ts'
import { archiveEraser } from '../stores/archive-eraser.ts'
import { openClusterArchive } from '../stores/cluster-stores.ts'
import { applyTopics } from './apply-topics.ts'
import { clusterTopics } from './cluster-topics.ts'
import { openCluster } from './open-cluster.ts'

/** A command on the data of a cluster: the log is in Kafka, the archive on its servers or in this machine's data folder. */
export async function* runOnCluster(config: Config, name: OperationName, args: unknown): AsyncGenerator<string> {
  const { signal } = new AbortController()
  const log = logOf(name, { ...config, logLevel: 'warn' })
  // Nothing is written down of it, so that it does without the cluster.
  if (name === 'archive-count') {
    const archive = await openClusterArchive(config, log)
    try {
      yield* runOperation({ archive } as OperationContext, name, args, signal)
    } finally {
      await archive.close()
    }
    return
  }
  const cluster = config.cluster!
  if (name === 'retention' || name === 'retention-log') {
    const archive = await openClusterArchive(config, log)
    const retain = config.retention && ((isDry: boolean) => retainOnCluster(config, log, isDry))
    try {
      yield* runOperation({ archive, ...(retain && { retain }) } as OperationContext, name, args, signal)
    } finally {
      await archive.close()
    }
    return
  }
  // What people said stands in Kafka, what they said it of in the archive.
  const archive = /^(archive|feedback|evidence|erase)-/.test(name) ? await openClusterArchive(config, log) : null
  const broker = await openCluster(cluster, {
    clientId: `javas-${name}`,
    instanceId: null,
    // The local copies that a reset takes away are those of this machine's analyze process.
    stateDirectory: `${cluster.stateDirectory}/analyze/tasks`,
    log,
    needsTopics: name !== 'reset',
  })
  const producing = async (write: (producer: Producer) => Promise<unknown>) => {
    const producer = broker.producer()
    try {
      await write(producer)
    } finally {
      await producer.close()
    }
  }
  try {
    const watch = async (link: string, options: { readonly [name: string]: string }) => {
      const request = requestOf(link, { by: 'cli', isOwner: true, at: Date.now(), options })
      await producing((producer) => produceRequest(broker, producer, request))
      return request.channelId
    }
    const act = actBy((actions) => producing((producer) => produceActions(broker, producer, actions)))
    const erasures =
      name === 'erase-person'
        ? clusterErasures({
            ...{ config, broker, topics: clusterTopics(cluster).topics, archive: archive!, producing, log },
            eraser: archiveEraser(config, log),
            // The dashboard's own pages forget with the retention of the log they follow.
            forget: () => {},
          })
        : null
    yield* runOperation(
      { broker, archive, watch, act, erasures, reset: resetOn(broker) } as unknown as OperationContext,
      name,
      args,
      signal,
    )
  } finally {
    await archive?.close()
    await broker.close()
  }
  // A reset takes the changelogs away; roles start on complete topics only.
  if (name === 'reset') for await (const _ of applyTopics(cluster, { dryRun: false, grow: false }));
}

const resetOn = (broker: Broker) => (applicationId: string) => broker.reset(applicationId)
