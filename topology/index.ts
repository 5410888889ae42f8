/** The engine's public API: `#topology`. Only this file and `testing/` may be imported from outside. */
export type * from './broker/broker.ts'
export * from './broker/errors.ts'
export { type CommitFault, Faults } from './broker/faults.ts'
export {
  type KafkaAdmin,
  type KafkaAdminOptions,
  type KafkaGroupDescription,
  type KafkaTopicDescription,
  openKafkaAdmin,
} from './broker/kafka/kafka-admin.ts'
export type { KafkaBrokerOptions } from './broker/kafka/kafka-broker-options.ts'
export { openKafkaBroker } from './broker/kafka/open-kafka-broker.ts'
export { sessionEpochsTopic } from './broker/kafka/session-epochs-topic.ts'
export { topicConfigs } from './broker/kafka/topic-configs.ts'
export type { KafkaSasl, KafkaSecurity, KafkaTls } from './broker/kafka/wire/security.ts'
export { changelogTopic } from './broker/log/internal-topics.ts'
export { MemoryLog } from './broker/memory/memory-log.ts'
export { MemoryBroker, type MemoryBrokerOptions } from './broker/memory-broker.ts'
export { murmur2, partitionOf } from './broker/murmur2.ts'
export { type DataFolderLock, lockDataFolder } from './broker/sqlite/data-folder-lock.ts'
export { openSqliteBroker, SqliteBroker, type SqliteBrokerOptions } from './broker/sqlite-broker.ts'
export { describeMermaid, describeText } from './describe.ts'
export type { Aggregation } from './dsl/aggregation.ts'
export { countSerde } from './dsl/aggregation.ts'
export type { GroupedStream } from './dsl/grouped-stream.ts'
export type { SplitStream } from './dsl/split-stream.ts'
export type { Mapped, Stream } from './dsl/stream.ts'
export { StreamsBuilder } from './dsl/streams-builder.ts'
export type { GroupedTable, Table } from './dsl/table.ts'
export type { TableOptions } from './dsl/table-updates.ts'
export type { WindowedOptions } from './dsl/windowed-options.ts'
export type { WindowedResults, WindowedStream } from './dsl/windowed-stream.ts'
export * from './errors.ts'
export type {
  DropReason,
  MapBatch,
  Processor,
  ProcessorContext,
  ProcessorSupplier,
  Punctuation,
  PunctuationType,
  RecordMetadata,
} from './processor.ts'
export type { Header, Headers, StreamRecord } from './record.ts'
export { noHeaders } from './record.ts'
export { applicationTopics } from './runtime/application-topics.ts'
export type { DeadLetter, DeadLetterQueue, DeadLetterStage, ErrorPolicies } from './runtime/dead-letter.ts'
export type { HistogramSnapshot } from './runtime/histogram.ts'
export { type Logger, silentLogger, stderrLogger } from './runtime/logger.ts'
export { type Measurements, measurementsOf } from './runtime/measurements.ts'
export type { StreamsMetrics, TaskSnapshot } from './runtime/metrics-snapshot.ts'
export type { RestoreProgress } from './runtime/restore-progress.ts'
export type { StandbySnapshot } from './runtime/standby-tasks.ts'
export type { StreamThreadModule, StreamThreadParts, StreamThreadSeat } from './runtime/stream-thread-module.ts'
export {
  StreamThreads,
  type StreamThreadsMetrics,
  type StreamThreadsOptions,
  startStreamThreads,
} from './runtime/stream-threads.ts'
export { Streams } from './runtime/streams.ts'
export type { StreamsOptions } from './runtime/streams-options.ts'
export type { StreamsState } from './runtime/streams-state.ts'
export type { Codec, SchemaRegistry, Serde } from './serde.ts'
export { bytesSerde, jsonSerde, stringSerde } from './serde.ts'
export type { StoreDeclaration } from './state/declaration.ts'
export { keyValueStore } from './state/declaration.ts'
export type { KeyValueStore, StateStore } from './state/state-store.ts'
export { decodeRowKey } from './state/window-rows.ts'
export { type Subtopology, subtopologies } from './subtopologies.ts'
export { channels, labelNames, metricNames } from './telemetry.ts'
export type {
  AsyncNode,
  AsyncOptions,
  ProcessorNode,
  SinkNode,
  SinkOptions,
  SourceNode,
  SourceOptions,
  Topic,
  TopologyNode,
} from './topology.ts'
export { physicalTopicName, Topology } from './topology.ts'
export { type SuppressBuffer, type Suppression, untilTimeLimit, untilWindowCloses } from './window/suppress.ts'
export type { LateRecord, Windowed } from './window/windowed.ts'
export { windowedSerde } from './window/windowed-serde.ts'
export {
  type SessionWindows,
  type SlidingWindows,
  sessionWindows,
  slidingWindows,
  type TimeWindows,
  timeWindows,
  type Window,
  type Windows,
} from './window/windows.ts'
