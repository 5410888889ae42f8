/** The export role's stores over a log in a folder, until it is killed. Arguments: folder of the log. The rest from the environment. */

import { readConfig } from '#app/config.ts'
import { logOf } from '#app/log.ts'
import { clusterStores } from '#app/stores/cluster-stores.ts'
import { FilledStore } from '#app/stores/fill-store.ts'
import { topics } from '#schemas/topics.ts'
import { openSqliteBroker } from '#topology'

const config = readConfig()
const log = logOf('export', config)
const broker = await openSqliteBroker({ directory: process.argv[2]!, readOnly: true })
const { signal } = new AbortController()
const filled = clusterStores(config).map(
  (store) => new FilledStore({ store, broker, topics, log, signal, isOnly: false, retention: null, traces: null }),
)
await Promise.all(filled.map(({ ended }) => ended))
