import type { DropReason } from '../processor.ts'
import type { CacheMetrics } from '../state/record-cache.ts'
import type { DeadLetterStage } from './dead-letter.ts'

/** Running counts of one task. They start at zero with the process and only grow. */
export interface TaskMetrics {
  processed: number
  produced: number
  punctuated: number
  deadLetters: number
  readonly dropped: Partial<Record<DropReason | DeadLetterStage, number>>
  /** Of every record taken in, ms behind the stream time of the task. */
  readonly lateness: { max: number; sum: number; count: number }
  restored: number
  readonly cache: CacheMetrics
}

export const newTaskMetrics = (): TaskMetrics => ({
  processed: 0,
  produced: 0,
  punctuated: 0,
  deadLetters: 0,
  dropped: {},
  lateness: { max: 0, sum: 0, count: 0 },
  restored: 0,
  cache: { updates: 0, forwarded: 0, evicted: 0 },
})

/** One more record was taken in, `behindMs` behind the stream time of the task. */
export function noteTaken(metrics: TaskMetrics, behindMs: number): void {
  const { lateness } = metrics
  metrics.processed += 1
  lateness.count += 1
  lateness.sum += behindMs
  if (behindMs > lateness.max) lateness.max = behindMs
}

export interface NodeMetrics {
  processed: number
  /** Time spent in the node itself, without its children, ms. Only counted with `measureNodes`. */
  selfMs: number
}
