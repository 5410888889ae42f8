import type { SessionOptions } from '../broker/broker.ts'

export interface StreamThreadOptions {
  readonly thread: number
  readonly threads: number
  /** Records that go through a task in one go. */
  readonly batchSize: number
  readonly maxPollRecords: number
  /** Records that may wait for one partition before it is paused. */
  readonly maxBufferedRecords: number
  /** Records in the open transaction that force a commit. */
  readonly maxUncommittedRecords: number
  /** The same in bytes. */
  readonly maxUncommittedBytes: number
  readonly commitIntervalMs: number
  /** Input records after which a commit is due as well. */
  readonly commitEvery: number
  /** Commits refused in a row before the thread gives up. */
  readonly maxCommitAttempts: number
  /** ms before the first try again; doubled for each further one. */
  readonly commitBackoffMs: number
  /** ms. How long finishing may take before partitions are given up. */
  readonly revokeTimeoutMs: number
  /** ms. How long a log that cannot answer is asked again before the thread fails. */
  readonly taskTimeoutMs: number
  /** What was given for the session; the broker has its own defaults. */
  readonly session: Pick<SessionOptions, 'transactionTimeoutMs' | 'maxPollIntervalMs' | 'standbyReplicas'>
  /** Where to begin without a committed offset. */
  readonly startFrom: 'earliest' | 'latest'
}
