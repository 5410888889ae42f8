import type { CommitOutcome } from '../broker/broker.ts'

/** Running counts of a thread's commits. */
export interface CommitMetrics {
  readonly outcomes: Record<CommitOutcome['kind'], number>
  /** Of commits that were tried, ms. */
  readonly latency: { max: number; sum: number; count: number }
  add(outcome: CommitOutcome['kind'], latencyMs: number): void
}

export const newCommitMetrics = (): CommitMetrics => ({
  outcomes: { committed: 0, aborted: 0, fenced: 0, unknown: 0 },
  latency: { max: 0, sum: 0, count: 0 },
  add(outcome, latencyMs) {
    this.outcomes[outcome] += 1
    this.latency.sum += latencyMs
    this.latency.count += 1
    this.latency.max = Math.max(this.latency.max, latencyMs)
  },
})
