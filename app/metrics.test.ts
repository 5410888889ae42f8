import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkerStatuses } from './embedded/status.ts'
import { openMetrics } from './metrics.ts'

test('metrics come out in the Prometheus format with the last values of the analysis', async () => {
  const statuses: WorkerStatuses = {
    collect: { channels: ['demo:story'], counts: { 'youtube unknown': 4 }, problem: '' },
    export: { archived: 5, undecodable: 1, problem: '' },
    analyze: {
      state: 'RUNNING',
      problem: '',
      model: null,
      modelProblem: '',
      counters: { javas_records_processed_total: 7 },
      gauges: { javas_lag_records: 3 },
    },
  }
  const metrics = openMetrics(() => statuses)
  const { contentType, body } = await metrics.text()
  assert.match(contentType, /^text\/plain; version=0\.0\.4/)
  assert.match(body, /^javas_records_processed_total(\{[^}]*\})? 7/m)
  assert.match(body, /^javas_lag_records(\{[^}]*\})? 3/m)
  assert.match(body, /^javas_broadcasts_watched(\{[^}]*\})? 1/m)
  assert.match(body, /^javas_source_counted_total\{source="youtube",what="unknown"[^}]*\} 4/m)
  assert.match(body, /^javas_archive_records_total(\{[^}]*\})? 5/m)
  assert.match(body, /^javas_process_resident_bytes(\{[^}]*\})? \d+/m)
  await metrics.close()
})
