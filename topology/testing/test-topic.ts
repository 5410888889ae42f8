import { jsonSerde } from '../serde.ts'

/** A topic of JSON values for tests and examples. */
export const testTopic = <T>(name: string, partitions = 1) => ({
  name,
  partitions,
  cleanupPolicy: 'delete' as const,
  retentionMs: null,
  value: jsonSerde<T>(),
})
