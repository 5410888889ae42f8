import { Kafka, logLevel } from 'kafkajs'

// kafkajs computes waits below zero, of which Node warns on every connection.
process.removeAllListeners('warning')

/** True when `nodes` brokers are in the metadata that one of `addresses` gives. */
export async function answersWith(nodes: number, addresses: readonly string[]): Promise<boolean> {
  const admin = clientOf(addresses).admin()
  try {
    await admin.connect()
    return (await admin.describeCluster()).brokers.length === nodes
  } catch {
    return false
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

/**
 * A new cluster makes its topics for groups and for transactions when the first client asks for them, and answers that
 * client with errors meanwhile. True when both are there: the probe was the first client.
 */
export async function hasCoordinators(addresses: readonly string[]): Promise<boolean> {
  const kafka = clientOf(addresses)
  const admin = kafka.admin()
  const producer = kafka.producer({ transactionalId: 'javas-probe', maxInFlightRequests: 1, idempotent: true })
  try {
    await admin.connect()
    await admin.describeGroups(['javas-probe'])
    await producer.connect()
    await (await producer.transaction()).abort()
    return true
  } catch {
    return false
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]).catch(() => {})
  }
}

const clientOf = (addresses: readonly string[]) =>
  new Kafka({
    clientId: 'javas-probe',
    brokers: [...addresses],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    // An idempotent producer refuses to be made without a retry.
    retry: { retries: 1, initialRetryTime: 50 },
  })
