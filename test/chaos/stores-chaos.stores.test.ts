import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runStoresChaos, type StoresChaosOptions } from './stores-chaos.ts'

const short: Omit<StoresChaosOptions, 'record' | 'seconds' | 'seed'> = {
  rate: 300,
  exporterLivesMs: 3_000,
  elasticsearchLivesMs: 8_000,
  mongoTroubleMs: 2_000,
  // The runner itself gives up before.
  patienceMs: 180_000,
}

test('exporter and Elasticsearch killed with -9 at random under load: nothing is missing, nothing is there twice', async () => {
  const { produced, exporterDeaths, elasticsearchDeaths, counted, report } = await runStoresChaos({
    ...{ ...short, record: 'sqlite', seconds: 20, seed: 7 },
  })
  assert.ok(exporterDeaths > 0 && elasticsearchDeaths > 0, 'they were killed')
  assert.ok(produced >= 3_000)
  assert.deepEqual([report.differences, report.differingMinutes], [[], 0])
  assert.equal(report.messages.index, report.messages.record)
  assert.equal(counted, report.messages.record)
})

test('with the record on MongoDB its way is cut, held and refused besides: nothing is missing, doubled or counted twice', async () => {
  const { produced, exporterDeaths, elasticsearchDeaths, mongoTroubles, counted, report } = await runStoresChaos({
    ...{ ...short, record: 'mongodb', seconds: 15, seed: 8 },
  })
  assert.ok(exporterDeaths > 0 && elasticsearchDeaths > 0, 'they were killed')
  assert.ok(Object.keys(mongoTroubles).length > 0, 'the way was troubled')
  assert.ok(produced >= 3_000)
  assert.deepEqual([report.differences, report.differingMinutes], [[], 0])
  assert.equal(report.messages.index, report.messages.record)
  assert.equal(counted, report.messages.record)
})
