import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differences } from './differences.ts'
import { ourAnswer } from './our-answer.ts'
import { randomCase } from './random-case.ts'
import { tableCases } from './table-cases.ts'

const answer = { id: 1, results: ['k[0,10]=1@5', 'k[10,20]=1@12'], suppressed: ['k[0,10]=1@5'], dropped: 2 }

test('equal answers have no difference', () => {
  assert.deepEqual(differences(answer, structuredClone(answer)), [])
})

test('a wrong value, a wrong time, another order, one too few and one too many are each found', () => {
  const [first, second] = answer.results as [string, string]
  for (const results of [
    ['k[0,10]=2@5', second],
    [first, 'k[10,20]=1@13'],
    [second, first],
    [first],
    [first, second, second],
    [],
  ])
    assert.equal(differences(answer, { ...answer, results }).length, 1, String(results))
  assert.deepEqual(differences(answer, { ...answer, suppressed: [] }), [
    'suppressed[0]: java k[0,10]=1@5, ours nothing',
  ])
  assert.deepEqual(differences(answer, { ...answer, dropped: 1 }), ['dropped: java 2, ours 1'])
  assert.equal(differences({ ...answer, failed: true }, answer).length, 1)
})

test('of a sliding window that one record lets go twice the last result has to be there, and nothing else may be missing', () => {
  const sliding = { windows: { kind: 'sliding', difference: 3, grace: 0 }, suppress: { until: 'close' } } as const
  const java = { ...answer, suppressed: ['k[0,3]=1@2', 'k[0,3]=2@3', 'k[4,7]=1@7'], after: [4, 4, 5] }
  assert.deepEqual(differences(java, { ...answer, suppressed: ['k[0,3]=2@3', 'k[4,7]=1@7'] }, sliding), [])
  for (const suppressed of [['k[0,3]=1@2', 'k[4,7]=1@7'], ['k[0,3]=2@3'], java.suppressed])
    assert.equal(differences(java, { ...answer, suppressed }, sliding).length, 1)
  assert.equal(
    differences({ ...java, after: [4, 5, 6] }, { ...answer, suppressed: ['k[0,3]=2@3', 'k[4,7]=1@7'] }, sliding).length,
    1,
  )
})

test('a seed gives the same case every time, and seeds give all kinds of cases', () => {
  assert.deepEqual(randomCase(7), randomCase(7))
  const cases = Array.from({ length: 300 }, (_, seed) => randomCase(seed))
  const kinds = new Set(cases.map(({ windows, emit, suppress }) => `${windows.kind} ${emit} ${suppress?.until}`))
  for (const kind of ['time', 'sliding', 'session'])
    for (const how of ['updates undefined', 'updates close', 'updates time', 'final undefined'])
      assert.ok(kinds.has(`${kind} ${how}`), `${kind} ${how}`)
})

test('a case of the table asks something: nearly all of them have results', async () => {
  const answers = await Promise.all(tableCases.map((one, id) => ourAnswer({ id, ...one })))
  const silent = tableCases.filter((_, i) => answers[i]!.results.length === 0 && !answers[i]!.failed)
  // That nothing comes out is what row 2 is about.
  assert.deepEqual(
    silent.map(({ name }) => name),
    ['row 2, final'],
  )
})
