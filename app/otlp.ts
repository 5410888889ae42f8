/**
 * Metrics and log lines to a collector, as OTLP/HTTP with JSON. Nobody waits for it: what a collector does not take in a few
 * seconds is dropped, metrics come again with the next look, and standard error has every line.
 */
import type { Measure } from './measures/measure.ts'
import { version } from './version.ts'

const TIMEOUT_MS = 5_000
const METRICS_EVERY_MS = 15_000
/** Whoever looks whether they arrive need not wait for that long. */
const FIRST_METRICS_MS = 2_000
const LOGS_EVERY_MS = 1_000
/** Lines that wait for a collector; later ones are dropped. */
const MAX_LINES = 2_000
const NANOS_PER_MS = 1_000_000n

type Attribute = { readonly key: string; readonly value: { readonly stringValue: string } }

const attributesOf = (labels: { readonly [name: string]: string } = {}): readonly Attribute[] =>
  Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }))
const resourceOf = (role: string) => ({
  attributes: attributesOf({ 'service.name': `javas-${role}`, 'service.version': version, role }),
})
const scope = { name: 'javas' }
const nanos = (ms: number): string => String(BigInt(Math.round(ms)) * NANOS_PER_MS)

async function post(address: string, path: string, body: unknown): Promise<boolean> {
  try {
    const answer = await fetch(new URL(path, address), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

export interface MetricsPush {
  /** Sends the last values. */
  close(): Promise<void>
}

/** Sends what the measures are now, every few seconds. */
export function pushMetrics(address: string, role: string, measures: () => readonly Measure[]): MetricsPush {
  const startTimeUnixNano = nanos(Date.now())
  const send = async () => {
    const timeUnixNano = nanos(Date.now())
    const metrics = []
    // The newest of each name, as at a scrape.
    for (const { name, kind, help, read } of new Map(measures().map((one) => [one.name, one])).values()) {
      const dataPoints = [...(await read())].map(({ value, labels }) => ({
        asDouble: value,
        timeUnixNano,
        attributes: attributesOf(labels),
        ...(kind === 'counter' && { startTimeUnixNano }),
      }))
      if (dataPoints.length === 0) continue
      const values =
        kind === 'counter'
          ? { sum: { dataPoints, aggregationTemporality: 2, isMonotonic: true } }
          : { gauge: { dataPoints } }
      metrics.push({ name, description: help, ...values })
    }
    await post(address, '/v1/metrics', {
      resourceMetrics: [{ resource: resourceOf(role), scopeMetrics: [{ scope, metrics }] }],
    })
  }
  let last = Promise.resolve()
  const again = () => {
    last = last.then(send).catch(() => {})
  }
  const first = setTimeout(again, FIRST_METRICS_MS).unref()
  const timer = setInterval(again, METRICS_EVERY_MS).unref()
  return {
    async close() {
      clearTimeout(first)
      clearInterval(timer)
      await last.then(send).catch(() => {})
    },
  }
}

const severities = { debug: 5, info: 9, warn: 13, error: 17 } as const

export type LogLevel = keyof typeof severities
/** @param at epoch ms */
export type PushLine = (role: string, level: LogLevel, at: number, text: string) => void

const lines = new Map<string, PushLine>()

/** Of this thread: one queue for each collector, whoever logs. */
export function pushLines(address: string): PushLine {
  const known = lines.get(address)
  if (known) return known
  const waiting: { readonly role: string; readonly record: object }[] = []
  let isDue = false
  const flush = async () => {
    isDue = false
    const batch = waiting.splice(0)
    if (batch.length === 0) return
    const resourceLogs = [...Map.groupBy(batch, ({ role }) => role)].map(([role, of]) => ({
      resource: resourceOf(role),
      scopeLogs: [{ scope, logRecords: of.map(({ record }) => record) }],
    }))
    if (await post(address, '/v1/logs', { resourceLogs })) return
    waiting.unshift(...batch.slice(0, MAX_LINES - waiting.length))
  }
  // An end in order takes the last lines along.
  process.once('beforeExit', () => void flush())
  const push: PushLine = (role, level, at, text) => {
    if (waiting.length >= MAX_LINES) return
    const record = {
      timeUnixNano: nanos(at),
      severityNumber: severities[level],
      severityText: level,
      body: { stringValue: text },
    }
    waiting.push({ role, record })
    if (isDue) return
    isDue = true
    setTimeout(() => void flush(), LOGS_EVERY_MS).unref()
  }
  lines.set(address, push)
  return push
}
