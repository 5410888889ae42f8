import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { stringSerde } from '../serde.ts'
import { metricNames } from '../telemetry.ts'
import { scriptedAssignment } from '../testing/scripted-assignment.ts'
import { testTopic } from '../testing/test-topic.ts'
import { until } from '../testing/until.ts'
import { Histogram } from './histogram.ts'
import { silentLogger } from './logger.ts'
import { measurementsOf } from './measurements.ts'
import { Streams } from './streams.ts'

test('a histogram knows its quantiles to 5 %, its largest value and its sum exactly', () => {
  const histogram = new Histogram()
  for (let ms = 1; ms <= 1_000; ms++) histogram.add(ms)
  const { count, sum, max, p50, p90, p99 } = histogram.snapshot()
  assert.deepEqual([count, sum, max], [1_000, 500_500, 1_000])
  for (const [found, right] of [
    [p50, 500],
    [p90, 900],
    [p99, 990],
  ] as const)
    assert.ok(Math.abs(found / right - 1) < 0.06, `${found} is near ${right}`)
})

test('an empty histogram is zero, and what is below its first bucket or negative counts as nearly nothing', () => {
  const histogram = new Histogram()
  assert.equal(histogram.snapshot().p99, 0)
  histogram.add(-5)
  histogram.add(0.01)
  assert.equal(histogram.snapshot().count, 2)
  assert.ok(histogram.snapshot().p99 <= 0.1)
})

test('commits, rebalances and the way from record to commit are measured, and have their names', async () => {
  const input = testTopic<string>('input')
  let refusals = 1
  const { broker } = scriptedAssignment({
    commitTakes: async () => (refusals-- > 0 ? { kind: 'aborted', cause: new Error('no') } : undefined),
  })
  const builder = new StreamsBuilder()
  builder.stream('source', { topic: input, key: stringSerde }).groupByKey().count('counts')
  await broker.createTopics([input])
  const value = input.value.bind(broker.schemas, 'input-value').encode('a')
  const producer = broker.producer()
  await producer.send([{ topic: 'input', key: Buffer.from('k'), value, timestamp: Date.now() - 5_000, headers: [] }])
  await using streams = new Streams(builder.build(), {
    applicationId: 'app',
    broker,
    logger: silentLogger,
    commitIntervalMs: 0,
  })
  await streams.start()
  await until(async () => (await streams.metrics()).commits.outcomes.committed === 1)
  const metrics = await streams.metrics()
  assert.equal(metrics.commits.outcomes.aborted, 1)
  assert.equal(metrics.commits.latency.count, 2)
  assert.equal(metrics.commits.endToEnd.count, 1)
  assert.ok(metrics.commits.endToEnd.p50 >= 4_500)
  assert.equal(metrics.rebalances.count, 1)
  assert.ok(metrics.rebalances.lastMs > 0)
  const { counters, gauges } = measurementsOf([metrics, metrics])
  assert.equal(counters[metricNames.commitTotal], 2)
  assert.equal(gauges[metricNames.recordsLag], 0)
  const named = new Set(Object.keys({ ...counters, ...gauges }))
  // What is of one node, one task or the client alone has no sum.
  const alone = [
    'state',
    'streamTime',
    'nodeProcessTotal',
    'nodeProcessTime',
    'processRecordsPerSecond',
    'droppedRecordsTotal',
  ]
  const missing = Object.entries(metricNames).filter(([name, metric]) => !named.has(metric) && !alone.includes(name))
  assert.deepEqual(missing, [])
})

test('metrics come also while the log does not answer, with the lag that was known last', async () => {
  const input = testTopic<string>('input')
  const { broker } = scriptedAssignment()
  const builder = new StreamsBuilder()
  builder.stream('source', { topic: input, key: stringSerde }).peek('see', () => {})
  await using streams = new Streams(builder.build(), { applicationId: 'app', broker, logger: silentLogger })
  await streams.start()
  broker.offsets = async () => {
    throw new Error('nobody answers')
  }
  const { tasks, state } = await streams.metrics()
  assert.equal(state, 'RUNNING')
  assert.equal(tasks[0]!.lag, 0)
})
