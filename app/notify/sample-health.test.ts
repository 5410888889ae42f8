import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import type { HealthSample } from '#schemas/types.ts'
import { MemoryBroker } from '#topology'
import type { AnalyzeStatus, ExportStatus } from '../embedded/status.ts'
import { createLog } from '../log.ts'
import { prepareTopics } from '../prepare-topics.ts'
import { measureHealth, noOtherRoles, SteadyClock, sampleHealth } from './sample-health.ts'

const record = (topic: string, partition?: number) => ({
  topic,
  key: Buffer.from('a'),
  value: Buffer.from('x'),
  timestamp: 1,
  headers: [],
  ...(partition !== undefined && { partition }),
})
const steady = { stepMs: () => 0 }

test('stores are measured by their own positions, dead letters by what there ever were, the model by its longest wait', async () => {
  const broker = new MemoryBroker()
  await prepareTopics(broker)
  await broker.producer().send([record('alerts'), record('alerts'), record('dead-letters')])
  const at = 1_000_000
  const exporting = {
    ...{ archived: 0, undecodable: 0, problem: '' },
    stores: [
      {
        name: 'mongodb',
        positions: Array.from({ length: 4 }, (_, partition) => ({ topic: 'alerts', partition, offset: 0 })),
      },
    ],
  } satisfies ExportStatus
  const analyzing = (waitMs: number) => ({ models: { live: { waitMs } } }) as unknown as AnalyzeStatus
  const samples = await measureHealth(
    broker,
    topics,
    {
      analyze: [analyzing(40), analyzing(2_500)],
      export: [exporting],
      told: [
        { name: 'collect a', at: at - 2_000 },
        { name: 'export b', at: at + 7_000 },
      ],
    },
    steady,
    at,
  )
  const of = (kind: string) => samples.find((sample) => sample.kind === kind)!
  assert.equal(
    of('sink-lag').places.reduce((sum, { position, end }) => sum + end - position, 0),
    2,
  )
  assert.equal(of('dead-letters').value, 1)
  assert.equal(of('model-slow').value, 2.5)
  assert.deepEqual([of('clock-trouble').value, of('clock-trouble').detail], [7, 'ahead: export b'])
  // Nothing has been analysed yet: nothing is said of it.
  assert.equal(of('consumer-lag'), undefined)
  await broker.close()
})

test('what nobody told is not measured', async () => {
  const broker = new MemoryBroker()
  await prepareTopics(broker)
  const samples = await measureHealth(broker, topics, noOtherRoles, steady, 1)
  assert.deepEqual(samples.map(({ kind }) => kind).sort(), ['clock-trouble', 'dead-letters'])
  await broker.close()
})

test('a clock that is set shows against one that nobody can set, in both directions; time that passes does not', () => {
  let steadyMs = 0
  const clock = new SteadyClock(() => steadyMs)
  const look = (wall: number, steadyNow: number) => {
    steadyMs = steadyNow
    return clock.stepMs(wall)
  }
  assert.deepEqual(
    [look(50_000, 0), look(55_000, 5_000), look(60_000 + 3_600_000, 10_000), look(65_000, 15_000)],
    [0, 0, 3_600_000, 3_600_000],
  )
})

test('samples go on into their topic, by what is measured, until the turn ends', async () => {
  const broker = new MemoryBroker()
  await prepareTopics(broker)
  const stop = new AbortController()
  const log = createLog('test', 'error', () => {})
  const producer = broker.producer()
  const running = sampleHealth({
    broker,
    producer,
    topics,
    others: () => noOtherRoles,
    log,
    signal: stop.signal,
    everyMs: 1,
  })
  const codec = topics.healthSamples.value.bind(broker.schemas, 'health-samples-value')
  const reader = broker.reader()
  reader.assign([{ topic: 'health-samples', partition: 0, offset: 0 }])
  const seen: HealthSample[] = []
  while (seen.length < 4)
    for (const { value } of await reader.poll({ maxRecords: 10, maxWaitMs: 5 })) seen.push(codec.decode(value!))
  stop.abort()
  await running
  assert.deepEqual(new Set(seen.map(({ kind }) => kind)), new Set(['clock-trouble', 'dead-letters']))
  await reader.close()
  await broker.close()
})
