import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkerStatuses } from './embedded/status.ts'
import { processMeasures } from './measures/process-measures.ts'
import { roleMeasures } from './measures/role-measures.ts'
import { openMetrics } from './telemetry.ts'

const statuses: WorkerStatuses = {
  collect: { channels: ['demo:story'], counts: { 'youtube unknown': 4 }, problem: '' },
  export: { archived: 5, undecodable: 1, problem: 'the disk is full' },
  analyze: {
    state: 'RUNNING',
    problem: '',
    model: null,
    modelProblem: '',
    counters: { streams_process_total: 7, streams_dropped_records_late_total: 2 },
    gauges: { streams_records_lag: 3 },
    nodes: { tokenize: { processed: 7, selfMs: 1.5 } },
  },
}

test('metrics come out in the Prometheus format with the last values, each series with its role', async () => {
  const ofProcess = processMeasures()
  const metrics = openMetrics({
    role: 'start',
    measures: () => [
      ...ofProcess.measures,
      ...roleMeasures(
        () => statuses,
        () => true,
      ),
    ],
  })
  const { contentType, body } = await metrics.text()
  assert.match(contentType, /^text\/plain; version=0\.0\.4/)
  for (const [name, labels, value] of [
    ['streams_process_total', '', '7'],
    ['streams_records_lag', '', '3'],
    ['streams_dropped_records_total', 'reason="late"', '2'],
    ['streams_state', 'state="RUNNING"', '1'],
    ['streams_state', 'state="ERROR"', '0'],
    ['streams_node_process_total', 'node="tokenize"', '7'],
    ['streams_node_process_time_ms_total', 'node="tokenize"', '1.5'],
    ['javas_broadcasts_watched', '', '1'],
    ['javas_source_counted_total', 'source="youtube",what="unknown"', '4'],
    ['javas_archive_records_total', '', '5'],
    ['javas_role_problem', 'part="export"', '1'],
    ['javas_role_problem', 'part="collect"', '0'],
    ['javas_model_available', 'model="",backend=""', '0'],
  ]) {
    const line = body.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(labels!))
    assert.ok(line?.includes('role="start"'), `${name}: ${line}`)
    assert.equal(line!.split(' ').at(-1), value, line)
  }
  for (const name of ['javas_process_resident_bytes', 'javas_process_cpu_seconds_total', 'javas_heap_used_bytes'])
    assert.ok(Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)`, 'm').exec(body)?.[1]) > 0, name)
  ofProcess.close()
  await metrics.close()
})

test('a metric that comes up later is there at the next scrape, and one that is gone says nothing', async () => {
  let now: WorkerStatuses = { collect: null, analyze: null, export: null }
  const metrics = openMetrics({
    role: 'start',
    measures: () =>
      roleMeasures(
        () => now,
        () => true,
      ),
  })
  const has = async (name: string) => new RegExp(`^${name}\\{`, 'm').test((await metrics.text()).body)
  assert.equal(await has('streams_process_total'), false)
  now = statuses
  assert.equal(await has('streams_process_total'), true)
  now = { ...statuses, analyze: null }
  assert.equal(await has('streams_process_total'), false)
  await metrics.close()
})
