import type { Logger } from '../../runtime/logger.ts'
import type { SchemaRegistry } from '../../serde.ts'
import type { KafkaSessionOptions, SessionEvent } from './kafka-session-options.ts'
import type { Compression } from './wire/compression.ts'
import type { KafkaSecurity } from './wire/security.ts'

export interface KafkaBrokerOptions
  extends KafkaSecurity,
    Partial<
      Pick<
        KafkaSessionOptions,
        | 'instanceId'
        | 'staticMembership'
        | 'sessionTimeoutMs'
        | 'heartbeatIntervalMs'
        | 'rebalanceTimeoutMs'
        | 'transactionTimeoutMs'
        | 'stateCleanupDelayMs'
      >
    > {
  /** `host:port` of some brokers; the others are learnt from them. */
  readonly bootstrap: readonly string[]
  /** How the brokers' logs call us. Default `javas`. */
  readonly clientId?: string
  /** Where schema ids come from: a registry's, or ids that follow from the schemas. */
  readonly schemas: SchemaRegistry
  /** Folder of the local copies of state. Its processes are of one machine; each application has a folder inside. */
  readonly stateDirectory: string
  /** Of what we write. Default none. */
  readonly compression?: Compression
  /** Of topics made here. Default: the cluster's. */
  readonly replicationFactor?: number
  /** Of topics made here. Default: the cluster's. */
  readonly minInsyncReplicas?: number
  /** Refuses any other cluster: KAFKA_WRONG_CLUSTER. */
  readonly expectedClusterId?: string
  /** How long a call goes on asking while no broker answers, also at the start. Default 30,000 ms. */
  readonly unreachableAfterMs?: number
  /** Default 30,000 ms. */
  readonly requestTimeoutMs?: number
  /** Of connecting and logging in. Default 10,000 ms. */
  readonly connectTimeoutMs?: number
  readonly logger?: Logger
  /** What happens to memberships. */
  readonly onSessionEvent?: (event: SessionEvent) => void
}
