import type { Reader, TopicPartition } from '../broker.ts'

/** What a reader of Kafka knows beyond the port; `KafkaReader` is the implementation. */
export interface EpochReader extends Reader {
  /** Leader epoch of the last record that `poll` handed out of this partition since `assign`; -1 when none was. */
  leaderEpoch(partition: TopicPartition): number
}
