import { readFile } from 'node:fs/promises'
import { type KafkaSasl, type KafkaSecurity, openKafkaAdmin } from '#topology'
import { codeOf, JavasError } from '../errors.ts'
import type { ClusterConfig, SaslConfig, TlsConfig } from './cluster-config.ts'

export interface KafkaConnection extends KafkaSecurity {
  readonly bootstrap: readonly string[]
}

/** The configuration as the client layer takes it. */
export function kafkaConnection({ bootstrap, tls, sasl }: ClusterConfig): KafkaConnection {
  return { bootstrap, ...(tls && { tls: tlsOptions(tls) }), ...(sasl && { sasl: saslOptions(sasl) }) }
}

/**
 * Makes sure that this is the cluster that was meant. @throws JavasError KAFKA_WRONG_CLUSTER, and what keeps us from asking
 */
export async function checkCluster(cluster: ClusterConfig): Promise<void> {
  if (cluster.clusterId === null) return
  const admin = await openKafkaAdmin(kafkaConnection(cluster))
  try {
    const { id } = await admin.cluster()
    if (id !== cluster.clusterId)
      throw new JavasError(
        'KAFKA_WRONG_CLUSTER',
        `${cluster.bootstrap.join(', ')} is the cluster ${id}, not ${cluster.clusterId} (JAVAS_KAFKA_CLUSTER_ID): nothing was read or written.`,
      )
  } finally {
    await admin.close()
  }
}

const tlsOptions = ({ ca, certificate, key, serverName }: TlsConfig) => ({
  ...(ca && { ca }),
  ...(certificate && { cert: certificate }),
  ...(key && { key }),
  ...(serverName && { servername: serverName }),
})

function saslOptions(sasl: SaslConfig): KafkaSasl {
  if (sasl.mechanism !== 'OAUTHBEARER')
    return { mechanism: sasl.mechanism, username: sasl.user, password: sasl.password }
  const { token, tokenFile } = sasl
  return { mechanism: 'OAUTHBEARER', token: () => (tokenFile ? tokenFrom(tokenFile) : token!) }
}

async function tokenFrom(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (cause) {
    throw new JavasError('CONFIG_INVALID', `JAVAS_KAFKA_TOKEN_FILE=${file} cannot be read (${codeOf(cause)}).`, {
      cause,
    })
  }
}
