import { setTimeout as sleep } from 'node:timers/promises'
import { archiveTopicsOf } from '#sinks/archive-sink.ts'
import type { Config } from '../config.ts'
import { serveControl } from '../control/control-server.ts'
import { JavasError } from '../errors.ts'
import { hasUnread } from '../has-unread.ts'
import { deleteFromArchive, erasePersonFromArchive } from '../operations/delete-from-archive.ts'
import { runOperationOf } from '../operations/operations.ts'
import { retainData } from '../operations/retention.ts'
import type { Retention } from '../retention/retention.ts'
import { runRetention } from '../retention/run-retention.ts'
import { clusterStores } from '../stores/cluster-stores.ts'
import { FilledStore } from '../stores/fill-store.ts'
import { hasServers } from '../stores/stores-config.ts'
import { tracesOf } from '../traces.ts'
import { runRole } from './run-role.ts'

/** Output topics into the stores of the archive, or into the archive of this machine's data folder. */
export function exportOnCluster(config: Config, { untilCaughtUp = false }: { readonly untilCaughtUp?: boolean }) {
  return runRole('export', config, async ({ broker, topics, log }) => {
    const stop = new AbortController()
    const traces = await tracesOf('export', config)
    const stores = clusterStores(config)
    const isOnly = stores.length === 1
    const filled = stores.map(
      (store) =>
        new FilledStore({
          store,
          broker,
          topics,
          log,
          signal: stop.signal,
          isOnly,
          retention: config.retention,
          traces,
        }),
    )
    const caughtUp = async () => {
      for (const store of filled)
        while (!store.writer || (await hasUnread(broker, archiveTopicsOf(topics), await store.writer.positions())))
          await sleep(200)
    }
    const running = Promise.all(filled.map(({ ended }) => ended))
    running.catch(() => {})
    const control = hasServers(config.stores) ? null : await serveLocalArchive(config, filled[0]!)
    const problem = () =>
      filled
        .map((store) => store.problem)
        .filter(Boolean)
        .join('; ')
    return {
      ended: untilCaughtUp ? Promise.race([running, caughtUp()]) : running,
      status: () => ({
        state: 'RUNNING',
        problem: problem(),
        export: {
          archived: Math.min(...filled.map(({ archived }) => archived)),
          undecodable: Math.max(...filled.map(({ undecodable }) => undecodable)),
          problem: problem(),
          stores: filled
            .filter(({ positions }) => positions.length > 0)
            .map(({ name, positions }) => ({ name, positions })),
        },
      }),
      async close() {
        await control?.close()
        stop.abort()
        await running.catch(() => {})
        await traces?.close()
      },
    }
  })
}

/** The dashboard beside us reads the file; what it wants deleted goes through here. */
async function serveLocalArchive(config: Config, store: FilledStore) {
  // Not before the folder is ours: another's door stands in the same place.
  await store.opened
  return serveControl(config.dataDirectory, (name, args, signal) => {
    if (!store.writer) throw new JavasError('EXPORT_NOT_RUNNING', 'the archive is not open now: try again')
    return runOperationOf(
      {
        ping,
        'delete-from-archive': deleteFromArchive,
        'erase-person-from-archive': erasePersonFromArchive,
        retention: retainData,
      },
      { writer: store.writer, ...(config.retention && { retain: retainingOf(store, config.retention) }) },
      name,
      args,
      signal,
    )
  })
}

const retainingOf = (store: FilledStore, retention: Retention) => (isDry: boolean) =>
  runRetention({ writer: store.writer!, store: store.name, retention, now: Date.now(), isDry, by: 'cli' })

/** Whether anybody is here. */
async function* ping(): AsyncGenerator<string> {
  yield ''
}
