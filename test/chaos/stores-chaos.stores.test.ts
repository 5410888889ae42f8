import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runStoresChaos } from './stores-chaos.ts'

test('exporter and Elasticsearch killed with -9 at random under load: nothing is missing, nothing is there twice', async () => {
  const { produced, exporterDeaths, elasticsearchDeaths, report } = await runStoresChaos({
    seconds: 30,
    rate: 300,
    seed: 7,
    exporterLivesMs: 4_000,
    elasticsearchLivesMs: 12_000,
    // The runner itself gives up before.
    patienceMs: 180_000,
  })
  assert.ok(exporterDeaths > 0 && elasticsearchDeaths > 0, 'they were killed')
  assert.ok(produced >= 9_000)
  assert.deepEqual([report.differences, report.differingMinutes], [[], 0])
  assert.equal(report.messages.index, report.messages.record)
})
