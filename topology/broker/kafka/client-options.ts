/** What each part of the client layer is made with. */
import type { SchemaRegistry } from '../../serde.ts'
import type { ClusterView } from './cluster-view.ts'
import type { KafkaRpc, Time } from './rpc.ts'
import type { Compression } from './wire/compression.ts'

/** What everything above the wire works with. */
export interface Client {
  readonly rpc: KafkaRpc
  readonly time: Time
  readonly cluster: ClusterView
}

export interface TransactionalProducerOptions extends Client {
  /** One a stream thread; a second producer with it fences the first. */
  readonly transactionalId: string
  /** The coordinator aborts a transaction that is open for longer. Default 10,000 ms, as Kafka Streams. */
  readonly transactionTimeoutMs?: number
  /** How long one transaction tries before it gives up and aborts. Default: 4/5 of the transaction timeout. */
  readonly deliveryTimeoutMs?: number
  /** Bytes of one batch at most, before compression. Default 1,000,000. */
  readonly maxBatchBytes?: number
  readonly compression?: Compression
}

export interface KafkaProducerOptions extends Client {
  /** Default 50,000. */
  readonly maxBufferedRecords?: number
  /** Default 1,000,000. */
  readonly maxBatchBytes?: number
  readonly compression?: Compression
  /** From `send` to giving up. Default 120,000 ms, as the Java client. */
  readonly deliveryTimeoutMs?: number
  /** How long `close` waits for what is not acknowledged yet. Default 10,000 ms. */
  readonly closeTimeoutMs?: number
  readonly onClose?: () => void
}

export interface KafkaReaderOptions extends Client {
  /** Told the ids of framed values before they are handed out. */
  readonly schemas?: Pick<SchemaRegistry, 'schema' | 'load'>
  /** Default: read_committed. */
  readonly isolation?: 'read_committed' | 'read_uncommitted'
  /** Bytes of one partition in one fetch. Default 1 MiB. */
  readonly maxPartitionBytes?: number
  /** Bytes fetched and not handed out yet, over all partitions. Default 32 MiB. */
  readonly maxBufferedBytes?: number
  readonly onClose?: () => void
}
