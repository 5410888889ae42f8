/** What leaves the process: metrics and health when asked, traces where a collector is named, logs without what people wrote. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { dataFiles } from '#app/config.ts'
import { openArchiveReader } from '#sinks/sqlite-archive.ts'
import { until } from './cluster/deployment.ts'
import { type RoleProcess, startRole } from './cluster/role-process.ts'

interface Span {
  readonly traceId: string
  readonly parentSpanId?: string
  readonly spanId: string
  readonly name: string
}

const folder = mkdtempSync(join(tmpdir(), 'javas-telemetry-'))
const spans: Span[] = []
/** Of the last metrics that came, and all lines. */
let pushed: { readonly name: string; readonly sum?: object; readonly gauge?: object }[] = []
const lines: string[] = []
/** An OTLP/HTTP collector, as far as an exporter sees it. */
const collector = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const { resourceSpans = [], resourceMetrics = [], resourceLogs = [] } = JSON.parse(body)
  for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans)
  for (const { scopeMetrics } of resourceMetrics) pushed = scopeMetrics[0].metrics
  for (const { scopeLogs } of resourceLogs)
    lines.push(...scopeLogs[0].logRecords.map((record: { body: { stringValue: string } }) => record.body.stringValue))
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
})
let javas: RoleProcess
let health: string

before(async () => {
  await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done))
  javas = startRole(['start', '--port', '0', '--demo'], {
    JAVAS_KAFKA: undefined,
    JAVAS_DATA: join(folder, 'data'),
    JAVAS_LOG: 'info',
    JAVAS_METRICS_PORT: '0',
    JAVAS_OTLP: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    JAVAS_OTLP_SIGNALS: 'traces,metrics,logs',
    JAVAS_TRACE_PER_MILLE: '1000',
  })
  health = (await javas.says(/health checks and metrics at (http\S+)/))[1]!
  await until('the demo is archived', async () => (await archived()).length > 30)
})
after(async () => {
  await javas?.kill('SIGKILL')
  collector.close()
  rmSync(folder, { recursive: true, force: true })
})

async function archived() {
  const archive = openArchiveReader(dataFiles(join(folder, 'data')).archive)
  try {
    return await Array.fromAsync(archive.export({}))
  } finally {
    await archive.close()
  }
}

test('the embedded process says on a port of its own that it lives, that it is ready and what it measures', async () => {
  for (const path of ['healthz', 'readyz']) {
    const answer = await fetch(`${health}/${path}`)
    assert.equal(answer.status, 200)
    const { live, ready, parts } = (await answer.json()) as { live: boolean; ready: boolean; parts: object }
    assert.deepEqual([live, ready, Object.keys(parts).includes('analysis')], [true, true, true])
  }
  const metrics = await (await fetch(`${health}/metrics`)).text()
  for (const name of [
    ...['streams_process_total', 'streams_node_process_time_ms_total', 'javas_archive_records_total'],
    ...['javas_topic_bytes', 'javas_topic_written_total', 'javas_consumer_lag_records', 'javas_dashboard_streams'],
    ...['javas_model_available', 'javas_gc_total', 'javas_event_loop_utilization'],
  ])
    assert.match(metrics, new RegExp(`^${name}\\{`, 'm'), name)
})

test('a message has one trace from its source through every node to the archive and to the frame of the live page', async () => {
  const nodes = ['chat', 'deduplicate', 'tokenize', 'flag-profanity', 'score-sentiment']
  const names = ['collect', ...nodes, 'sink-archive', 'sse-frame']
  const trace = await until('a whole trace', async () => {
    const traces = Map.groupBy(spans, ({ traceId }) => traceId)
    return [...traces.values()].find((trace) => names.every((name) => trace.some((span) => span.name === name)))
  })
  const root = trace.find(({ name }) => name === 'collect')!
  assert.ok(!root.parentSpanId)
  for (const span of trace.filter((one) => one !== root)) assert.equal(span.parentSpanId, root.spanId, span.name)
})

test('a collector that is to have them gets the metrics of /metrics and the lines of the log', async () => {
  await until('metrics and lines', async () => pushed.length > 20 && lines.length > 3)
  const metrics = await (await fetch(`${health}/metrics`)).text()
  for (const name of ['streams_process_total', 'javas_topic_bytes', 'javas_process_cpu_seconds_total']) {
    assert.ok(
      pushed.some((one) => one.name === name),
      name,
    )
    assert.match(metrics, new RegExp(`^${name}\\{`, 'm'))
  }
  const { sum, gauge } = pushed.find(({ name }) => name === 'streams_process_total')!
  assert.partialDeepStrictEqual(sum, { aggregationTemporality: 2, isMonotonic: true })
  assert.equal(gauge, undefined)
  for (const line of lines) assert.ok(javas.printed.includes(line), line)
})

test('the log holds nothing that anybody wrote, and nobody who wrote it', async () => {
  assert.ok(javas.printed.includes(' info '), 'it says something')
  const messages = await archived()
  const told = messages
    .flatMap(({ message }) => [message.author.name, message.author.id, message.text])
    .filter((text) => text.length > 3 && javas.printed.includes(text))
  assert.deepEqual(told, [])
})
