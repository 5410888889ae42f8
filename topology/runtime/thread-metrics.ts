import type { CommitOutcome } from '../broker/broker.ts'
import { Histogram } from './histogram.ts'

/** Running counts of a thread's commits. */
export interface CommitMetrics {
  readonly outcomes: Record<CommitOutcome['kind'], number>
  /** From seal to outcome of commits that were tried, ms. */
  readonly latency: Histogram
  /** From an input record's timestamp to the commit that has its results, ms; of the first record of each batch. */
  readonly endToEnd: Histogram
  add(outcome: CommitOutcome['kind'], latencyMs: number): void
}

export const newCommitMetrics = (): CommitMetrics => ({
  outcomes: { committed: 0, aborted: 0, fenced: 0, unknown: 0 },
  latency: new Histogram(),
  endToEnd: new Histogram(),
  add(outcome, latencyMs) {
    this.outcomes[outcome] += 1
    this.latency.add(latencyMs)
  },
})

/** Running counts of a thread's changes of assignment. */
export interface RebalanceMetrics {
  /** Assignments and revocations. */
  count: number
  /** From an assignment until its last task is at work, ms. */
  lastMs: number
  totalMs: number
}

export const newRebalanceMetrics = (): RebalanceMetrics => ({ count: 0, lastMs: 0, totalMs: 0 })
