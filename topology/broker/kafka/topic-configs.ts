import type { TopicDescription, TopicSpec } from '../broker.ts'

export interface TopicPlacement {
  /** -1: what the cluster's default is. */
  readonly replicationFactor: number
  /** Absent: what the cluster's default is. */
  readonly minInsyncReplicas?: number | undefined
}

/** Kafka refuses records further ahead of its clock than an hour; whoever reads them decides here. */
const ANY_TIMESTAMP = '9223372036854775807'
/** A record of the largest size (`RECORD_TOO_LARGE`) with what stands around it in a batch. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024

/**
 * How a topic of ours is configured. Retention counts from a record's own timestamp on Kafka, which may be long ago: so
 * every topic says what it keeps, and the cluster's default never decides.
 */
export function topicConfigs(spec: TopicSpec, { minInsyncReplicas }: TopicPlacement): Record<string, string> {
  return {
    'cleanup.policy': spec.cleanupPolicy,
    'retention.ms': String(spec.retentionMs ?? -1),
    'retention.bytes': String(spec.retentionBytes ?? -1),
    'message.timestamp.type': 'CreateTime',
    'message.timestamp.after.max.ms': ANY_TIMESTAMP,
    'max.message.bytes': String(MAX_MESSAGE_BYTES),
    ...(minInsyncReplicas !== undefined && { 'min.insync.replicas': String(minInsyncReplicas) }),
  }
}

/** What a topic's configuration says in our words. */
export function specOf(
  configs: Readonly<Record<string, string>>,
): Pick<TopicDescription, 'cleanupPolicy' | 'retentionMs' | 'retentionBytes'> {
  const limit = (name: string) => {
    const value = Number(configs[name] ?? -1)
    return value < 0 || value > Number.MAX_SAFE_INTEGER ? null : value
  }
  return {
    cleanupPolicy: configs['cleanup.policy']?.includes('compact') ? 'compact' : 'delete',
    retentionMs: limit('retention.ms'),
    retentionBytes: limit('retention.bytes'),
  }
}
