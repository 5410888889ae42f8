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

/** What is published, and with what. */
export const channels = {
  /** { applicationId, from, to } */
  stateChanged: channel('streams:state-changed'),
  /** { applicationId, records, tasks, latencyMs, outcome } */
  committed: channel('streams:commit'),
  /** { applicationId, ...DeadLetter } */
  skipped: channel('streams:record-skipped'),
  /** { applicationId, task, store, restored, remaining } */
  restoring: channel('streams:restore'),
  /** { applicationId, blockedMs }: user code held the event loop */
  blocked: channel('streams:event-loop-blocked'),
  /** { applicationId, error } */
  failed: channel('streams:failed'),
} as const

/** Words of the log lines, one for each thing that can happen to a record or a task. */
export const logEvents = {
  skipped: 'record-skipped',
  stateChanged: 'state-changed',
  commitAborted: 'commit-aborted',
  commitUnknown: 'commit-unknown',
  restored: 'store-restored',
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
