import type { KafkaBroker } from './kafka-broker.ts'
import type { KafkaBrokerOptions } from './kafka-broker-options.ts'

/**
 * A broker on a real cluster. Waits for one that does not answer yet. Throws BrokerError: KAFKA_UNREACHABLE with the
 * addresses when it does not answer in time, KAFKA_AUTHENTICATION, KAFKA_TLS, KAFKA_TOO_OLD, KAFKA_WRONG_CLUSTER.
 *
 * The Kafka client is loaded here and not before: a process that works on a local log never pays for it.
 */
export async function openKafkaBroker(options: KafkaBrokerOptions): Promise<KafkaBroker> {
  const { KafkaBroker } = await import('./kafka-broker.ts')
  return KafkaBroker.open(options)
}
