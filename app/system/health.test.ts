import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkerStatuses } from '../embedded/status.ts'
import { healthOf, problemsOf } from './health.ts'

const workers = {
  collect: { failure: null, starts: 1 },
  analyze: { failure: null, starts: 1 },
  export: { failure: null, starts: 1 },
}
const well: WorkerStatuses = {
  collect: { channels: [], counts: {}, problem: '' },
  analyze: {
    state: 'RUNNING',
    problem: '',
    model: { name: 'm@1', backend: 'wasm' },
    modelProblem: '',
    counters: {},
    gauges: {},
  },
  export: { archived: 0, undecodable: 0, problem: '' },
}

test('everything runs: ok, and nothing to say', () => {
  assert.equal(healthOf(well, workers).ok, true)
  assert.deepEqual(problemsOf(well, workers), [])
})

test('a missing model is told, and is no reason to restart anything', () => {
  const statuses = { ...well, analyze: { ...well.analyze!, model: null, modelProblem: 'the weights are missing' } }
  const health = healthOf(statuses, workers)
  assert.equal(health.ok, true)
  assert.equal(health.parts.sentiment, 'the weights are missing')
  assert.deepEqual(problemsOf(statuses, workers), ['the weights are missing'])
})

test('a thread that is down, a log or an archive that refuses: not ok, with the reason', () => {
  const down = { ...workers, analyze: { failure: 'it died', starts: 3 } }
  assert.deepEqual(
    [healthOf({ ...well, analyze: null }, down).ok, healthOf({ ...well, analyze: null }, down).parts.analyze],
    [false, 'it died'],
  )
  const full = { ...well, collect: { channels: [], counts: {}, problem: 'no room left' } }
  assert.deepEqual([healthOf(full, workers).ok, healthOf(full, workers).parts.collect], [false, 'no room left'])
  const refused = { ...well, export: { archived: 1, undecodable: 0, problem: 'the disk is full' } }
  assert.deepEqual(
    [healthOf(refused, workers).ok, healthOf(refused, workers).parts.export],
    [false, 'the disk is full'],
  )
})

test('a thread that died and runs again is ok, and says so', () => {
  const again = { ...workers, export: { failure: null, starts: 2 } }
  const health = healthOf(well, again)
  assert.equal(health.ok, true)
  assert.equal(health.parts.export, 'started 2 times')
})
