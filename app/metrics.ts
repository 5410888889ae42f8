import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { ObservableResult } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import type { ExportStatus, WorkerStatuses } from './embedded/status.ts'

export interface Metrics {
  /** In Prometheus' text format. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>
  close(): Promise<void>
}

/** Node's histogram holds the time from one of its timers to the next: an idle loop shows this much, which is no delay. */
const LOOP_RESOLUTION_MS = 5

/**
 * Prometheus metrics through OpenTelemetry. The workers' counters and gauges keep the engine's names (topology/telemetry.ts)
 * and come from their last status; the main thread adds its event loop, which is what a frozen page would show in.
 */
export function openMetrics(statuses: () => WorkerStatuses): Metrics {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [exporter] })
  const meter = provider.getMeter('javas')
  const registered = new Set<string>()

  // Names appear as the analysis first reports them.
  const register = () => {
    const { counters = {}, gauges = {} } = statuses().analyze ?? {}
    const add = (name: string, kind: 'counter' | 'gauge') => {
      if (registered.has(name)) return
      registered.add(name)
      const read = (result: ObservableResult) => {
        const now = statuses().analyze
        const value = (kind === 'counter' ? now?.counters : now?.gauges)?.[name]
        if (value !== undefined) result.observe(value)
      }
      if (kind === 'counter') meter.createObservableCounter(name).addCallback(read)
      else meter.createObservableGauge(name).addCallback(read)
    }
    for (const name of Object.keys(counters)) add(name, 'counter')
    for (const name of Object.keys(gauges)) add(name, 'gauge')
  }

  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
  delay.enable()
  let utilization: EventLoopUtilization = performance.eventLoopUtilization()
  meter.createObservableGauge('javas_web_event_loop_delay_p99_ms').addCallback((result) => {
    result.observe(Math.max(0, delay.percentile(99) / 1e6 - LOOP_RESOLUTION_MS))
    delay.reset()
  })
  meter.createObservableGauge('javas_web_event_loop_utilization').addCallback((result) => {
    result.observe(performance.eventLoopUtilization(utilization).utilization)
    utilization = performance.eventLoopUtilization()
  })
  meter
    .createObservableGauge('javas_process_resident_bytes')
    .addCallback((result) => result.observe(process.memoryUsage.rss()))
  const exported = (name: string, pick: (status: ExportStatus) => number) =>
    meter.createObservableCounter(name).addCallback((result) => {
      const status = statuses().export
      if (status) result.observe(pick(status))
    })
  exported('javas_archive_records_total', ({ archived }) => archived)
  exported('javas_archive_undecodable_total', ({ undecodable }) => undecodable)
  meter
    .createObservableGauge('javas_broadcasts_watched')
    .addCallback((result) => result.observe(statuses().collect?.channels.length ?? 0))
  meter.createObservableCounter('javas_source_counted').addCallback((result) => {
    for (const [name, value] of Object.entries(statuses().collect?.counts ?? {})) {
      const [source = '', what = ''] = name.split(' ')
      result.observe(value, { source, what })
    }
  })

  const serializer = new PrometheusSerializer('')
  return {
    async text() {
      register()
      const { resourceMetrics } = await exporter.collect()
      return { contentType: 'text/plain; version=0.0.4; charset=utf-8', body: serializer.serialize(resourceMetrics) }
    },
    async close() {
      delay.disable()
      await provider.shutdown()
    },
  }
}
