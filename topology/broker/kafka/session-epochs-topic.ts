import type { TopicSpec } from '../broker.ts'

/**
 * Where an application's epochs come from; created with its topics, and left alone by a reset: epochs must go on growing
 * after one. Its name is neither a changelog's nor a repartition topic's.
 */
export const sessionEpochsTopic = (applicationId: string): TopicSpec => ({
  name: `${applicationId}-session-epochs`,
  partitions: 1,
  cleanupPolicy: 'compact',
  retentionMs: null,
})
