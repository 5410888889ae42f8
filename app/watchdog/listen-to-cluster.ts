import type { ClusterConfig } from '../cluster/cluster-config.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import { roleStatusesTopic, statusOf } from '../cluster/role-status.ts'
import type { Log } from '../log.ts'
import { LOG } from './ring.ts'

/** Roles that were there within this are to be there. */
const LEARN_MS = 60 * 60_000
const CHECK_MS = 3_000
const PARTITION = { topic: roleStatusesTopic.name, partition: 0 }

/** Hears the heartbeats of a cluster's roles until `signal` aborts. @throws when the cluster does not answer */
export async function listenToCluster(
  cluster: ClusterConfig,
  log: Log,
  heard: (role: string, at: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const place = { clientId: 'javas-watchdog', instanceId: null, stateDirectory: `${cluster.stateDirectory}/watchdog` }
  const broker = await openCluster(cluster, { ...place, log, needsTopics: false })
  const reader = broker.reader()
  try {
    reader.assign([{ ...PARTITION, offset: await broker.offsetForTimestamp(PARTITION, Date.now() - LEARN_MS) }])
    const { latest } = await broker.offsets(PARTITION)
    const past = new Map<string, number>()
    let checkedAt = 0
    while (!signal.aborted) {
      const isPast = reader.position(PARTITION) < latest
      for (const { value } of await reader.poll({ maxRecords: 500, maxWaitMs: isPast ? 0 : 1_000, signal })) {
        const status = statusOf(value)
        // A goodbye is no sign of life.
        if (!status || status.state === 'NOT_RUNNING') continue
        // A clock that runs ahead must not make a role live on after its death.
        const at = Math.min(status.at, Date.now())
        if (isPast) past.set(status.role, Math.max(past.get(status.role) ?? 0, at))
        else heard(status.role, at)
      }
      if (isPast && reader.position(PARTITION) < latest) continue
      for (const [role, at] of past) heard(role, at)
      past.clear()
      // A reader waits for a log that is away; this does not.
      if (Date.now() - checkedAt < CHECK_MS) continue
      await broker.offsets(PARTITION)
      checkedAt = Date.now()
      heard(LOG, checkedAt)
    }
  } finally {
    await reader.close().catch(() => {})
    await broker.close().catch(() => {})
  }
}
