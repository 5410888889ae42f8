import { channel } from 'node:diagnostics_channel'

/**
 * Every name the engine measures or logs under, after Kafka Streams' metrics where it has them. The engine publishes on
 * the diagnostics channels below and counts in `Streams.metrics()`; exporters live elsewhere.
 */
export const metricNames = {
  state: 'streams_state',
  processTotal: 'streams_process_total',
  processRecordsPerSecond: 'streams_process_rate',
  droppedRecordsTotal: 'streams_dropped_records_total',
  deadLettersTotal: 'streams_dead_letters_total',
  recordLatenessMax: 'streams_record_lateness_max_ms',
  recordLatenessAvg: 'streams_record_lateness_avg_ms',
  commitTotal: 'streams_commit_total',
  commitAbortedTotal: 'streams_commit_aborted_total',
  commitLatencyAvg: 'streams_commit_latency_avg_ms',
  commitLatencyMax: 'streams_commit_latency_max_ms',
  commitLatencyP50: 'streams_commit_latency_p50_ms',
  commitLatencyP99: 'streams_commit_latency_p99_ms',
  /** From an input record's timestamp to the commit that has its results. */
  endToEndLatencyP50: 'streams_record_e2e_latency_p50_ms',
  endToEndLatencyP99: 'streams_record_e2e_latency_p99_ms',
  endToEndLatencyMax: 'streams_record_e2e_latency_max_ms',
  commitFencedTotal: 'streams_commit_fenced_total',
  commitUnknownTotal: 'streams_commit_unknown_total',
  rebalanceTotal: 'streams_rebalance_total',
  rebalanceTime: 'streams_rebalance_time_ms_total',
  rebalanceLast: 'streams_rebalance_last_ms',
  blockedTotal: 'streams_event_loop_blocked_total',
  blockedTime: 'streams_event_loop_blocked_time_ms_total',
  blockedMax: 'streams_event_loop_blocked_max_ms',
  /** Updates that came to record caches, those that went on, and those that went on before their commit. */
  cacheUpdatesTotal: 'streams_record_cache_updates_total',
  cacheForwardedTotal: 'streams_record_cache_forwarded_total',
  cacheEvictedTotal: 'streams_record_cache_evicted_total',
  standbyLag: 'streams_standby_lag_records',
  standbyRestoredTotal: 'streams_standby_restored_records_total',
  punctuateTotal: 'streams_punctuate_total',
  activeBufferCount: 'streams_active_buffer_count',
  recordsLag: 'streams_records_lag',
  streamTime: 'streams_stream_time_ms',
  producedTotal: 'streams_records_produced_total',
  restoreTotal: 'streams_restore_total',
  restoreRemaining: 'streams_restore_remaining_records_total',
  nodeProcessTotal: 'streams_node_process_total',
  nodeProcessTime: 'streams_node_process_time_ms',
} as const

/** The one label set. */
export const labelNames = {
  applicationId: 'application_id',
  thread: 'thread',
  task: 'task',
  node: 'node',
  store: 'store',
  topic: 'topic',
  reason: 'reason',
} as const

/**
 * What is published, and with what. A subscriber runs within the engine's turn: it should only take note. A channel
 * without subscribers costs nothing.
 */
export const channels = {
  /** { applicationId, from, to }: REBALANCING while a task that was assigned is not at work yet */
  stateChanged: channel('streams:state-changed'),
  /** { applicationId, records, tasks, latencyMs, outcome }: one for each transaction that was tried */
  committed: channel('streams:commit'),
  /** { applicationId, reason, ...DeadLetter }: one for each record that left the stream before its time */
  skipped: channel('streams:record-skipped'),
  /** { applicationId, task, store, partition, restored, remaining }: at the start of a restore, then after each write */
  restoring: channel('streams:restore'),
  /** { applicationId, kind: 'assigned' | 'revoked' | 'lost', partitions } */
  rebalanced: channel('streams:rebalance'),
  /** { applicationId, blockedMs }: user code held the event loop, told when it is over */
  blocked: channel('streams:event-loop-blocked'),
  /** { applicationId, task, node, headers, startedAt, endedAt }: a record with headers went through a node; only tasks that start while somebody listens tell */
  node: channel('streams:node'),
  /** { applicationId, error }: the client ends in ERROR */
  failed: channel('streams:failed'),
} as const

/** Words of the log lines, one for each thing that can happen to a record or a task. */
export const logEvents = {
  skipped: 'record-skipped',
  stateChanged: 'state-changed',
  commitAborted: 'commit-aborted',
  commitUnknown: 'commit-unknown',
  restored: 'store-restored',
  assigned: 'partitions-assigned',
  revoked: 'partitions-revoked',
  lost: 'partitions-lost',
  revokeTimedOut: 'revoke-timed-out',
  closeTimedOut: 'close-timed-out',
  standbyFailed: 'standby-failed',
  trimFailed: 'trim-failed',
  retried: 'log-retried',
  blocked: 'event-loop-blocked',
  failed: 'thread-failed',
  closeFailed: 'close-failed',
  listenerFailed: 'listener-failed',
} as const
