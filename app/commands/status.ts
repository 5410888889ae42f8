import { openKafkaAdmin } from '#topology'
import { clusterStatus } from '../cluster/cluster-status.ts'
import { kafkaConnection } from '../cluster/kafka-connection.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import { printStatus } from '../cluster/print-status.ts'
import { RoleBoard } from '../cluster/role-board.ts'
import { readConfig } from '../config.ts'
import { logOf } from '../log.ts'
import { clusterOf } from './cluster-of.ts'

/** The running application: group, members, tasks, lag, and what each process says of itself. */
export async function status({ json = false }: { readonly json?: boolean }): Promise<void> {
  const config = readConfig()
  const cluster = clusterOf(config, 'status')
  const log = logOf('status', { ...config, logLevel: 'warn' })
  const { stateDirectory } = cluster
  const place = { clientId: 'javas-status', instanceId: null, stateDirectory, log }
  const broker = await openCluster(cluster, { ...place, needsTopics: false })
  const admin = await openKafkaAdmin(kafkaConnection(cluster))
  try {
    const board = await openBoard(broker)
    const now = await clusterStatus({ cluster, admin, broker, roles: board?.statuses ?? [] })
    await board?.close()
    if (json) process.stdout.write(`${JSON.stringify(now, null, 2)}\n`)
    else for (const line of printStatus(now)) process.stdout.write(line)
  } finally {
    await admin.close()
    await broker.close()
  }
}

/** Null before the topics are made: then nobody has said anything. */
async function openBoard(broker: ConstructorParameters<typeof RoleBoard>[0]): Promise<RoleBoard | null> {
  try {
    return await new RoleBoard(broker).open()
  } catch (cause) {
    if ((cause as { code?: string }).code === 'TOPIC_UNKNOWN') return null
    throw cause
  }
}
