import {
  constants,
  type EventLoopUtilization,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { counter, gauge, type Measure } from './measure.ts'

/** Node's histogram holds the time from one of its timers to the next: an idle loop shows this much, which is no delay. */
const LOOP_RESOLUTION_MS = 5

const kinds: { readonly [kind: number]: string } = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak-callbacks',
}

/** Of this process, and of the event loop and the heap of the thread that asks. */
export function processMeasures(): { readonly measures: readonly Measure[]; close(): void } {
  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
  delay.enable()
  let utilization: EventLoopUtilization = performance.eventLoopUtilization()
  const pauses = new Map<string, { count: number; ms: number }>()
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { duration, detail } = entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } }
      const kind = kinds[detail?.kind ?? -1] ?? 'other'
      const known = pauses.get(kind) ?? { count: 0, ms: 0 }
      pauses.set(kind, { count: known.count + 1, ms: known.ms + duration })
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  const ofPauses = (pick: (pause: { count: number; ms: number }) => number) => () =>
    [...pauses].map(([kind, pause]) => ({ value: pick(pause), labels: { kind } }))
  return {
    measures: [
      counter('javas_process_cpu_seconds_total', 'Processor time of all threads of the process.', () => {
        const { user, system } = process.cpuUsage()
        return (user + system) / 1e6
      }),
      gauge('javas_process_resident_bytes', 'Memory of the process that is in RAM.', () => process.memoryUsage.rss()),
      gauge(
        'javas_process_start_time_seconds',
        'When the process began, epoch seconds.',
        () => performance.timeOrigin / 1000,
      ),
      gauge(
        'javas_heap_used_bytes',
        'JavaScript heap in use, of the main thread.',
        () => getHeapStatistics().used_heap_size,
      ),
      gauge('javas_heap_limit_bytes', 'What that heap may grow to.', () => getHeapStatistics().heap_size_limit),
      gauge(
        'javas_event_loop_delay_p99_ms',
        'How late the main thread came to its work, 99 of 100 times, since the last look.',
        () => {
          const ms = Math.max(0, delay.percentile(99) / 1e6 - LOOP_RESOLUTION_MS)
          delay.reset()
          return ms
        },
      ),
      gauge(
        'javas_event_loop_utilization',
        'Share of the time that the main thread was at work since the last look, 0 to 1.',
        () => {
          const share = performance.eventLoopUtilization(utilization).utilization
          utilization = performance.eventLoopUtilization()
          return share
        },
      ),
      counter(
        'javas_gc_total',
        'Garbage collections of the main thread.',
        ofPauses(({ count }) => count),
      ),
      counter(
        'javas_gc_pause_ms_total',
        'Time spent in them.',
        ofPauses(({ ms }) => ms),
      ),
    ],
    close() {
      delay.disable()
      observer.disconnect()
    },
  }
}
