/**
 * Metrics and traces. The only file that imports OpenTelemetry's SDK: what is measured stands in app/measures/ as plain
 * functions. Nothing leaves the process unless JAVAS_OTLP names a collector.
 */
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node'
import type { Measure } from './measures/measure.ts'
import { pushMetrics } from './otlp.ts'
import { readTraceHeader, type Traces, writeTraceHeader } from './traces.ts'
import { version } from './version.ts'

export interface Metrics {
  /** In Prometheus' text format. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>
  close(): Promise<void>
}

export interface MetricsOptions {
  /** Label of every series, so that the processes of one machine can be told apart. */
  readonly role: string
  /** Asked at every scrape: names appear as what is measured comes up. */
  readonly measures: () => readonly Measure[]
  /** Base address of an OTLP/HTTP collector that they are sent to as well; null: they wait to be fetched. */
  readonly otlp?: string | null
}

export function openMetrics({ role, measures, otlp = null }: MetricsOptions): Metrics {
  const push = otlp === null ? null : pushMetrics(otlp, role, measures)
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const resource = resourceFromAttributes({ 'service.name': 'javas', 'service.version': version, role })
  const provider = new MeterProvider({ readers: [exporter], resource })
  const meter = provider.getMeter('javas')
  const registered = new Set<string>()
  // One measure is read once at a scrape, by the newest function that has its name.
  let current = new Map<string, Measure>()
  // The SDK goes on telling of a series that nobody observes any more; what is gone must be gone.
  const observed = new Set<string>()
  const seriesKey = (name: string, labels: object = {}) => `${name} ${JSON.stringify(Object.entries(labels).sort())}`

  const register = () => {
    current = new Map(measures().map((measure) => [measure.name, measure]))
    for (const { name, kind, help: description } of current.values()) {
      if (registered.has(name)) continue
      registered.add(name)
      const options = { description }
      const instrument =
        kind === 'counter' ? meter.createObservableCounter(name, options) : meter.createObservableGauge(name, options)
      instrument.addCallback(async (result) => {
        for (const { value, labels } of (await current.get(name)?.read()) ?? []) {
          observed.add(seriesKey(name, labels))
          result.observe(value, labels)
        }
      })
    }
  }

  const serializer = new PrometheusSerializer('', false, /^role$/, false, true)
  return {
    async text() {
      register()
      observed.clear()
      const { resourceMetrics } = await exporter.collect()
      const scopeMetrics = resourceMetrics.scopeMetrics.map((scope) => ({
        ...scope,
        metrics: scope.metrics.flatMap((metric) => {
          const points = (metric.dataPoints as { attributes: object }[]).filter(({ attributes }) =>
            observed.has(seriesKey(metric.descriptor.name, attributes)),
          )
          return points.length > 0 ? [{ ...metric, dataPoints: points } as typeof metric] : []
        }),
      }))
      const body = serializer.serialize({ ...resourceMetrics, scopeMetrics })
      return { contentType: 'text/plain; version=0.0.4; charset=utf-8', body }
    },
    async close() {
      await push?.close()
      await provider.shutdown()
    },
  }
}

export interface TracesOptions {
  readonly role: string
  /** Base address of an OTLP/HTTP collector, such as http://127.0.0.1:4318; null: nothing is traced. */
  readonly otlp: string | null
  /** Of the messages that a source brings, 0 to 1. */
  readonly sampled: number
  /** Where spans go instead, for tests. */
  readonly processor?: SpanProcessor
  readonly random?: () => number
}

/** Null where nothing is traced: then nothing of it is even loaded. */
export async function openTraces(options: TracesOptions): Promise<Traces | null> {
  const { role, otlp, sampled, random = Math.random } = options
  if (!options.processor && otlp === null) return null
  const { BasicTracerProvider } = await import('@opentelemetry/sdk-trace-node')
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `javas-${role}`, 'service.version': version }),
    spanProcessors: [options.processor ?? (await otlpProcessor(otlp!))],
  })
  const tracer = provider.getTracer('javas')
  return {
    begin(name, attributes) {
      if (random() >= sampled) return null
      const span = tracer.startSpan(name, { kind: SpanKind.PRODUCER, root: true, attributes })
      return { header: writeTraceHeader(span.spanContext()), end: () => span.end() }
    },
    add(name, headers, { startedAt, endedAt, attributes }) {
      const parent = readTraceHeader(headers)
      if (!parent) return
      const context = trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true })
      tracer.startSpan(name, { startTime: startedAt, attributes }, context).end(endedAt)
    },
    close: () => provider.shutdown(),
  }
}

async function otlpProcessor(otlp: string): Promise<SpanProcessor> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-node')
  const exporter = new OTLPTraceExporter({ url: new URL('/v1/traces', otlp).href, timeoutMillis: 5_000 })
  return new BatchSpanProcessor(exporter, { maxQueueSize: 2_048 })
}
