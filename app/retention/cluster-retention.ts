import type { Config } from '../config.ts'
import { callRunning } from '../control/control-client.ts'
import { JavasError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type ClusterStore, clusterStores, searchIndexes } from '../stores/cluster-stores.ts'
import { hasServers } from '../stores/stores-config.ts'
import { type RetentionRow, runRetention } from './run-retention.ts'

/**
 * The retention of a cluster's stores, asked for at the command line. On servers we do it ourselves, beside the export role's
 * own; the file of this machine is the export role's, which is asked. Reports go with the dashboard's daily run.
 */
export async function retainOnCluster(config: Config, log: Log, isDry: boolean): Promise<readonly RetentionRow[]> {
  const rows: RetentionRow[] = []
  for (const store of hasServers(config.stores) ? clusterStores(config) : searchIndexes(config))
    rows.push(...(await retainIn(store, config, log, isDry)))
  if (!hasServers(config.stores)) rows.push(...(await askExport(config, isDry)))
  return rows
}

async function retainIn(store: ClusterStore, config: Config, log: Log, isDry: boolean) {
  const { writer, close } = await store.open(log)
  try {
    return await runRetention({
      ...{ writer, store: store.name, isDry, by: 'cli' },
      retention: config.retention!,
      now: Date.now(),
    })
  } finally {
    await close()
  }
}

async function askExport(config: Config, isDry: boolean): Promise<readonly RetentionRow[]> {
  const answer = await callRunning(config.dataDirectory, 'retention', { isDry })
  if (!answer)
    throw new JavasError('EXPORT_NOT_RUNNING', 'only the export role changes the archive: start it on this machine')
  return JSON.parse((await Array.fromAsync(answer)).join('')) as RetentionRow[]
}
