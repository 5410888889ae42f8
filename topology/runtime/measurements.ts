import { metricNames } from '../telemetry.ts'
import type { StreamsMetrics } from './metrics-snapshot.ts'

export interface Measurements {
  /** These only grow, until the process ends. */
  readonly counters: Readonly<Record<string, number>>
  readonly gauges: Readonly<Record<string, number>>
}

/** Snapshots of one process's threads under their metric names: sums, and the worst of what has no sum. */
export function measurementsOf(threads: readonly StreamsMetrics[]): Measurements {
  const tasks = threads.flatMap((thread) => thread.tasks)
  const copies = threads.flatMap((thread) => thread.standby)
  const sum = <T>(of: readonly T[], pick: (one: T) => number) => of.reduce((total, one) => total + pick(one), 0)
  const worst = <T>(of: readonly T[], pick: (one: T) => number) =>
    of.reduce((most, one) => Math.max(most, pick(one)), 0)
  const outcome = (kind: keyof StreamsMetrics['commits']['outcomes']) =>
    sum(threads, ({ commits }) => commits.outcomes[kind])
  const dropped: Record<string, number> = {}
  for (const task of tasks)
    for (const [reason, count] of Object.entries(task.dropped)) {
      const name = metricNames.droppedRecordsTotal.replace(/_total$/, `_${reason.replaceAll('-', '_')}_total`)
      dropped[name] = (dropped[name] ?? 0) + count
    }
  const latencies = sum(threads, ({ commits }) => commits.latency.count)
  return {
    counters: {
      [metricNames.processTotal]: sum(tasks, ({ processed }) => processed),
      [metricNames.producedTotal]: sum(tasks, ({ produced }) => produced),
      [metricNames.punctuateTotal]: sum(tasks, ({ punctuated }) => punctuated),
      [metricNames.deadLettersTotal]: sum(tasks, ({ deadLetters }) => deadLetters),
      [metricNames.restoreTotal]: sum(tasks, ({ restored }) => restored),
      [metricNames.cacheUpdatesTotal]: sum(tasks, ({ cache }) => cache.updates),
      [metricNames.cacheForwardedTotal]: sum(tasks, ({ cache }) => cache.forwarded),
      [metricNames.cacheEvictedTotal]: sum(tasks, ({ cache }) => cache.evicted),
      [metricNames.commitTotal]: outcome('committed'),
      [metricNames.commitAbortedTotal]: outcome('aborted'),
      [metricNames.commitUnknownTotal]: outcome('unknown'),
      [metricNames.commitFencedTotal]: outcome('fenced'),
      [metricNames.rebalanceTotal]: sum(threads, ({ rebalances }) => rebalances.count),
      [metricNames.rebalanceTime]: sum(threads, ({ rebalances }) => rebalances.totalMs),
      [metricNames.standbyRestoredTotal]: sum(threads, ({ standbyRestored }) => standbyRestored),
      [metricNames.blockedTotal]: sum(threads, ({ blocked }) => blocked.count),
      [metricNames.blockedTime]: sum(threads, ({ blocked }) => blocked.totalMs),
      ...dropped,
    },
    gauges: {
      [metricNames.recordsLag]: sum(tasks, ({ lag }) => lag),
      [metricNames.activeBufferCount]: sum(tasks, ({ buffered }) => buffered),
      [metricNames.recordLatenessMax]: worst(tasks, ({ lateness }) => lateness.max),
      [metricNames.recordLatenessAvg]: ratio(
        sum(tasks, ({ lateness }) => lateness.sum),
        sum(tasks, ({ lateness }) => lateness.count),
      ),
      [metricNames.restoreRemaining]: sum(
        threads.flatMap(({ restoring }) => restoring),
        ({ remaining }) => remaining,
      ),
      [metricNames.standbyLag]: sum(copies, ({ lag }) => lag),
      [metricNames.rebalanceLast]: worst(threads, ({ rebalances }) => rebalances.lastMs),
      [metricNames.blockedMax]: worst(threads, ({ blocked }) => blocked.maxMs),
      [metricNames.commitLatencyAvg]: ratio(
        sum(threads, ({ commits }) => commits.latency.sum),
        latencies,
      ),
      [metricNames.commitLatencyMax]: worst(threads, ({ commits }) => commits.latency.max),
      [metricNames.commitLatencyP50]: worst(threads, ({ commits }) => commits.latency.p50),
      [metricNames.commitLatencyP99]: worst(threads, ({ commits }) => commits.latency.p99),
      [metricNames.endToEndLatencyP50]: worst(threads, ({ commits }) => commits.endToEnd.p50),
      [metricNames.endToEndLatencyP99]: worst(threads, ({ commits }) => commits.endToEnd.p99),
      [metricNames.endToEndLatencyMax]: worst(threads, ({ commits }) => commits.endToEnd.max),
    },
  }
}

const ratio = (sum: number, count: number): number => (count === 0 ? 0 : sum / count)
